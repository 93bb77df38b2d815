// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The fields of pod-bearing objects, of Kubernetes 1.25 to 1.37 and of the older versions that are still read.
///
/// A table of types, each a line with its name and indented lines with its fields as `name=type`. A type is `string`,
/// `int`, `number`, `bool`, `quantity`, `intOrString`, `any`, a name of the table, `[type]` for a list or `{type}` for a
/// map. A field marked `*` bears on the policy or on the size of the VM; one marked `!` does not work in a confidential
/// VM; all others are irrelevant to both.
package struct KubernetesSchema: Sendable {
    /// Other types by their position: of objects in `types`, of what lists and maps hold in `elements`.
    enum FieldType: Sendable, Equatable {
        case string, integer, number, bool, quantity, integerOrString, any
        case object(Int)
        case list(Int)
        case map(Int)
    }

    enum FieldClass: Sendable { case relevant, irrelevant, unsupported }

    struct Field: Sendable {
        var type: FieldType
        var fieldClass: FieldClass
    }

    struct ObjectType: Sendable {
        var name: String
        var names: [String] = []
        /// By the position of the name.
        var fields: [Field] = []
        /// Of the names.
        var table = KeyTable([])
    }

    private(set) var types: [ObjectType] = []
    private(set) var elements: [FieldType] = []
    private var index: [String: Int] = [:]

    package static let current = KubernetesSchema(workloadTypes + "\n" + volumeTypes + "\n" + podTypes)

    /// The type of an object by its kind.
    func type(named name: String) -> Int? { index[name] }

    /// Whether every type that the table names stands in it; for tests.
    package private(set) var isClosed = true
    package var typeCount: Int { types.count }

    private init(_ table: String) {
        // In bytes: this is done at each start.
        let lines = table.utf8.split(separator: UInt8(ascii: "\n"))
        let isType = { (line: Substring.UTF8View) in line.first != UInt8(ascii: " ") }
        for line in lines where isType(line) {
            index[Self.text(line)] = types.count
            types.append(ObjectType(name: Self.text(line)))
        }
        var current = 0
        for line in lines {
            if isType(line) {
                current = index[Self.text(line)] ?? 0
                continue
            }
            for entry in line.split(separator: UInt8(ascii: " ")) {
                let parts = entry.split(separator: UInt8(ascii: "="), maxSplits: 1)
                guard parts.count == 2, let type = type(parts[1]) else {
                    isClosed = false
                    continue
                }
                let fieldClass: FieldClass =
                    switch parts[0].last {
                    case UInt8(ascii: "*"): .relevant
                    case UInt8(ascii: "!"): .unsupported
                    default: .irrelevant
                    }
                let name = fieldClass == .irrelevant ? parts[0] : parts[0].dropLast()
                types[current].names.append(Self.text(name))
                types[current].fields.append(Field(type: type, fieldClass: fieldClass))
            }
        }
        for at in types.indices { types[at].table = KeyTable(types[at].names) }
    }

    private static func text(_ bytes: Substring.UTF8View) -> String { String(Substring(bytes)) }

    private mutating func type(_ name: Substring.UTF8View) -> FieldType? {
        let isList = name.first == UInt8(ascii: "[")
        guard isList || name.first == UInt8(ascii: "{") else {
            return Self.scalars[Self.text(name)] ?? index[Self.text(name)].map { .object($0) }
        }
        guard let element = type(name.dropFirst().dropLast()) else { return nil }
        elements.append(element)
        return isList ? .list(elements.count - 1) : .map(elements.count - 1)
    }

    private static let scalars: [String: FieldType] = [
        "string": .string, "int": .integer, "number": .number, "bool": .bool, "quantity": .quantity,
        "intOrString": .integerOrString, "any": .any,
    ]
}
