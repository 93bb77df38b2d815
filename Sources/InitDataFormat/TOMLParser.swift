// SPDX-License-Identifier: Apache-2.0

/// Parses the part of TOML 1.0 that initdata documents consist of: tables, dotted and quoted keys, comments and all
/// four kinds of strings. Values of other types, inline tables and arrays of tables are refused.
struct TOMLParser {
    /// A key with the tables around it, and its value.
    struct Entry: Equatable {
        var key: [String]
        var value: String
        /// Of the key.
        var offset: Int
    }

    static let entryLimit = 1024
    static let keyPartLimit = 8

    private let bytes: [UInt8]
    private var at = 0

    static func parse(_ bytes: [UInt8]) throws(InitDataError) -> [Entry] {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw InitDataError("the initdata document is not valid UTF-8")
        }
        var parser = TOMLParser(bytes: bytes)
        return try parser.entries()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fail(_ message: String, at offset: Int? = nil) -> InitDataError {
        InitDataError(message, offset: offset ?? at)
    }

    private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func next(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[at...].starts(with: $0) }
    }

    private mutating func entries() throws(InitDataError) -> [Entry] {
        var entries: [Entry] = []
        var keys: Set<[String]> = []
        var tables: Set<[String]> = []
        var table: [String] = []
        while true {
            try skipBlankLines()
            guard let byte else { return entries }
            let start = at
            if byte == UInt8(ascii: "[") {
                table = try header()
                guard tables.insert(table).inserted else { throw fail("a table stands twice", at: start) }
            } else {
                let key = table + (try dottedKey())
                skipSpace()
                guard self.byte == UInt8(ascii: "=") else { throw fail("expected '=' after a key") }
                at += 1
                skipSpace()
                let value = try string()
                guard keys.insert(key).inserted else { throw fail("a key stands twice", at: start) }
                entries.append(Entry(key: key, value: value, offset: start))
                guard entries.count <= Self.entryLimit else { throw fail("more than \(Self.entryLimit) entries") }
            }
            skipSpace()
            try skipComment()
            guard self.byte == nil || takeNewline() else { throw fail("unexpected text at the end of a line") }
        }
    }

    private mutating func header() throws(InitDataError) -> [String] {
        at += 1
        guard byte != UInt8(ascii: "[") else { throw fail("arrays of tables have no place in initdata") }
        skipSpace()
        let key = try dottedKey()
        skipSpace()
        guard byte == UInt8(ascii: "]") else { throw fail("expected ']'") }
        at += 1
        return key
    }

    private mutating func dottedKey() throws(InitDataError) -> [String] {
        var parts: [String] = []
        while true {
            guard parts.count < Self.keyPartLimit else { throw fail("a key has more than \(Self.keyPartLimit) parts") }
            parts.append(try keyPart())
            let end = at
            skipSpace()
            guard byte == UInt8(ascii: ".") else {
                at = end
                return parts
            }
            at += 1
            skipSpace()
        }
    }

    private mutating func keyPart() throws(InitDataError) -> String {
        switch byte {
        case UInt8(ascii: "\""): return try basic()
        case UInt8(ascii: "'"): return try literal()
        default:
            let start = at
            while let byte, Self.isBare(byte) { at += 1 }
            guard at > start else { throw fail("expected a key") }
            return String(decoding: bytes[start..<at], as: UTF8.self)
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x09 { at += 1 }
    }

    private mutating func takeNewline() -> Bool {
        if next("\r\n") {
            at += 2
        } else if byte == 0x0A {
            at += 1
        } else {
            return false
        }
        return true
    }

    private mutating func skipBlankLines() throws(InitDataError) {
        repeat {
            skipSpace()
            try skipComment()
        } while takeNewline()
    }

    private mutating func skipComment() throws(InitDataError) {
        guard byte == UInt8(ascii: "#") else { return }
        while let byte, byte != 0x0A, !next("\r\n") {
            guard !Self.isControl(byte) else { throw fail("a control character in a comment") }
            at += 1
        }
    }

    /// Neither tab nor a line break.
    private static func isControl(_ byte: UInt8) -> Bool { (byte < 0x20 && byte != 0x09) || byte == 0x7F }

    private mutating func string() throws(InitDataError) -> String {
        if next("\"\"\"") { return try multiline(quote: UInt8(ascii: "\"")) }
        if next("'''") { return try multiline(quote: UInt8(ascii: "'")) }
        if byte == UInt8(ascii: "\"") { return try basic() }
        if byte == UInt8(ascii: "'") { return try literal() }
        throw fail("expected a string")
    }

    private mutating func literal() throws(InitDataError) -> String {
        let start = at
        at += 1
        while let byte, byte != UInt8(ascii: "'") {
            guard !Self.isControl(byte) else { throw fail("a control character in a string") }
            at += 1
        }
        guard byte != nil else { throw fail("the string does not end", at: start) }
        at += 1
        return String(decoding: bytes[start + 1..<at - 1], as: UTF8.self)
    }

    private mutating func basic() throws(InitDataError) -> String {
        let start = at
        at += 1
        var text: [UInt8] = []
        while let byte {
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case _ where Self.isControl(byte): throw fail("a control character in a string")
            default:
                text.append(byte)
                at += 1
            }
        }
        throw fail("the string does not end", at: start)
    }

    /// A newline right after the opening quotes is not part of the text; up to two quotes right before the closing
    /// ones are.
    private mutating func multiline(quote: UInt8) throws(InitDataError) -> String {
        let start = at
        at += 3
        _ = takeNewline()
        var text: [UInt8] = []
        while let byte {
            switch byte {
            case quote:
                var run = 0
                while self.byte == quote, run < 5 {
                    run += 1
                    at += 1
                }
                text += repeatElement(quote, count: run < 3 ? run : run - 3)
                if run >= 3 { return String(decoding: text, as: UTF8.self) }
            case UInt8(ascii: "\\") where quote == UInt8(ascii: "\""):
                if !skipFoldedLines() { try escape(into: &text) }
            case 0x0A:
                text.append(byte)
                at += 1
            case 0x0D where next("\r\n"):
                text += [0x0D, 0x0A]
                at += 2
            case _ where Self.isControl(byte): throw fail("a control character in a string")
            default:
                text.append(byte)
                at += 1
            }
        }
        throw fail("the string does not end", at: start)
    }

    /// A backslash at the end of a line takes all white space after it away.
    private mutating func skipFoldedLines() -> Bool {
        let start = at
        at += 1
        skipSpace()
        guard takeNewline() else {
            at = start
            return false
        }
        repeat { skipSpace() } while takeNewline()
        return true
    }

    private mutating func escape(into text: inout [UInt8]) throws(InitDataError) {
        let start = at
        at += 1
        guard let byte else { throw fail("the string does not end", at: start) }
        at += 1
        switch byte {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = byte == UInt8(ascii: "u") ? 4 : 8
            let digits = bytes[at..<min(at + count, bytes.count)]
            guard digits.count == count, let first = digits.first, first != UInt8(ascii: "+"),
                first != UInt8(ascii: "-"),
                let scalar = UInt32(String(decoding: digits, as: UTF8.self), radix: 16).flatMap(Unicode.Scalar.init)
            else { throw fail("expected \(count) hexadecimal digits of a character", at: start) }
            at += count
            text += String(Character(scalar)).utf8
        default: throw fail("unknown escape", at: start)
        }
    }
}
