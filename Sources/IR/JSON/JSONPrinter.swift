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
    private var out: [UInt8] = []

    /// UTF-8 without a final newline.
    package static func print(_ value: JSONValue, _ style: Style = Style()) -> [UInt8] {
        var printer = JSONPrinter(style: style)
        printer.value(value, level: 0)
        return printer.out
    }

    package static func text(_ value: JSONValue, _ style: Style = Style()) -> String {
        String(decoding: print(value, style), as: UTF8.self)
    }

    private init(style: Style) { self.style = style }

    private mutating func value(_ value: JSONValue, level: Int) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let bool): out.append(contentsOf: (bool ? "true" : "false").utf8)
        case .integer(let number): out.append(contentsOf: String(number).utf8)
        case .double(let number): out.append(contentsOf: String(number).utf8)
        case .string(let text): Self.quote(text, goEscapes: style.goEscapes, into: &out)
        case .array(let items):
            open("[")
            for (index, item) in items.enumerated() {
                separate(index, level)
                self.value(item, level: level + 1)
            }
            close("]", isEmpty: items.isEmpty, level)
        case .object(let object):
            let members = style.sortedKeys ? object.sorted.members : object.members
            open("{")
            for (index, member) in members.enumerated() {
                separate(index, level)
                Self.quote(member.key, goEscapes: style.goEscapes, into: &out)
                out.append(UInt8(ascii: ":"))
                if style.indent != nil { out.append(0x20) }
                self.value(member.value, level: level + 1)
            }
            close("}", isEmpty: members.isEmpty, level)
        }
    }

    private mutating func open(_ bracket: Unicode.Scalar) { out.append(UInt8(ascii: bracket)) }

    private mutating func separate(_ index: Int, _ level: Int) {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        newLine(level + 1)
    }

    private mutating func close(_ bracket: Unicode.Scalar, isEmpty: Bool, _ level: Int) {
        if !isEmpty { newLine(level) }
        out.append(UInt8(ascii: bracket))
    }

    private mutating func newLine(_ level: Int) {
        guard let indent = style.indent else { return }
        out.append(0x0A)
        out.append(contentsOf: repeatElement(0x20, count: indent * level))
    }

    /// Appends the text as a JSON string.
    package static func quote(_ text: String, goEscapes: Bool = false, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
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
        out.append(UInt8(ascii: "\""))
    }

    private static func unicodeEscape(_ scalar: Unicode.Scalar, into out: inout [UInt8]) {
        let digits = String(scalar.value, radix: 16)
        out.append(contentsOf: "\\u".utf8)
        out.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
        out.append(contentsOf: digits.utf8)
    }
}
