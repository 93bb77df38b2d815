// SPDX-License-Identifier: Apache-2.0

/// Reads typed values out of a JSON document as Go's encoding/json does: keys in any case, `null` like an absent key.
/// Unlike Go it reports every fault, with its place, and goes on.
struct ManifestReader {
    /// A value and where it stands.
    struct Cursor {
        var value: JSONValue
        var path: ManifestPath
    }

    let source: SourceFile
    /// The code of all findings of this document.
    let code: DiagnosticCode
    /// What an unknown field is: of no account in a manifest, a fault in a bundle.
    let unknownFields: Severity
    private(set) var diagnostics = Diagnostics()
    private var places: FindingPlaces

    init(source: SourceFile, code: DiagnosticCode, unknownFields: Severity) {
        self.source = source
        self.code = code
        self.unknownFields = unknownFields
        places = FindingPlaces(source)
    }

    /// A larger document is refused before it is parsed.
    static let sizeLimit = 16 << 20

    /// The members of the document, or `nil` when it is no JSON object.
    mutating func document() -> Cursor? {
        guard source.bytes.count <= Self.sizeLimit else {
            diagnostics.error(
                .limitExceeded, "the file has \(source.bytes.count) bytes, more than \(Self.sizeLimit)",
                path: source.path)
            return nil
        }
        do {
            return Cursor(value: try JSONParser.parse(source.bytes), path: ManifestPath())
        } catch {
            let at = SourceRange(source, error.offset, min(error.offset + 1, source.bytes.count))
            diagnostics.error(code, "not valid JSON: \(error.message)", at: at)
            return nil
        }
    }

    mutating func fail(_ path: ManifestPath, _ message: String) { add(.error, path, message) }

    private mutating func add(_ severity: Severity, _ path: ManifestPath, _ message: String) {
        diagnostics.add(
            Diagnostic(severity, code, path.message(message), at: places.range(of: path), path: source.path))
    }

    private mutating func fail(_ cursor: Cursor, expected: String) {
        fail(cursor.path, "expected \(expected), found \(cursor.value.kindName)")
    }

    /// The members with a known name, by that name. Other members are reported and left out.
    mutating func members(of cursor: Cursor, known names: [String]) -> [String: Cursor] {
        guard let object = cursor.value.object else {
            if !cursor.value.isNull { fail(cursor, expected: "an object") }
            return [:]
        }
        var found: [String: Cursor] = [:]
        for (key, value) in object.members {
            let path = cursor.path.key(key)
            let folded = key.asciiLowercased
            guard let name = names.first(where: { $0.asciiLowercased == folded }) else {
                add(unknownFields, path, unknownFields == .error ? "unknown field" : "unknown field is ignored")
                continue
            }
            if found[name] != nil { fail(path, "the field '\(name)' stands twice, in different case") }
            if !value.isNull { found[name] = Cursor(value: value, path: path) }
        }
        return found
    }

    /// All members of an object whose keys are data, in their order.
    mutating func entries(of cursor: Cursor?) -> [(key: String, cursor: Cursor)] {
        guard let cursor else { return [] }
        guard let object = cursor.value.object else {
            fail(cursor, expected: "an object")
            return []
        }
        return object.members.map { ($0.key, Cursor(value: $0.value, path: cursor.path.key($0.key))) }
    }

    mutating func items(of cursor: Cursor?) -> [Cursor] {
        guard let cursor else { return [] }
        guard let items = cursor.value.array else {
            fail(cursor, expected: "an array")
            return []
        }
        return items.enumerated().map { Cursor(value: $0.element, path: cursor.path.index($0.offset)) }
    }

    mutating func text(_ cursor: Cursor?) -> String {
        guard let cursor else { return "" }
        guard let text = cursor.value.string else {
            fail(cursor, expected: "a string")
            return ""
        }
        return text
    }

    /// `nil` when the list is absent.
    mutating func texts(_ cursor: Cursor?) -> [String]? {
        guard cursor != nil else { return nil }
        var texts: [String] = []
        for item in items(of: cursor) { texts.append(text(item)) }
        return texts
    }

    mutating func flag(_ cursor: Cursor?) -> Bool {
        guard let cursor else { return false }
        guard let flag = cursor.value.bool else {
            fail(cursor, expected: "true or false")
            return false
        }
        return flag
    }

    /// `nil` when the number is absent or not one of the type.
    mutating func number<Number: FixedWidthInteger>(_ cursor: Cursor?, _: Number.Type) -> Number? {
        guard let cursor else { return nil }
        guard let integer = cursor.value.integer, let number = Number(exactly: integer) else {
            fail(cursor.path, "expected an integer from \(Number.min) to \(Number.max)")
            return nil
        }
        return number
    }
}
