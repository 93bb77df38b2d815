// SPDX-License-Identifier: Apache-2.0

import IR

/// Why the frame of a lock is not JSON, and at which byte.
struct SkimError: Error {
    var message: String
    var offset: Int
}

/// Finds the members of one JSON object, or the elements of one array, without reading what is inside them: a lock of
/// ten thousand images opens at the speed of a scan. What is inside is checked by whoever parses it.
struct JSONSkim {
    struct Member {
        /// `nil` for an element of an array.
        var key: String?
        /// Of the key with its quotes; of the element itself in an array.
        var keyRange: Range<Int>
        var value: Range<Int>
    }

    private let bytes: [UInt8]
    private var at: Int

    /// The children of the object or array that starts at or after `offset` behind white space, and where it ends.
    static func children(
        of bytes: [UInt8], at offset: Int
    ) throws(SkimError) -> (members: [Member], range: Range<Int>) {
        var skim = JSONSkim(bytes: bytes, at: offset)
        skim.skipSpace()
        let start = skim.at
        let isObject = skim.peek == UInt8(ascii: "{")
        guard isObject || skim.peek == UInt8(ascii: "[") else { throw skim.fail("expected an object or a list") }
        let members = try skim.children(isObject: isObject)
        return (members, start..<skim.at)
    }

    /// The first offset at or after `offset` that is not JSON's white space.
    static func skipSpace(in bytes: [UInt8], from offset: Int) -> Int {
        var skim = JSONSkim(bytes: bytes, at: offset)
        skim.skipSpace()
        return skim.at
    }

    private init(bytes: [UInt8], at: Int) {
        self.bytes = bytes
        self.at = at
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func fail(_ message: String) -> SkimError { SkimError(message: message, offset: at) }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
            at += 1
        }
    }

    private mutating func children(isObject: Bool) throws(SkimError) -> [Member] {
        let close = UInt8(ascii: isObject ? "}" : "]")
        at += 1
        var members: [Member] = []
        skipSpace()
        if peek == close {
            at += 1
            return members
        }
        while true {
            skipSpace()
            var key: String?
            var keyRange = at..<at
            if isObject {
                (key, keyRange) = try self.key()
                skipSpace()
            }
            let start = at
            try skipValue()
            if !isObject { keyRange = start..<at }
            members.append(Member(key: key, keyRange: keyRange, value: start..<at))
            skipSpace()
            let next = peek
            guard next == UInt8(ascii: ",") || next == close else {
                throw fail(isObject ? "expected ',' or '}'" : "expected ',' or ']'")
            }
            at += 1
            if next == close { return members }
        }
    }

    /// A key and the colon after it.
    private mutating func key() throws(SkimError) -> (String, Range<Int>) {
        guard peek == UInt8(ascii: "\"") else { throw fail("expected a key in quotes") }
        let start = at
        try skipString()
        let range = start..<at
        skipSpace()
        guard peek == UInt8(ascii: ":") else { throw fail("expected ':'") }
        at += 1
        do throws(JSONError) {
            return (try JSONParser.parse(Array(bytes[range])).string ?? "", range)
        } catch {
            throw SkimError(message: error.message, offset: start + error.offset)
        }
    }

    private mutating func skipString() throws(SkimError) {
        let start = at
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            at += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
        throw SkimError(message: "the string does not end", offset: start)
    }

    /// Goes behind the next value. Of an object or array only the brackets are counted.
    private mutating func skipValue() throws(SkimError) {
        let start = at
        var depth = 0
        repeat {
            skipSpace()
            guard let byte = peek else { throw SkimError(message: "the value does not end", offset: start) }
            switch byte {
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw fail("expected a value") }
                depth -= 1
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw fail("expected a value") }
                at += 1
            default: skipWord()
            }
        } while depth > 0
    }

    /// Goes behind a number, `true`, `false`, `null`, or whatever stands in their place.
    private mutating func skipWord() {
        at += 1
        while let byte = peek, byte > 0x20, !Self.delimiters.contains(byte) { at += 1 }
    }

    private static let delimiters: Set<UInt8> = Set("{}[],:\"".utf8)
}
