// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not what a reader was told to expect.
package enum ByteReaderError: Error, Sendable, Equatable {
    /// The field would end beyond the input; `available` bytes are left.
    case truncated(field: String, offset: Int, available: Int)
    /// A reserved byte at `offset` is not zero.
    case reserved(offset: Int)
    /// Bytes follow what should be the end.
    case trailing(offset: Int, count: Int)
}

extension ByteReaderError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let field, let offset, let available):
            "\(field) at offset \(offset) does not fit: \(available) bytes are left"
        case .reserved(let offset): "the reserved byte at offset \(offset) is not zero"
        case .trailing(let offset, let count): "\(count) bytes follow the end at offset \(offset)"
        }
    }
}

/// Reads fixed layouts from hostile bytes: every access is bounded, and every failure names field and offset.
///
/// Offsets count from the start of the input that the first reader was made of, also in readers of a part.
package struct ByteReader: Sendable {
    private let input: ArraySlice<UInt8>
    private let origin: Int

    /// Index of the next byte.
    private var cursor: Int

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    package init(_ bytes: ArraySlice<UInt8>) {
        self.init(bytes, origin: bytes.startIndex)
    }

    private init(_ bytes: ArraySlice<UInt8>, origin: Int) {
        input = bytes
        self.origin = origin
        cursor = bytes.startIndex
    }

    /// Bytes read so far, counted from the start of the first reader's input.
    package var offset: Int { cursor - origin }

    package var remaining: Int { input.endIndex - cursor }

    package mutating func bytes(_ count: Int, _ field: String) throws(ByteReaderError) -> [UInt8] {
        Array(try slice(count, field))
    }

    /// A reader of the next `count` bytes alone, for a structure whose length is stated.
    package mutating func part(_ count: Int, _ field: String) throws(ByteReaderError) -> ByteReader {
        ByteReader(try slice(count, field), origin: origin)
    }

    package mutating func littleEndian<Integer: FixedWidthInteger>(
        _ field: String, as type: Integer.Type = Integer.self
    ) throws(ByteReaderError) -> Integer {
        try slice(MemoryLayout<Integer>.size, field).reversed().reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
    }

    package mutating func bigEndian<Integer: FixedWidthInteger>(
        _ field: String, as type: Integer.Type = Integer.self
    ) throws(ByteReaderError) -> Integer {
        try slice(MemoryLayout<Integer>.size, field).reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
    }

    package mutating func byte(_ field: String) throws(ByteReaderError) -> UInt8 { try littleEndian(field) }

    /// Skips reserved bytes, all of which must be zero.
    package mutating func zeros(_ count: Int, _ field: String = "reserved") throws(ByteReaderError) {
        let bytes = try slice(count, field)
        if let index = bytes.firstIndex(where: { $0 != 0 }) { throw .reserved(offset: index - origin) }
    }

    /// Everything that is left.
    package mutating func rest() -> [UInt8] {
        defer { cursor = input.endIndex }
        return Array(input[cursor...])
    }

    package func end() throws(ByteReaderError) {
        if remaining > 0 { throw .trailing(offset: offset, count: remaining) }
    }

    private mutating func slice(_ count: Int, _ field: String) throws(ByteReaderError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw .truncated(field: field, offset: offset, available: remaining)
        }
        defer { cursor += count }
        return input[cursor..<cursor + count]
    }
}
