// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Writes data: JSON without white space, but for long strings, which are written as `concat("",[...])`.
///
/// The text has no apostrophe and no control character but line breaks, so it can stand in a TOML literal string, and
/// no line is longer than 1,024 bytes. Objects in lists start on a line of their own.
struct RegoData: PolicyDataWriter, ~Copyable {
    /// Longest string that is written in one piece, in bytes of its printed form.
    private static let pieceLimit = 900
    /// Bytes of a line after which nothing but brackets, numbers and short names follows.
    private static let lineLimit = 980

    var text: RegoText
    private var lineStart: Int
    private var isFirst = true
    /// Whether lines are broken where they must be.
    private let breaksLines: Bool

    /// Continues a text.
    init(_ text: consuming RegoText = RegoText(capacity: 256), breaksLines: Bool = true) {
        lineStart = text.count
        self.text = text
        self.breaksLines = breaksLines
    }

    /// On one line, however long.
    static func text(_ value: JSONValue) -> String {
        var writer = RegoData(breaksLines: false)
        writer.value(value)
        return writer.text.string
    }

    static func quoted(_ text: String) -> String {
        var out = RegoText(capacity: 256)
        out.quote(text)
        return out.string
    }

    mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): text.append(string: String(value))
        case .double(let value): text.append(string: String(value))
        case .string(let text): string(text)
        case .array(let items):
            if items.contains(where: { $0.object != nil }) {
                objects(count: items.count) { $0.value(items[$1]) }
            } else {
                array(count: items.count) { $0.value(items[$1]) }
            }
        case .object(let object):
            let members = object.sorted.members
            self.object(count: members.count) { writer in
                for member in members {
                    writer.key(named: member.key)
                    writer.value(member.value)
                }
            }
        }
    }

    // MARK: - Scalars

    mutating func null() { text.append("null") }
    mutating func bool(_ value: Bool) { text.append(value ? "true" as StaticString : "false") }
    mutating func integer(_ value: Int64) { text.append(integer: value) }

    mutating func string(_ string: String) {
        let start = text.count
        text.quote(string)
        guard breaksLines, text.count - lineStart > Self.lineLimit else { return }
        let size = text.count - start
        text.remove(from: start)
        newLine()
        if size <= Self.pieceLimit { text.quote(string) } else { pieces(string) }
    }

    private mutating func pieces(_ string: String) {
        text.append("concat(\"\",[\"")
        var start = text.count
        for scalar in string.unicodeScalars {
            // The longest escape has six bytes.
            if text.count - start > Self.pieceLimit - 12 {
                text.append("\",")
                newLine()
                text.append(UInt8(ascii: "\""))
                start = text.count
            }
            text.append(escaped: String(scalar))
        }
        text.append("\"])")
    }

    // MARK: - Arrays and objects

    mutating func array(count: Int, _ item: (inout RegoData, Int) -> Void) {
        enclosed("[", "]") { writer in
            for index in 0..<count {
                writer.separate()
                item(&writer, index)
            }
        }
    }

    mutating func objects(count: Int, _ item: (inout RegoData, Int) -> Void) {
        enclosed("[", "]") { writer in
            for index in 0..<count {
                writer.separate()
                if writer.breaksLines { writer.newLine() }
                item(&writer, index)
            }
        }
    }

    mutating func object(count: Int, _ members: (inout RegoData) -> Void) { enclosed("{", "}", members) }

    private mutating func enclosed(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ content: (inout RegoData) -> Void
    ) {
        let outer = isFirst
        text.append(UInt8(ascii: open))
        isFirst = true
        content(&self)
        text.append(UInt8(ascii: close))
        isFirst = outer
    }

    mutating func key(_ name: StaticString) {
        separate()
        text.append(key: name)
    }

    mutating func key(named name: String) {
        separate()
        string(name)
        text.append(UInt8(ascii: ":"))
    }

    private mutating func separate() {
        if !isFirst { text.append(UInt8(ascii: ",")) }
        isFirst = false
        if breaksLines, text.count - lineStart > Self.lineLimit - 40 { newLine() }
    }

    private mutating func newLine() {
        text.append(UInt8(ascii: "\n"))
        lineStart = text.count
    }
}
