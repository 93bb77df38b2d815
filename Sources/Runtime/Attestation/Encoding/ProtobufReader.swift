// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a message in protobuf's wire format.
package enum ProtobufError: Error, Sendable, Equatable {
    case truncated
    /// A number of more than 64 bits.
    case varint
    /// Zero, or above 2²⁹ − 1.
    case fieldNumber(UInt64)
    /// A group, which proto3 does not have, or a type that does not exist.
    case wireType(UInt8)
    /// A known field has another type than its message says.
    case type(field: UInt32)
    /// A number does not fit the field, or bytes have another length.
    case value(field: UInt32)
}

extension ProtobufError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated: "a field ends beyond its message"
        case .varint: "a number has more than 64 bits"
        case .fieldNumber(let number): "\(number) is no field number"
        case .wireType(let type): "the wire type \(type) is not known"
        case .type(let field): "field \(field) has another type than its message says"
        case .value(let field): "field \(field) has another length or a value out of range"
        }
    }
}

/// Reads the fields of one message in the order in which they stand; the caller skips those that it does not know.
package struct ProtobufReader: Sendable {
    package enum Value: Sendable, Hashable {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        /// Bytes, text, or a message, for which another reader is made.
        case bytes(ArraySlice<UInt8>)
    }

    package struct Field: Sendable, Hashable {
        package let number: UInt32
        package let value: Value

        /// A scalar in whichever of its encodings.
        package func integer<Integer: FixedWidthInteger & UnsignedInteger>(
            as type: Integer.Type = Integer.self
        ) throws(ProtobufError) -> Integer {
            let wide: UInt64 =
                switch value {
                case .varint(let value), .fixed64(let value): value
                case .fixed32(let value): UInt64(value)
                case .bytes: throw .type(field: number)
                }
            guard let narrow = Integer(exactly: wide) else { throw .value(field: number) }
            return narrow
        }

        package func bytes() throws(ProtobufError) -> [UInt8] { Array(try slice()) }

        /// Bytes that must have a length.
        package func bytes(count: Int) throws(ProtobufError) -> [UInt8] {
            let bytes = try bytes()
            guard bytes.count == count else { throw .value(field: number) }
            return bytes
        }

        package func message() throws(ProtobufError) -> ProtobufReader { ProtobufReader(try slice()) }

        private func slice() throws(ProtobufError) -> ArraySlice<UInt8> {
            guard case .bytes(let slice) = value else { throw .type(field: number) }
            return slice
        }
    }

    private var input: ArraySlice<UInt8>

    package init(_ bytes: [UInt8]) { input = bytes[...] }
    package init(_ bytes: ArraySlice<UInt8>) { input = bytes }

    /// The next field; `nil` at the end.
    package mutating func next() throws(ProtobufError) -> Field? {
        if input.isEmpty { return nil }
        let key = try varint()
        let number = key >> 3
        guard (1...UInt64(1 << 29 - 1)).contains(number) else { throw .fieldNumber(number) }
        let value: Value
        switch UInt8(key & 7) {
        case 0: value = .varint(try varint())
        case 1: value = .fixed64(try littleEndian(8))
        case 2: value = .bytes(try take(try varint()))
        case 5: value = .fixed32(UInt32(truncatingIfNeeded: try littleEndian(4)))
        case let type: throw .wireType(type)
        }
        return Field(number: UInt32(number), value: value)
    }

    private mutating func varint() throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = input.popFirst() else { throw .truncated }
            if shift == 63, byte > 1 { throw .varint }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw .varint
    }

    private mutating func littleEndian(_ count: UInt64) throws(ProtobufError) -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: UInt64) throws(ProtobufError) -> ArraySlice<UInt8> {
        guard count <= UInt64(input.count) else { throw .truncated }
        defer { input = input.dropFirst(Int(count)) }
        return input.prefix(Int(count))
    }
}
