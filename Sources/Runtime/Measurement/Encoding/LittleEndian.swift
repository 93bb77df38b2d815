// SPDX-License-Identifier: Apache-2.0

extension Array<UInt8> {
    /// Overwrites the bytes at an offset with an integer, least significant byte first. The array must have them.
    mutating func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        for index in 0..<Value.bitWidth / 8 {
            self[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
    }

    /// Overwrites the bytes at an offset. The array must have them.
    mutating func store(_ bytes: some Collection<UInt8>, at offset: Int) {
        replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
}
