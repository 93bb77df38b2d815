// SPDX-License-Identifier: Apache-2.0

/// Text of a policy under construction.
///
/// It keeps its memory itself: a policy is some thousand short pieces, and appending those to an array takes several
/// times as long as copying them.
struct RegoText: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    /// - Parameter capacity: bytes for which there is room from the start.
    init(capacity: Int) {
        memory = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { memory.deallocate() }

    var bytes: [UInt8] { bytes(from: 0) }
    var string: String { String(decoding: UnsafeBufferPointer(start: memory, count: count), as: UTF8.self) }

    func bytes(from start: Int) -> [UInt8] {
        precondition(0...count ~= start)
        return Array(UnsafeBufferPointer(start: memory + start, count: count - start))
    }

    mutating func remove(from start: Int) {
        precondition(0...count ~= start)
        count = start
    }

    /// Makes room for more bytes, of which there are not too many.
    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let larger = max(capacity * 2, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: memory, count: count)
        memory.deallocate()
        memory = moved
        capacity = larger
    }

    /// Appends a byte for which there is room.
    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        memory[count] = byte
        count += 1
    }

    /// Appends bytes for which there is room.
    @inline(__always)
    private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        (memory + count).update(from: start, count: bytes.count)
        count += bytes.count
    }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        put(byte)
    }

    private mutating func append(buffer: UnsafeBufferPointer<UInt8>) {
        reserve(buffer.count)
        put(buffer)
    }

    mutating func append(bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append(buffer: $0) } }

    mutating func append(string: String) {
        var string = string
        string.withUTF8 { append(buffer: $0) }
    }

    mutating func append(_ text: StaticString) {
        append(buffer: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(integer value: Int64) {
        guard 0...9 ~= value else { return append(string: String(value)) }
        append(UInt8(ascii: "0") + UInt8(value))
    }

    /// Appends a member's name, of ASCII that stands for itself, with what follows it.
    mutating func append(key: StaticString) {
        reserve(key.utf8CodeUnitCount + 4)
        put(UInt8(ascii: "\""))
        put(UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
    }

    /// Appends a string in quotes.
    mutating func quote(_ string: String) {
        append(UInt8(ascii: "\""))
        append(escaped: string)
        append(UInt8(ascii: "\""))
    }

    /// Appends the content of a string.
    mutating func append(escaped string: String) {
        var string = string
        string.withUTF8 { utf8 in
            // No byte takes more than six.
            reserve(6 * utf8.count)
            var written = 0
            var at = 0
            while at < utf8.count {
                guard Self.mayBeSpecial(utf8[at]), let (code, length) = Self.special(utf8[at...]) else {
                    at += 1
                    continue
                }
                put(UnsafeBufferPointer(rebasing: utf8[written..<at]))
                putEscape(code)
                at += length
                written = at
            }
            put(UnsafeBufferPointer(rebasing: utf8[written...]))
        }
    }

    private static func mayBeSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"), 0x00..<0x20, 0x7F, 0xC2, 0xE2, 0xEF: true
        default: false
        }
    }

    /// What the text starts with, if that is written as an escape, and how many bytes it has: quotes, backslashes,
    /// apostrophes, controls, line and paragraph separators, byte order marks.
    private static func special(_ utf8: Slice<UnsafeBufferPointer<UInt8>>) -> (code: UInt16, length: Int)? {
        guard let first = utf8.first else { return nil }
        if first < 0x80 { return (UInt16(first), 1) }
        let second = utf8.dropFirst().first ?? 0
        let third = utf8.dropFirst(2).first ?? 0
        switch (first, second, third) {
        case (0xC2, 0x80...0x9F, _): return (UInt16(second), 2)
        case (0xE2, 0x80, 0xA8...0xA9): return (0x2028 + UInt16(third & 1), 3)
        case (0xEF, 0xBB, 0xBF): return (0xFEFF, 3)
        default: return nil
        }
    }

    private mutating func putEscape(_ code: UInt16) {
        put(UInt8(ascii: "\\"))
        if code == 0x22 || code == 0x5C { return put(UInt8(code)) }
        put(UInt8(ascii: "u"))
        for shift in stride(from: 12, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: code >> shift) & 0xF
            put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
        }
    }
}
