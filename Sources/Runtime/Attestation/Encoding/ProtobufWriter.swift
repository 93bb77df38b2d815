// SPDX-License-Identifier: Apache-2.0

/// Writes a message in protobuf's wire format. As proto3 has it, zeros and empty bytes are left out.
package struct ProtobufWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func integer(_ number: UInt32, _ value: some UnsignedInteger & FixedWidthInteger) {
        guard value != 0 else { return }
        varint(UInt64(number) << 3)
        varint(UInt64(value))
    }

    package mutating func fixed64(_ number: UInt32, _ value: UInt64) {
        guard value != 0 else { return }
        varint(UInt64(number) << 3 | 1)
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }

    package mutating func bytes(_ number: UInt32, _ value: some Collection<UInt8>) {
        guard !value.isEmpty else { return }
        field(number, value)
    }

    /// A message is written even when it is empty: that it is there says something.
    package mutating func message(_ number: UInt32, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        field(number, inner.bytes)
    }

    private mutating func field(_ number: UInt32, _ value: some Collection<UInt8>) {
        varint(UInt64(number) << 3 | 2)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
