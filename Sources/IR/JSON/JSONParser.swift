// SPDX-License-Identifier: Apache-2.0

/// Why a text is not JSON, and where.
package struct JSONError: Error, Sendable, Equatable {
    package var message: String
    /// Byte offset.
    package var offset: Int
}

/// A strict RFC 8259 parser: UTF-8 only, no duplicate keys, nesting limited, nothing after the value.
package struct JSONParser {
    /// Deeper nesting is an error, so that no walk over a value can exhaust the stack.
    package static let depthLimit = 128

    private let bytes: [UInt8]
    private var at = 0
    private var valuesLeft: Int

    /// - Parameter valueLimit: how many values there may be: each takes far more memory than its text.
    /// - Throws: `JSONError`.
    package static func parse(_ bytes: [UInt8], valueLimit: Int = .max) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, valueLimit: valueLimit)
        parser.skipSpace()
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.at == bytes.count else { throw parser.fail("unexpected text after the value") }
        return value
    }

    /// - Throws: `JSONError`.
    package static func parse(_ text: String) throws(JSONError) -> JSONValue { try parse(Array(text.utf8)) }

    private init(bytes: [UInt8], valueLimit: Int) {
        self.bytes = bytes
        valuesLeft = valueLimit
    }

    private func fail(_ message: String, at offset: Int? = nil) -> JSONError {
        JSONError(message: message, offset: offset ?? at)
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
            at += 1
        }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard at < bytes.count else { throw fail("unexpected end of the text") }
        valuesLeft -= 1
        guard valuesLeft >= 0 else { throw fail("there are too many values") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fail("unexpected character")
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in word.utf8 {
            guard at < bytes.count, bytes[at] == byte else { throw fail("unexpected character") }
            at += 1
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.depthLimit else { throw fail("nesting is deeper than \(Self.depthLimit)") }
        at += 1
        var members = JSONObject()
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            let start = at
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw fail("expected a key in quotes") }
            let key = try string()
            guard members[key] == nil else { throw fail("the key '\(key)' stands twice in one object", at: start) }
            skipSpace()
            guard take(":") else { throw fail("expected ':'") }
            skipSpace()
            members[key] = try value(depth: depth)
            skipSpace()
            if take(",") { continue }
            guard take("}") else { throw fail("expected ',' or '}'") }
            return .object(members)
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.depthLimit else { throw fail("nesting is deeper than \(Self.depthLimit)") }
        at += 1
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(items) }
        while true {
            skipSpace()
            items.append(try value(depth: depth))
            skipSpace()
            if take(",") { continue }
            guard take("]") else { throw fail("expected ',' or ']'") }
            return .array(items)
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = at
        _ = take("-")
        let digits = at
        skipDigits()
        guard at > digits else { throw fail("expected a digit") }
        guard bytes[digits] != UInt8(ascii: "0") || at == digits + 1 else { throw fail("a number starts with 0") }
        var isInteger = true
        if take(".") {
            isInteger = false
            let fraction = at
            skipDigits()
            guard at > fraction else { throw fail("expected a digit") }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            at += 1
            if !take("+") { _ = take("-") }
            let exponent = at
            skipDigits()
            guard at > exponent else { throw fail("expected a digit") }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isInteger, let value = Int128(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw fail("the number is out of range", at: start) }
        return .double(value)
    }

    private mutating func skipDigits() {
        while at < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[at] { at += 1 }
    }

    private mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 {
            at += 1
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
            at += 1
            return try utf8(bytes[start..<at - 1], from: start)
        }
        var text = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return try utf8(text[...], from: start)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fail("a control character must be escaped", at: at - 1)
            default: text.append(byte)
            }
        }
        throw fail("the string does not end", at: start - 1)
    }

    private func utf8(_ slice: ArraySlice<UInt8>, from start: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw fail("the string is not valid UTF-8", at: start)
        }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard at < bytes.count else { throw fail("the string does not end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let start = at - 2
            var code = try hexadecimal()
            if 0xD800..<0xDC00 ~= code {
                guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
                    throw fail("half of a surrogate pair", at: start)
                }
                at += 2
                let low = try hexadecimal()
                guard 0xDC00..<0xE000 ~= low else { throw fail("half of a surrogate pair", at: start) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fail("half of a surrogate pair", at: start) }
            text.append(contentsOf: UTF8.encode(scalar)!)
        default: throw fail("unknown escape", at: at - 2)
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard at + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16),
            bytes[at] != UInt8(ascii: "+"), bytes[at] != UInt8(ascii: "-")
        else { throw fail("expected four hexadecimal digits") }
        at += 4
        return code
    }
}
