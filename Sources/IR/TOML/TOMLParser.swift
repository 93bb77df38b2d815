// SPDX-License-Identifier: Apache-2.0

/// Why a document is not the TOML that is read here.
package struct TOMLError: Error, Sendable, Equatable {
    package var message: String
    /// Byte offset in the document; `nil` when it is not UTF-8.
    package var offset: Int?

    package init(message: String, offset: Int?) {
        self.message = message
        self.offset = offset
    }
}

/// A value of the part of TOML that is read here.
package enum TOMLValue: Sendable, Equatable {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    /// Holds no arrays.
    case array([TOMLValue])

    package var kindName: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .boolean: "a boolean"
        case .array: "an array"
        }
    }
}

/// Parses a part of TOML 1.0: tables, dotted and quoted keys, comments, all four kinds of strings, decimal integers,
/// booleans, and arrays of these. Other types, nested arrays, inline tables and arrays of tables are refused.
package struct TOMLParser {
    /// A key with the tables around it, and its value.
    package struct Entry: Equatable {
        package var key: [String]
        package var value: TOMLValue
        /// Bytes of the key, without the tables of the header above it.
        package var keyRange: Range<Int>
        package var valueRange: Range<Int>
    }

    package static let entryLimit = 1024
    package static let keyPartLimit = 8
    package static let arrayLimit = 1024

    private let bytes: [UInt8]
    private var at = 0

    package static func parse(_ bytes: [UInt8]) throws(TOMLError) -> [Entry] {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw TOMLError(message: "the document is not valid UTF-8", offset: nil)
        }
        var parser = TOMLParser(bytes: bytes)
        return try parser.entries()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fail(_ message: String, at offset: Int? = nil) -> TOMLError {
        TOMLError(message: message, offset: offset ?? at)
    }

    private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func next(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[at...].starts(with: $0) }
    }

    private mutating func entries() throws(TOMLError) -> [Entry] {
        var entries: [Entry] = []
        var names = Names()
        var table: [String] = []
        while true {
            try skipBlankLines()
            guard let byte else { return entries }
            let start = at
            if byte == UInt8(ascii: "[") {
                table = try header()
                if let problem = names.addTable(table) { throw fail(problem, at: start) }
            } else {
                let key = table + (try dottedKey())
                let keyEnd = at
                skipSpace()
                guard self.byte == UInt8(ascii: "=") else { throw fail("expected '=' after a key") }
                at += 1
                skipSpace()
                let valueStart = at
                let value = try value()
                if let problem = names.addValue(key) { throw fail(problem, at: start) }
                entries.append(Entry(key: key, value: value, keyRange: start..<keyEnd, valueRange: valueStart..<at))
                guard entries.count <= Self.entryLimit else { throw fail("more than \(Self.entryLimit) entries") }
            }
            skipSpace()
            try skipComment()
            guard self.byte == nil || takeNewline() else { throw fail("unexpected text at the end of a line") }
        }
    }

    /// What the keys so far are names of.
    private struct Names {
        private var values: Set<[String]> = []
        private var headers: Set<[String]> = []
        /// Tables, with and without a header.
        private var tables: Set<[String]> = []

        /// Returns what is wrong with it.
        mutating func addTable(_ key: [String]) -> String? {
            guard headers.insert(key).inserted else { return "a table stands twice" }
            return addTables(around: key + [""])
        }

        mutating func addValue(_ key: [String]) -> String? {
            guard values.insert(key).inserted else { return "a key stands twice" }
            guard !tables.contains(key) else { return "a key has a value and is a table" }
            return addTables(around: key)
        }

        private mutating func addTables(around key: [String]) -> String? {
            for count in 1..<key.count {
                let table = Array(key.prefix(count))
                guard !values.contains(table) else { return "a key has a value and is a table" }
                tables.insert(table)
            }
            return nil
        }
    }

    private mutating func header() throws(TOMLError) -> [String] {
        at += 1
        guard byte != UInt8(ascii: "[") else { throw fail("arrays of tables are not supported") }
        skipSpace()
        let key = try dottedKey()
        skipSpace()
        guard byte == UInt8(ascii: "]") else { throw fail("expected ']'") }
        at += 1
        return key
    }

    private mutating func dottedKey() throws(TOMLError) -> [String] {
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

    private mutating func keyPart() throws(TOMLError) -> String {
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

    private mutating func skipBlankLines() throws(TOMLError) {
        repeat {
            skipSpace()
            try skipComment()
        } while takeNewline()
    }

    private mutating func skipComment() throws(TOMLError) {
        guard byte == UInt8(ascii: "#") else { return }
        while let byte, byte != 0x0A, !next("\r\n") {
            guard !Self.isControl(byte) else { throw fail("a control character in a comment") }
            at += 1
        }
    }

    /// Neither tab nor a line break.
    private static func isControl(_ byte: UInt8) -> Bool { (byte < 0x20 && byte != 0x09) || byte == 0x7F }

    private mutating func value() throws(TOMLError) -> TOMLValue {
        byte == UInt8(ascii: "[") ? .array(try array()) : try scalar()
    }

    private mutating func scalar() throws(TOMLError) -> TOMLValue {
        if next("\"\"\"") { return .string(try multiline(quote: UInt8(ascii: "\""))) }
        if next("'''") { return .string(try multiline(quote: UInt8(ascii: "'"))) }
        if byte == UInt8(ascii: "\"") { return .string(try basic()) }
        if byte == UInt8(ascii: "'") { return .string(try literal()) }
        let start = at
        while let byte, Self.isBare(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") { at += 1 }
        switch String(decoding: bytes[start..<at], as: UTF8.self) {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case let text:
            guard let number = Self.integer(text) else {
                throw fail("expected a string, an integer, true or false", at: start)
            }
            return .integer(number)
        }
    }

    /// A decimal integer: underscores stand between digits only, and no zero leads.
    private static func integer(_ text: String) -> Int? {
        var digits = text[...]
        if digits.hasPrefix("+") || digits.hasPrefix("-") { digits.removeFirst() }
        let groups = digits.split(separator: "_", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
            digits == "0" || !digits.hasPrefix("0")
        else { return nil }
        return Int(text.filter { $0 != "_" })
    }

    private mutating func array() throws(TOMLError) -> [TOMLValue] {
        let start = at
        at += 1
        var items: [TOMLValue] = []
        while true {
            try skipBlankLines()
            if byte == UInt8(ascii: "]") { break }
            guard byte != nil else { throw fail("the array does not end", at: start) }
            items.append(try scalar())
            guard items.count <= Self.arrayLimit else { throw fail("more than \(Self.arrayLimit) items", at: start) }
            try skipBlankLines()
            if byte == UInt8(ascii: ",") {
                at += 1
            } else if byte != UInt8(ascii: "]") {
                throw byte == nil ? fail("the array does not end", at: start) : fail("expected ',' or ']'")
            }
        }
        at += 1
        return items
    }

    private mutating func literal() throws(TOMLError) -> String {
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

    private mutating func basic() throws(TOMLError) -> String {
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
    private mutating func multiline(quote: UInt8) throws(TOMLError) -> String {
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

    private mutating func escape(into text: inout [UInt8]) throws(TOMLError) {
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
