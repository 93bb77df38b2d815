// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Reads typed fields off a mapping; a value of another type is an error at its place.
struct FieldReader {
    let node: YAMLNode
    /// Path of keys to the mapping, for messages.
    let path: FieldPath

    init(_ node: YAMLNode, _ path: FieldPath) {
        self.node = node
        self.path = path
    }

    private func fail(_ field: YAMLNode, _ key: String, _ expected: String, _ diagnostics: inout Diagnostics) {
        let found =
            field.isMapping
            ? "a mapping" : field.isSequence ? "a sequence" : field.isNull ? "nothing" : "'\(field.text)'"
        diagnostics.error(.wrongType, "\(path).\(key): expected \(expected), found \(found)", at: field.range)
    }

    /// A value that is there: absent and null count the same.
    subscript(key: String) -> YAMLNode? {
        guard let value = node[key], !value.isNull else { return nil }
        return value
    }

    func mapping(_ key: String, _ diagnostics: inout Diagnostics) -> FieldReader? {
        guard let value = self[key] else { return nil }
        guard value.isMapping else {
            fail(value, key, "a mapping", &diagnostics)
            return nil
        }
        return FieldReader(value, path.key(key))
    }

    /// The items of a sequence of mappings.
    func mappings(_ key: String, _ diagnostics: inout Diagnostics) -> [FieldReader] {
        items(key, &diagnostics).enumerated().compactMap { position, item in
            guard item.isMapping else {
                fail(item, "\(key)[\(position)]", "a mapping", &diagnostics)
                return nil
            }
            return FieldReader(item, path.item(key, position))
        }
    }

    func items(_ key: String, _ diagnostics: inout Diagnostics) -> [YAMLNode] {
        guard let value = self[key] else { return [] }
        guard value.isSequence else {
            fail(value, key, "a sequence", &diagnostics)
            return []
        }
        return value.items
    }

    /// A string. What is written without quotes and means something else is taken as written; `SchemaCheck` warns.
    func string(_ key: String, _ diagnostics: inout Diagnostics) -> Located<String>? {
        self[key].flatMap { Self.string($0, path.key(key), &diagnostics) }
    }

    /// A string that is as good as absent when it is empty, as it is for Kubernetes.
    func filledString(_ key: String, _ diagnostics: inout Diagnostics) -> Located<String>? {
        string(key, &diagnostics).flatMap { $0.value.isEmpty ? nil : $0 }
    }

    func requiredString(_ key: String, _ diagnostics: inout Diagnostics) -> Located<String>? {
        guard self[key] != nil else {
            diagnostics.error(.missingField, "\(path): the field '\(key)' is missing", at: node.range)
            return nil
        }
        return string(key, &diagnostics)
    }

    static func string(_ node: YAMLNode, _ path: @autoclosure () -> FieldPath, _ diagnostics: inout Diagnostics)
        -> Located<String>?
    {
        guard node.isScalar else {
            let found = node.isMapping ? "a mapping" : "a sequence"
            diagnostics.error(.wrongType, "\(path()): expected a string, found \(found)", at: node.range)
            return nil
        }
        if node.isNull { return Located("", node.range) }
        return Located(node.text, node.range)
    }

    func strings(_ key: String, _ diagnostics: inout Diagnostics) -> [Located<String>] {
        items(key, &diagnostics).enumerated().compactMap {
            Self.string($0.element, path.item(key, $0.offset), &diagnostics)
        }
    }

    /// A list of strings; `nil` when absent or empty, which Kubernetes does not tell apart.
    func stringList(_ key: String, _ diagnostics: inout Diagnostics) -> [Located<String>]? {
        let strings = strings(key, &diagnostics)
        return strings.isEmpty ? nil : strings
    }

    /// The pairs of a mapping of strings, sorted by key.
    func stringMap(_ key: String, _ diagnostics: inout Diagnostics) -> [KeyValue] {
        guard let map = mapping(key, &diagnostics) else { return [] }
        return map.node.pairs.compactMap { pair in
            let key = pair.key.keyText
            guard let value = Self.string(pair.value, map.path.key(key), &diagnostics) else { return nil }
            return KeyValue(key, value.value, value.range)
        }.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    func bool(_ key: String, _ diagnostics: inout Diagnostics) -> Bool? {
        guard let value = self[key] else { return nil }
        guard case .bool(let bool) = value.scalar, value.isScalar else {
            fail(value, key, "true or false", &diagnostics)
            return nil
        }
        return bool
    }

    func uint32(_ key: String, _ diagnostics: inout Diagnostics) -> Located<UInt32>? {
        self[key].flatMap { Self.uint32($0, path.key(key), &diagnostics) }
    }

    static func uint32(
        _ node: YAMLNode, _ path: @autoclosure () -> FieldPath, _ diagnostics: inout Diagnostics
    ) -> Located<UInt32>? {
        guard case .integer(let integer) = node.scalar, let value = UInt32(exactly: integer), node.isScalar else {
            diagnostics.error(
                .wrongType, "\(path()): expected a number from 0 to 4294967295, found '\(node.text)'", at: node.range)
            return nil
        }
        return Located(value, node.range)
    }
}
