// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Where a field stands in its object, such as `spec.containers[0].image`; text is made of it for findings only.
indirect enum FieldPath: CustomStringConvertible {
    case object
    /// What a Pod is itself, and where objects of other kinds have theirs.
    case podTemplate(WorkloadKind)
    case field(FieldPath, String)
    case element(FieldPath, String, Int)

    func key(_ key: String) -> FieldPath { .field(self, key) }
    func item(_ key: String, _ position: Int) -> FieldPath { .element(self, key, position) }

    var description: String {
        switch self {
        case .object: ""
        case .podTemplate(let kind): kind.templatePath.joined(separator: ".")
        case .field(let path, let key): path.description + (path.isObject ? "" : ".") + key
        case .element(let path, let key, let position): "\(path.key(key))[\(position)]"
        }
    }

    private var isObject: Bool {
        switch self {
        case .object, .podTemplate(.pod): true
        case .podTemplate, .field, .element: false
        }
    }
}
