// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Writes data: JSON, but for long strings, which are written as `concat("", [...])`.
///
/// The text has no apostrophe and no control character but line breaks, so it can stand in a TOML literal string, and
/// no line is longer than 1,024 bytes. What fits is written on one line.
struct RegoData: PolicyDataWriter, ~Copyable {
    /// Longest string that is written in one piece, in bytes of its printed form.
    private static let pieceLimit = 900
    /// Longest line on which a string stands unbroken, in bytes.
    private static let unbrokenLimit = 1_000
    /// Longest array or object that is written on one line, in bytes.
    private static let lineLimit = 120
    /// Longest array that is tried on one line, in items.
    private static let compactItems = 40
    /// Largest object that is tried on one line, in members.
    private static let compactMembers = 4

    var text: RegoText
    private var lineStart: Int
    private var level = 0
    /// While something is written on one line: where it must have ended. What does not fit is not written to its end.
    private var compactEnd: Int?
    private var isFirst = true

    /// Continues a text.
    init(_ text: consuming RegoText = RegoText(capacity: 256)) {
        lineStart = text.count
        self.text = text
    }

    /// On one line, however long.
    static func text(_ value: JSONValue) -> String {
        var writer = RegoData()
        writer.compactEnd = .max
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
        if let compactEnd {
            if text.count <= compactEnd { text.quote(string) }
            return
        }
        let start = text.count
        text.quote(string)
        let end = text.count
        if end - start <= Self.lineLimit { return }
        if end - start <= Self.pieceLimit, end - lineStart <= Self.unbrokenLimit { return }
        text.remove(from: start)
        pieces(string)
    }

    private mutating func pieces(_ string: String) {
        text.append("concat(\"\", [")
        newLine(level + 1)
        text.append(UInt8(ascii: "\""))
        var start = text.count
        for scalar in string.unicodeScalars {
            // The longest escape has six bytes.
            if text.count - start > Self.pieceLimit - 12 {
                text.append("\",")
                newLine(level + 1)
                text.append(UInt8(ascii: "\""))
                start = text.count
            }
            text.append(escaped: String(scalar))
        }
        text.append(UInt8(ascii: "\""))
        newLine(level)
        text.append("])")
    }

    // MARK: - Arrays and objects

    mutating func array(count: Int, _ item: (inout RegoData, Int) -> Void) {
        items(count, isShort: count <= Self.compactItems, item)
    }

    mutating func objects(count: Int, _ item: (inout RegoData, Int) -> Void) {
        items(count, isShort: count <= 1, item)
    }

    private mutating func items(_ count: Int, isShort: Bool, _ item: (inout RegoData, Int) -> Void) {
        enclosed("[", "]", isShort: isShort) { writer in
            for index in 0..<count {
                if writer.isFull { return }
                writer.separate()
                item(&writer, index)
            }
        }
    }

    mutating func object(count: Int, _ members: (inout RegoData) -> Void) {
        enclosed("{", "}", isShort: count <= Self.compactMembers, members)
    }

    private mutating func enclosed(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, isShort: Bool, _ content: (inout RegoData) -> Void
    ) {
        let outer = isFirst
        defer { isFirst = outer }
        if compactEnd != nil || isShort {
            let start = text.count
            let isOutermost = compactEnd == nil
            if isOutermost { compactEnd = start + Self.lineLimit }
            text.append(UInt8(ascii: open))
            isFirst = true
            content(&self)
            text.append(UInt8(ascii: close))
            guard isOutermost else { return }
            compactEnd = nil
            if text.count - start <= Self.lineLimit { return }
            text.remove(from: start)
        }
        text.append(UInt8(ascii: open))
        level += 1
        isFirst = true
        content(&self)
        level -= 1
        newLine(level)
        text.append(UInt8(ascii: close))
    }

    /// Whether the line has no room for what is being written on it.
    private var isFull: Bool { compactEnd.map { text.count > $0 } ?? false }

    mutating func key(_ name: StaticString) {
        separate()
        text.append(key: name)
    }

    mutating func key(named name: String) {
        separate()
        text.quote(name)
        text.append(": ")
    }

    private mutating func separate() {
        if compactEnd != nil {
            if !isFirst { text.append(", ") }
        } else {
            if !isFirst { text.append(UInt8(ascii: ",")) }
            newLine(level)
        }
        isFirst = false
    }

    private mutating func newLine(_ level: Int) {
        text.append(UInt8(ascii: "\n"))
        lineStart = text.count
        text.append(spaces: level)
    }
}
