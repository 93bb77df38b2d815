// SPDX-License-Identifier: Apache-2.0

extension UnsafeRawBufferPointer {
    /// Whether both hold the same bytes; eight at a time, since comparing collections goes byte by byte. What is left in
    /// the end is compared with some bytes before it.
    package func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        if count >= 8 {
            var at = 0
            while at < count - 8 {
                if !isSame(UInt64.self, at, other) { return false }
                at += 8
            }
            return isSame(UInt64.self, count - 8, other)
        }
        if count >= 4 { return isSame(UInt32.self, 0, other) && isSame(UInt32.self, count - 4, other) }
        for at in 0..<count where self[at] != other[at] { return false }
        return true
    }

    @inline(__always)
    private func isSame<Word: FixedWidthInteger & BitwiseCopyable>(
        _ word: Word.Type, _ offset: Int, _ other: UnsafeRawBufferPointer
    ) -> Bool {
        loadUnaligned(fromByteOffset: offset, as: word) == other.loadUnaligned(fromByteOffset: offset, as: word)
    }
}

extension String {
    /// Equality of the UTF-8 bytes.
    package func hasSameBytes(as other: String) -> Bool {
        other.utf8.withContiguousStorageIfAvailable { hasBytes($0) } ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether the UTF-8 form is this.
    package func hasBytes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard utf8.count == bytes.count else { return false }
        return utf8.withContiguousStorageIfAvailable {
            UnsafeRawBufferPointer($0).hasSameBytes(as: UnsafeRawBufferPointer(bytes))
        } ?? utf8.elementsEqual(bytes)
    }

    /// Whether the UTF-8 form has a byte.
    package func containsByte(_ byte: UInt8) -> Bool {
        utf8.withContiguousStorageIfAvailable { $0.contains(byte) } ?? utf8.contains(byte)
    }
}
