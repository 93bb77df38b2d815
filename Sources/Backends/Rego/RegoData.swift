// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Prints the data section: JSON, but for long strings, which are written as `concat("", [...])`.
///
/// The text has no apostrophe and no control character but line breaks, so it can stand in a TOML literal string, and
/// no line is longer than 1,024 bytes.
struct RegoData {
    /// Longest string that is written in one piece, in bytes of its printed form.
    private static let pieceLimit = 900
    /// Longest line on which a string stands unbroken, in bytes.
    private static let unbrokenLimit = 1_000
    /// Longest array or object that is written on one line, in bytes.
    private static let lineLimit = 120

    private var out: [UInt8] = []
    private var lineStart = 0

    static func print(_ value: JSONValue, into out: inout [UInt8]) {
        var printer = RegoData(out: out, lineStart: out.count)
        out = []
        printer.value(value, level: 0)
        out = printer.out
    }

    static func text(_ value: JSONValue) -> String {
        var printer = RegoData()
        printer.compact(value)
        return String(decoding: printer.out, as: UTF8.self)
    }

    static func quoted(_ text: String) -> String {
        var printer = RegoData()
        printer.quote(text)
        return String(decoding: printer.out, as: UTF8.self)
    }

    private mutating func value(_ value: JSONValue, level: Int) {
        let start = out.count
        if fitsOneLine(value) {
            compact(value)
            if out.count - start <= Self.lineLimit { return }
            if value.array == nil, value.object == nil, out.count - start <= Self.pieceLimit,
                out.count - lineStart <= Self.unbrokenLimit
            {
                return
            }
            out.removeSubrange(start...)
        }
        switch value {
        case .array(let items):
            block("[", "]", items.count, level) { $0.value(items[$1], level: level + 1) }
        case .object(let object):
            let members = Self.sorted(object)
            block("{", "}", members.count, level) {
                $0.quote(members[$1].key)
                $0.append(": ")
                $0.value(members[$1].value, level: level + 1)
            }
        case .string(let text): pieces(text, level: level)
        default: compact(value)
        }
    }

    /// Whether it is worth trying: a bound on the work that is thrown away.
    private func fitsOneLine(_ value: JSONValue) -> Bool {
        switch value {
        case .array(let items): items.count <= 40 && items.allSatisfy { $0.object == nil || items.count == 1 }
        case .object(let object): object.count <= 4
        default: true
        }
    }

    private mutating func append(_ text: String) { out.append(contentsOf: text.utf8) }

    private mutating func newLine(_ level: Int) {
        out.append(0x0A)
        lineStart = out.count
        out.append(contentsOf: repeatElement(0x20, count: level))
    }

    private mutating func block(
        _ open: String, _ close: String, _ count: Int, _ level: Int, _ item: (inout RegoData, Int) -> Void
    ) {
        append(open)
        for index in 0..<count {
            if index > 0 { append(",") }
            newLine(level + 1)
            item(&self, index)
        }
        newLine(level)
        append(close)
    }

    private mutating func compact(_ value: JSONValue) {
        switch value {
        case .array(let items):
            append("[")
            for (index, item) in items.enumerated() {
                if index > 0 { append(", ") }
                compact(item)
            }
            append("]")
        case .object(let object):
            append("{")
            for (index, member) in Self.sorted(object).enumerated() {
                if index > 0 { append(", ") }
                quote(member.key)
                append(": ")
                compact(member.value)
            }
            append("}")
        case .string(let text): quote(text)
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(String(value))
        case .double(let value): append(String(value))
        }
    }

    private mutating func pieces(_ text: String, level: Int) {
        append("concat(\"\", [")
        newLine(level + 1)
        append("\"")
        var start = out.count
        for scalar in text.unicodeScalars {
            if out.count - start > Self.pieceLimit - 12 {
                append("\",")
                newLine(level + 1)
                append("\"")
                start = out.count
            }
            escape(scalar)
        }
        append("\"")
        newLine(level)
        append("])")
    }

    private static func sorted(_ object: JSONObject) -> [(key: String, value: JSONValue)] {
        object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private mutating func quote(_ text: String) {
        out.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy(Self.isPlain) {
            out.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { escape(scalar) }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// Printable ASCII that stands for itself.
    private static func isPlain(_ byte: UInt8) -> Bool {
        0x20..<0x7F ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "'")
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": append("\\\"")
        case "\\": append("\\\\")
        case "'", "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
            let digits = String(scalar.value, radix: 16)
            append("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
        default: UTF8.encode(scalar).map { out.append(contentsOf: $0) }
        }
    }
}
