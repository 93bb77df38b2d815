// SPDX-License-Identifier: Apache-2.0

import Attestation
import Testing

struct ByteReaderTests {
    @Test func readsBothByteOrders() throws {
        var reader = ByteReader([1, 2, 3, 4, 0, 0, 9])
        #expect(try reader.littleEndian("a", as: UInt16.self) == 0x0201)
        #expect(try reader.bigEndian("b", as: UInt16.self) == 0x0304)
        try reader.zeros(2)
        #expect(try reader.byte("c") == 9)
        try reader.end()
    }

    @Test func saysWhichFieldDoesNotFit() throws {
        var reader = ByteReader([1, 2, 3])
        _ = try reader.byte("first")
        #expect(throws: ByteReaderError.truncated(field: "second", offset: 1, available: 2)) {
            try reader.littleEndian("second", as: UInt32.self)
        }
        #expect(throws: ByteReaderError.truncated(field: "negative", offset: 1, available: 2)) {
            try reader.bytes(-1, "negative")
        }
        #expect(throws: ByteReaderError.trailing(offset: 1, count: 2)) { try reader.end() }
    }

    @Test func countsOffsetsOfPartsFromTheStart() throws {
        var reader = ByteReader([9, 9, 0, 7, 1][...])
        _ = try reader.bytes(2, "head")
        var part = try reader.part(2, "part")
        #expect(throws: ByteReaderError.reserved(offset: 3)) { try part.zeros(2) }
        #expect(try reader.byte("last") == 1)
        var tail = ByteReader([5, 6, 7, 8].dropFirst(2))
        #expect(tail.offset == 0)
        #expect(tail.rest() == [7, 8])
        #expect(tail.remaining == 0)
    }
}
