// SPDX-License-Identifier: Apache-2.0

/// Prints JSON in one deterministic form.
package struct JSONPrinter {
    /// How the text looks and what is escaped in it.
    package struct Style: Sendable {
        /// Spaces per level; `nil` prints everything on one line without spaces.
        package var indent: Int?
        /// Members in bytewise order of their keys rather than in their own order.
        package var sortedKeys = false
        /// Escapes as Go's encoding/json does: `<`, `>`, `&`, U+2028 and U+2029 become `\u00XX`.
        package var goEscapes = false

        package init(indent: Int? = nil, sortedKeys: Bool = false, goEscapes: Bool = false) {
            self.indent = indent
            self.sortedKeys = sortedKeys
            self.goEscapes = goEscapes
        }
    }

    private let style: Style
    private var level = 0
    /// Whether nothing stands yet after the last bracket that was opened.
    private var isEmpty = true
    private var out: [UInt8] = []

    /// UTF-8 without a final newline.
    package static func print(_ value: JSONValue, _ style: Style = Style()) -> [UInt8] {
        var printer = JSONPrinter(style: style)
        printer.value(value)
        return printer.out
    }

    /// Prints an object whose members are added one after the other, for objects that take more memory as values than as
    /// text. They are printed in the order in which they are added, whatever the style says.
    ///
    /// - Parameter capacity: about how many bytes it takes.
    package static func printObject(
        _ style: Style = Style(), capacity: Int = 0, _ addMembers: (inout JSONPrinter) -> Void
    ) -> [UInt8] {
        var printer = JSONPrinter(style: style)
        printer.out.reserveCapacity(capacity)
        printer.object(addMembers)
        return printer.out
    }

    /// Adds a member to the object that is being printed.
    package mutating func add(_ key: String, _ value: JSONValue) {
        self.key(key)
        self.value(value)
    }

    /// Adds a member that is an object itself.
    package mutating func add(_ key: String, _ addMembers: (inout JSONPrinter) -> Void) {
        self.key(key)
        object(addMembers)
    }

    package static func text(_ value: JSONValue, _ style: Style = Style()) -> String {
        String(decoding: print(value, style), as: UTF8.self)
    }

    private init(style: Style) { self.style = style }

    private mutating func object(_ addMembers: (inout JSONPrinter) -> Void) {
        open("{")
        addMembers(&self)
        close("}")
    }

    private mutating func key(_ key: String) {
        separate()
        Self.quote(key, goEscapes: style.goEscapes, into: &out)
        out.append(UInt8(ascii: ":"))
        if style.indent != nil { out.append(0x20) }
    }

    private mutating func value(_ value: JSONValue) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let bool): out.append(contentsOf: (bool ? "true" : "false").utf8)
        case .integer(let number): out.append(contentsOf: String(number).utf8)
        case .double(let number): out.append(contentsOf: String(number).utf8)
        case .string(let text): Self.quote(text, goEscapes: style.goEscapes, into: &out)
        case .array(let items):
            open("[")
            for item in items {
                separate()
                self.value(item)
            }
            close("]")
        case .object(let object):
            let members = style.sortedKeys ? object.sorted.members : object.members
            self.object { printer in
                for member in members { printer.add(member.key, member.value) }
            }
        }
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        out.append(UInt8(ascii: bracket))
        level += 1
        isEmpty = true
    }

    private mutating func separate() {
        if !isEmpty { out.append(UInt8(ascii: ",")) }
        isEmpty = false
        newLine()
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        level -= 1
        if !isEmpty { newLine() }
        isEmpty = false
        out.append(UInt8(ascii: bracket))
    }

    private mutating func newLine() {
        guard let indent = style.indent else { return }
        out.append(0x0A)
        out.append(contentsOf: repeatElement(0x20, count: indent * level))
    }

    /// Appends the text as a JSON string.
    package static func quote(_ text: String, goEscapes: Bool = false, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        defer { out.append(UInt8(ascii: "\"")) }
        let isPlain = text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(standsForItself) } ?? false
        if isPlain { return out.append(contentsOf: text.utf8) }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out.append(contentsOf: "\\\"".utf8)
            case "\\": out.append(contentsOf: "\\\\".utf8)
            case "\n": out.append(contentsOf: "\\n".utf8)
            case "\r": out.append(contentsOf: "\\r".utf8)
            case "\t": out.append(contentsOf: "\\t".utf8)
            case "\u{8}": out.append(contentsOf: "\\b".utf8)
            case "\u{C}": out.append(contentsOf: "\\f".utf8)
            case "\u{0}"..<" ": unicodeEscape(scalar, into: &out)
            case "<", ">", "&", "\u{2028}", "\u{2029}":
                if goEscapes { unicodeEscape(scalar, into: &out) } else { out.append(contentsOf: UTF8.encode(scalar)!) }
            default: out.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
    }

    /// Whether a byte is a character of its own that no style escapes.
    private static func standsForItself(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): false
        default: 0x20..<0x80 ~= byte
        }
    }

    private static func unicodeEscape(_ scalar: Unicode.Scalar, into out: inout [UInt8]) {
        let digits = String(scalar.value, radix: 16)
        out.append(contentsOf: "\\u".utf8)
        out.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
        out.append(contentsOf: digits.utf8)
    }
}
