// SPDX-License-Identifier: Apache-2.0

package import IR

/// Checks a pod-bearing object against the fields that Kubernetes knows: an unknown one is an error, since a misspelt
/// field silently protects less than its author believes, and so is a value of the wrong type.
package struct SchemaCheck {
    private let schema = KubernetesSchema.current
    private var diagnostics = Diagnostics()

    package static func check(_ object: KubernetesObject, into diagnostics: inout Diagnostics) {
        var check = SchemaCheck()
        guard let type = check.schema.type(named: object.kind) else { return }
        check.object(object.node, type, path: "")
        diagnostics.add(contentsOf: check.diagnostics)
    }

    private mutating func object(_ node: YAMLNode, _ type: Int, path: String) {
        let fields = schema.types[type].fields
        for pair in node.pairs {
            let name = pair.key.text
            guard let field = fields[name] else {
                unknown(pair.key, fields, schema.types[type].name, path: path)
                continue
            }
            if field.fieldClass == .unsupported, Self.asksForSomething(pair.value) {
                diagnostics.warning(
                    .unsupportedField,
                    "\(path)\(name): this has no effect in a confidential VM, or is refused by its policy",
                    at: pair.key.range)
            }
            value(pair.value, field.type, path: path, name)
        }
    }

    /// `false` and empty values ask for what is the case anyway.
    private static func asksForSomething(_ node: YAMLNode) -> Bool {
        if node.isScalar { return !node.isNull && node.scalar != .bool(false) }
        return !node.items.isEmpty || !node.pairs.isEmpty
    }

    private mutating func value(_ node: YAMLNode, _ type: KubernetesSchema.FieldType, path: String, _ name: String) {
        if node.isNull { return }
        switch type {
        case .any: break
        case .object(let type):
            if node.isMapping { return object(node, type, path: "\(path)\(name).") }
            wrong(node, path + name, "a mapping")
        case .list(let type):
            guard node.isSequence else { return wrong(node, path + name, "a sequence") }
            for (position, item) in node.items.enumerated() {
                value(item, type, path: path, "\(name)[\(position)]")
            }
        case .map(let type):
            guard node.isMapping else { return wrong(node, path + name, "a mapping") }
            for pair in node.pairs { value(pair.value, type, path: "\(path)\(name).", pair.key.text) }
        case .string: string(node, path + name)
        case .integer:
            if case .integer = node.scalar, node.isScalar { return }
            if case .double(let number) = node.scalar, number == number.rounded(), node.isScalar { return }
            wrong(node, path + name, "an integer")
        case .number:
            switch node.scalar {
            case .integer, .double: if node.isScalar { return }
            default: break
            }
            wrong(node, path + name, "a number")
        case .bool:
            if case .bool = node.scalar, node.isScalar { return }
            wrong(node, path + name, "true or false")
        case .quantity, .integerOrString:
            guard node.isScalar else { return wrong(node, path + name, "a number or a string") }
            if case .bool = node.scalar { wrong(node, path + name, "a number or a string") }
        }
    }

    private mutating func string(_ node: YAMLNode, _ path: String) {
        guard node.isScalar else { return wrong(node, path, "a string") }
        guard node.scalar != .string, let range = node.range else { return }
        diagnostics.warning(
            .unquotedScalar,
            "\(path): '\(node.text)' is not a string without quotes; Kubernetes may refuse or change it", at: range,
            fixIts: [.init("quote it", at: range, replacement: "\"\(node.text)\"")])
    }

    private mutating func wrong(_ node: YAMLNode, _ path: String, _ expected: String) {
        let found = node.isMapping ? "a mapping" : node.isSequence ? "a sequence" : "'\(node.text)'"
        diagnostics.error(.wrongType, "\(path): expected \(expected), found \(found)", at: node.range)
    }

    private mutating func unknown(
        _ key: YAMLNode, _ fields: [String: KubernetesSchema.Field], _ type: String, path: String
    ) {
        let near = NearestName.of(key.text, among: fields.keys)
        var fixIts: [Diagnostic.FixIt] = []
        if let near, let range = key.range { fixIts.append(.init("write '\(near)'", at: range, replacement: near)) }
        diagnostics.error(
            .unknownField, "\(path)\(key.text): \(type) has no such field", at: key.range,
            notes: near.map { [.init("did you mean '\($0)'?")] } ?? [], fixIts: fixIts)
    }
}

/// Finds what a misspelt name may have meant.
enum NearestName {
    /// The closest name within two edits, or one that differs in case only; the first of several in bytewise order.
    static func of(_ name: String, among names: some Sequence<String>) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in names.sorted() {
            if candidate.lowercased() == name.lowercased() { return candidate }
            let distance = distance(Array(name.utf8), Array(candidate.utf8))
            if distance <= min(2, max(1, name.utf8.count / 3)), distance < best?.distance ?? .max {
                best = (distance, candidate)
            }
        }
        return best?.name
    }

    /// Levenshtein's, in bytes.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        if abs(left.count - right.count) > 2 { return .max }
        var row = Array(0...right.count)
        for (position, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = position + 1
            for column in right.indices {
                let above = row[column + 1]
                let cost = byte == right[column] ? 0 : 1
                row[column + 1] = min(diagonal + cost, above + 1, row[column] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}
