// SPDX-License-Identifier: Apache-2.0

/// Turns libyaml's marks, which count characters after a byte order mark, into byte offsets.
///
/// The identity for ASCII; else a table with the offset of every 64th character.
struct CharacterOffsets {
    /// Bytes of the byte order mark: 3 or 0.
    let base: Int
    private let isASCII: Bool
    private let table: [Int32]
    private static let stride = 64

    init(_ bytes: UnsafeRawBufferPointer) {
        base = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
        isASCII = Self.isASCII(bytes, from: base)
        guard !isASCII else {
            table = []
            return
        }
        var table: [Int32] = []
        var count = 0
        for offset in base..<bytes.count where bytes[offset] & 0xC0 != 0x80 {
            if count % Self.stride == 0 { table.append(Int32(truncatingIfNeeded: offset)) }
            count += 1
        }
        self.table = table
    }

    private static func isASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var offset = start
        var seen: UInt64 = 0
        while offset + 8 <= bytes.count {
            seen |= bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        while offset < bytes.count {
            seen |= UInt64(bytes[offset])
            offset += 1
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }

    @inline(__always)
    func byteOffset(_ character: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        isASCII ? min(base + character, bytes.count) : tableOffset(character, in: bytes)
    }

    private func tableOffset(_ character: Int, in bytes: UnsafeRawBufferPointer) -> Int {
        let block = character / Self.stride
        guard block < table.count else { return bytes.count }
        var offset = Int(table[block])
        var left = character % Self.stride
        while left > 0, offset < bytes.count {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        return offset
    }
}
