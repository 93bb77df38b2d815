// SPDX-License-Identifier: Apache-2.0

package import IR

/// A finding in the form of the `results` of a KRM function's output.
package struct FunctionResult {
    /// The object that a finding is about.
    package struct Resource {
        package var apiVersion: String
        package var kind: String
        package var namespace: String?
        package var name: String?
        /// Where the orchestrator read the object from, as it says in annotations.
        package var path: String?
        package var index: String?
        /// The field in the object, e.g. `spec.containers[0].image`.
        package var field: String

        package init(
            apiVersion: String, kind: String, namespace: String?, name: String?, path: String?, index: String?,
            field: String
        ) {
            self.apiVersion = apiVersion
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.path = path
            self.index = index
            self.field = field
        }
    }

    /// All findings, in the order in which they are printed elsewhere.
    ///
    /// - Parameters:
    ///   - input: the path that findings call the function's input by.
    ///   - locate: the object around a byte offset of the input.
    package static func list(
        _ diagnostics: Diagnostics, input: String, locate: (_ offset: Int) -> Resource?
    ) -> [YAMLValue] {
        Finding.sorted(diagnostics, baseDirectory: nil).map { finding in
            let place = finding.place
            let resource = place?.path == input ? place?.span.flatMap { locate($0.range.start) } : nil
            let message = ([finding.message] + finding.notes.map(\.message)).joined(separator: "; ")
            var members: [YAMLValue.Member] = [
                .init(key: "message", value: .string(message)),
                .init(key: "severity", value: .string(severity(finding.severity))),
            ]
            if let resource {
                members += reference(resource)
            } else if let path = place?.path, path != input {
                members.append(.init(key: "file", value: ["path": .string(path)]))
            }
            members.append(.init(key: "tags", value: ["code": .string(finding.code.rawValue)]))
            return .mapping(members)
        }
    }

    private static func severity(_ severity: Severity) -> String {
        switch severity {
        case .error: "error"
        case .warning: "warning"
        case .note: "info"
        }
    }

    private static func reference(_ resource: Resource) -> [YAMLValue.Member] {
        var reference: [YAMLValue.Member] = [
            .init(key: "apiVersion", value: .string(resource.apiVersion)),
            .init(key: "kind", value: .string(resource.kind)),
        ]
        for (key, value) in [("namespace", resource.namespace), ("name", resource.name)] {
            if let value { reference.append(.init(key: key, value: .string(value))) }
        }
        var members = [YAMLValue.Member(key: "resourceRef", value: .mapping(reference))]
        if !resource.field.isEmpty {
            members.append(.init(key: "field", value: ["path": .string(resource.field)]))
        }
        if let path = resource.path {
            var file = [YAMLValue.Member(key: "path", value: .string(path))]
            if let index = resource.index.flatMap({ Int($0) }) {
                file.append(.init(key: "index", value: .integer(index)))
            }
            members.append(.init(key: "file", value: .mapping(file)))
        }
        return members
    }
}
