// SPDX-License-Identifier: Apache-2.0

import Attestation
import Testing

struct ProtobufTests {
    /// The bytes are those of the documentation of the wire format (Protocol Buffers, "Encoding").
    @Test func readsPublishedBytes() throws {
        var number = ProtobufReader([0x08, 0x96, 0x01])
        let field = try #require(try number.next())
        #expect(field.number == 1)
        #expect(try field.integer(as: UInt32.self) == 150)
        #expect(try number.next() == nil)
        var text = ProtobufReader([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
        #expect(try text.next()?.bytes() == Array("testing".utf8))
        var message = ProtobufReader([0x1A, 0x03, 0x08, 0x96, 0x01])
        var inner = try #require(try message.next()?.message())
        #expect(try inner.next()?.integer() == 150 as UInt64)
    }

    @Test func writesPublishedBytes() {
        var writer = ProtobufWriter()
        writer.integer(1, 150 as UInt32)
        writer.bytes(2, Array("testing".utf8))
        writer.message(3) { $0.integer(1, 150 as UInt32) }
        writer.integer(4, 0 as UInt64)
        writer.fixed64(5, 0)
        writer.bytes(6, [])
        writer.message(7) { _ in }
        writer.fixed64(8, 0x0102)
        #expect(
            writer.bytes == [
                0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67, 0x1A, 0x03, 0x08, 0x96, 0x01,
                0x3A, 0x00, 0x41, 0x02, 0x01, 0, 0, 0, 0, 0, 0,
            ])
    }

    @Test func readsAllTypesAndLargestNumbers() throws {
        var reader = ProtobufReader(
            [0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01] + [0x11, 1, 0, 0, 0, 0, 0, 0, 0x80]
                + [0x1D, 2, 0, 0, 0x80] + [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x00])
        #expect(try reader.next()?.integer() == UInt64.max)
        #expect(try reader.next()?.value == .fixed64(0x8000_0000_0000_0001))
        #expect(try reader.next()?.value == .fixed32(0x8000_0002))
        #expect(try reader.next()?.number == 1 << 29 - 1)
        #expect(try reader.next() == nil)
    }

    @Test(
        arguments: [
            ([0x08], ProtobufError.truncated), ([0x80], .truncated), ([0x09, 1, 2, 3], .truncated),
            ([0x0A, 2, 0], .truncated),
            ([0x0A] + [UInt8](repeating: 0xFF, count: 9) + [0x01], .truncated),
            ([0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x02], .varint),
            ([0x08] + [UInt8](repeating: 0x80, count: 10) + [0x00], .varint), ([0x00, 0x00], .fieldNumber(0)),
            ([0x80, 0x80, 0x80, 0x80, 0x10, 0x00], .fieldNumber(1 << 29)), ([0x0B], .wireType(3)),
            ([0x0C], .wireType(4)),
            ([0x0E], .wireType(6)), ([0x0F], .wireType(7)),
        ] as [([UInt8], ProtobufError)])
    func refuses(_ bytes: [UInt8], _ error: ProtobufError) {
        var reader = ProtobufReader(bytes)
        #expect(throws: error) { while try reader.next() != nil {} }
    }

    @Test func refusesOtherTypesAndValues() throws {
        var reader = ProtobufReader([0x08, 0x80, 0x02, 0x12, 0x01, 0x00])
        let number = try #require(try reader.next())
        let bytes = try #require(try reader.next())
        #expect(throws: ProtobufError.value(field: 1)) { try number.integer(as: UInt8.self) }
        #expect(throws: ProtobufError.type(field: 1)) { try number.bytes() }
        #expect(throws: ProtobufError.type(field: 2)) { try bytes.integer(as: UInt64.self) }
        #expect(throws: ProtobufError.value(field: 2)) { try bytes.bytes(count: 2) }
        #expect(try bytes.bytes(count: 1) == [0])
    }
}
