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

    /// The bytes from an offset on; `nil` when the array does not have all of them.
    func bytes(at offset: Int, count wanted: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, wanted >= 0, wanted <= count, offset <= count - wanted else { return nil }
        return self[offset..<offset + wanted]
    }

    /// An integer, least significant byte first; `nil` when the array does not have all of its bytes.
    func load<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type, at offset: Int) -> Value? {
        guard let bytes = bytes(at: offset, count: Value.bitWidth / 8) else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | Value($1) }
    }
}
