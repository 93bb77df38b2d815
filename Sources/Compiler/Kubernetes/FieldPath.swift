// SPDX-License-Identifier: Apache-2.0

/// Where a field stands below its object, such as `spec.containers[0].image`; text is made of it for findings only.
indirect enum FieldPath: CustomStringConvertible {
    case root(String)
    case field(FieldPath, String)
    case element(FieldPath, String, Int)

    func key(_ key: String) -> FieldPath { .field(self, key) }
    func item(_ key: String, _ position: Int) -> FieldPath { .element(self, key, position) }

    var description: String {
        switch self {
        case .root(let name): name
        case .field(let path, let key): "\(path).\(key)"
        case .element(let path, let key, let position): "\(path).\(key)[\(position)]"
        }
    }
}
