// SPDX-License-Identifier: Apache-2.0

/// Finds where in a JSON text a value stands. Meant for texts that `JSONParser` accepts; on others it finds nothing or
/// something, and never traps.
package struct JSONLocator {
    private let bytes: [UInt8]
    /// Whether a key in other case stands in for one that is not there, as Go's decoder has it.
    private let ignoresCase: Bool
    private var at = 0

    /// The place of a member or item: its key, when it has one, and its value. Byte offsets.
    private struct Place {
        var key: Range<Int>?
        var value: Range<Int>
    }

    private init(_ bytes: [UInt8], ignoringCase: Bool = false) {
        self.bytes = bytes
        ignoresCase = ignoringCase
    }

    /// The bytes of the value at a pointer; `nil` when there is none.
    package static func value(at pointer: JSONPointer, in source: SourceFile) -> SourceRange? {
        let (place, depth) = JSONLocator(source.bytes).descend(pointer.tokens)
        guard let place, depth == pointer.tokens.count else { return nil }
        return SourceRange(source, place.value.lowerBound, place.value.upperBound)
    }

    /// The bytes of the key of the member at a pointer, quotes included; `nil` when there is no such member.
    package static func key(at pointer: JSONPointer, in source: SourceFile) -> SourceRange? {
        let (place, depth) = JSONLocator(source.bytes).descend(pointer.tokens)
        guard let key = place?.key, depth == pointer.tokens.count else { return nil }
        return SourceRange(source, key.lowerBound, key.upperBound)
    }

    /// The value at a pointer, or the key of its nearest ancestor that exists, or the start of the text.
    package static func nearest(
        to pointer: JSONPointer, in source: SourceFile, ignoringCase: Bool = false
    ) -> SourceRange {
        let (place, depth) = JSONLocator(source.bytes, ignoringCase: ignoringCase).descend(pointer.tokens)
        guard let place else { return SourceRange(source, 0, 0) }
        if depth == pointer.tokens.count { return SourceRange(source, place.value.lowerBound, place.value.upperBound) }
        let start = place.key ?? place.value.lowerBound..<min(place.value.lowerBound + 1, place.value.upperBound)
        return SourceRange(source, start.lowerBound, start.upperBound)
    }

    /// Follows tokens as far as they lead: the last place reached and how many tokens led there.
    private func descend(_ tokens: [String]) -> (Place?, Int) {
        var scanner = self
        scanner.skipSpace()
        let end = (bytes.lastIndex { !Self.isSpace($0) } ?? -1) + 1
        guard scanner.at < end else { return (nil, 0) }
        var place = Place(value: scanner.at..<end)
        for (depth, token) in tokens.enumerated() {
            scanner.at = place.value.lowerBound
            guard let next = scanner.child(token) else { return (place, depth) }
            place = next
        }
        return (place, tokens.count)
    }

    private mutating func child(_ token: String) -> Place? {
        guard at < bytes.count else { return nil }
        switch bytes[at] {
        case UInt8(ascii: "{"): return member(token)
        case UInt8(ascii: "["): return Int(token).flatMap { $0 >= 0 ? item($0) : nil }
        default: return nil
        }
    }

    private mutating func member(_ name: String) -> Place? {
        at += 1
        var inOtherCase: Place?
        while true {
            skipSpace()
            guard let key = string() else { return inOtherCase }
            skipSpace()
            guard take(":") else { return inOtherCase }
            skipSpace()
            guard let place = place(key: key) else { return inOtherCase }
            let text = text(of: key)
            if text == name { return place }
            if ignoresCase, inOtherCase == nil, text?.asciiLowercased == name.asciiLowercased { inOtherCase = place }
            at = place.value.upperBound
            skipSpace()
            guard take(",") else { return inOtherCase }
        }
    }

    private mutating func item(_ index: Int) -> Place? {
        at += 1
        var left = index
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] != UInt8(ascii: "]"), let place = place(key: nil) else { return nil }
            if left == 0 { return place }
            left -= 1
            at = place.value.upperBound
            skipSpace()
            guard take(",") else { return nil }
        }
    }

    /// The value that starts here, found by counting brackets.
    private func place(key: Range<Int>?) -> Place? {
        guard let end = bytes.withUnsafeBufferPointer({ Self.end(of: $0, at) }), end > at else { return nil }
        return Place(key: key, value: at..<end)
    }

    private static func end(of bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        var at = start
        var depth = 0
        repeat {
            guard at < bytes.count else { return nil }
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard let end = endOfString(bytes, at) else { return nil }
                at = end
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D: at += 1
            default:
                repeat { at += 1 } while at < bytes.count && !endsWord(bytes[at])
            }
        } while depth > 0
        return at
    }

    /// Where a string ends that starts with the quote here.
    private static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        var at = start + 1
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\\"): at += 2
            case UInt8(ascii: "\""): return at + 1
            default: at += 1
            }
        }
        return nil
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "\""),
            UInt8(ascii: "["), UInt8(ascii: "{"), 0...0x20:
            true
        default: false
        }
    }

    private mutating func string() -> Range<Int>? {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return nil }
        guard let end = bytes.withUnsafeBufferPointer({ Self.endOfString($0, at) }) else { return nil }
        defer { at = end }
        return at..<end
    }

    private func text(of range: Range<Int>) -> String? { (try? JSONParser.parse(Array(bytes[range])))?.string }

    private mutating func skipSpace() {
        while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }
}
