// SPDX-License-Identifier: Apache-2.0

/// Few known texts, among which another is found by its bytes, without a string of its own.
///
/// What is looked for cannot make a search longer: only the known texts stand in the table.
package struct KeyTable: Sendable {
    /// The texts one after the other, and where each starts; the last entry is the end.
    private var bytes: [UInt8] = []
    private var starts: [Int] = [0]
    /// Positions of texts, by their hash and what follows it; -1 where nothing stands. At least half are free.
    private var slots: [Int]

    /// - Parameter texts: each once.
    package init(_ texts: [String]) {
        var size = 4
        while size < 2 * texts.count { size *= 2 }
        slots = Array(repeating: -1, count: size)
        for (position, text) in texts.enumerated() {
            bytes += text.utf8
            starts.append(bytes.count)
            var slot = Array(text.utf8).withUnsafeBufferPointer(slot(of:))
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = position
        }
    }

    /// The position of a text among those that the table was made of.
    package func position(of text: UnsafeBufferPointer<UInt8>) -> Int? {
        var slot = slot(of: text)
        while slots[slot] >= 0 {
            let position = slots[slot]
            let isSame = bytes.withUnsafeBufferPointer { bytes in
                UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[starts[position]..<starts[position + 1]])
                    .hasSameBytes(as: UnsafeRawBufferPointer(text))
            }
            if isSame { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// By the length and the bytes at both ends.
    private func slot(of text: UnsafeBufferPointer<UInt8>) -> Int {
        var hash = UInt64(text.count)
        for byte in text.prefix(8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in text.suffix(8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
    }
}
