// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The scalar keys of one mapping at a time, to find those that stand twice.
///
/// Sorted by their bytes: hashes of texts that somebody has chosen may all be one.
struct MappingKeys {
    private struct Key {
        /// The first eight bytes, the first of them highest, zeros behind a shorter text.
        var prefix: UInt64
        var text: UnsafeRawBufferPointer
        /// Tape index where the key stands.
        var index: Int32
    }

    private var keys: [Key] = []
    /// One bit for each prefix, of 64 for all; the same one twice makes it worth to look.
    private var bits: UInt64 = 0
    private var mayHaveTwins = false

    /// Tape indices in document order, as long as no twin was looked for.
    var indices: [Int32] { keys.map(\.index) }

    mutating func removeAll() {
        keys.removeAll(keepingCapacity: true)
        bits = 0
        mayHaveTwins = false
    }

    /// The text must stay where it is until the next `removeAll`.
    @inline(__always)
    mutating func append(_ index: Int32, _ text: UnsafeRawBufferPointer) {
        let prefix = Self.prefix(text)
        let bit: UInt64 = 1 << ((prefix &* 0x9E37_79B9_7F4A_7C15) >> 58)
        mayHaveTwins = mayHaveTwins || bits & bit != 0
        bits |= bit
        keys.append(Key(prefix: prefix, text: text, index: index))
    }

    @inline(__always)
    private static func prefix(_ text: UnsafeRawBufferPointer) -> UInt64 {
        if text.count >= 8 { return UInt64(bigEndian: text.loadUnaligned(as: UInt64.self)) }
        var prefix: UInt64 = 0
        for byte in text { prefix = prefix << 8 | UInt64(byte) }
        return text.isEmpty ? 0 : prefix << UInt64(8 * (8 - text.count))
    }

    /// Of the keys that another one before has the bytes of, the first in the document, and that other one. Changes the
    /// order.
    mutating func firstTwin() -> (first: Int32, second: Int32)? {
        if !mayHaveTwins { return nil }
        keys.sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            let order = Self.order(left.text, right.text)
            return order == 0 ? left.index < right.index : order < 0
        }
        var found: (first: Int32, second: Int32)?
        for at in 1..<keys.count where keys[at - 1].prefix == keys[at].prefix {
            guard keys[at - 1].text.hasSameBytes(as: keys[at].text) else { continue }
            if let found, found.second < keys[at].index { continue }
            found = (keys[at - 1].index, keys[at].index)
        }
        return found
    }

    private static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        for at in 0..<min(left.count, right.count) where left[at] != right[at] { return Int(left[at]) - Int(right[at]) }
        return left.count - right.count
    }
}
