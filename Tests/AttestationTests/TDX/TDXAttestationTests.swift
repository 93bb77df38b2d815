// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform
import Testing

struct TDXAttestationTests {
    private let quote: TDXQuote

    init() throws { quote = try TDXQuote(bytes: TDXFixture().quote()) }

    @Test func readsWhatItWrites() throws {
        for attestation in [
            TDXAttestation(quote: quote), TDXAttestation(quote: quote, extraBytes: [0, 0, 0]),
            TDXAttestation(quote: quote, hostCollateral: [[1, 2], [], [3]]),
        ] {
            let bytes = try #require(attestation.protobuf)
            let read = try TDXAttestation(protobuf: bytes)
            #expect(read == attestation)
            #expect(read.quote.bytes == quote.bytes)
        }
    }

    @Test func hasTheFieldsOfTheMessage() throws {
        let bytes = try #require(TDXAttestation(quote: quote, hostCollateral: [[7]]).protobuf)
        let message = try fields(bytes)
        #expect(message.map(\.number) == [1, 2, 3, 4, 65535])
        let header = try fields(message[0].bytes())
        #expect(header.map(\.number) == [1, 2, 3, 4, 5, 6, 7])
        #expect(header.prefix(3).map(\.value) == [.varint(4), .varint(2), .varint(0x81)])
        let body = try fields(message[1].bytes())
        #expect(body.map(\.number) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 11, 11, 12])
        #expect(try body[6].bytes() == quote.report.mrTD && body[14].bytes() == quote.report.reportData)
        #expect(try message[2].integer(as: UInt32.self) == UInt32(quote.bytes.count - 636))
        let data = try fields(message[3].bytes())
        #expect(try data[0].bytes() == quote.signatureData.signature)
        let certification = try fields(data[2].bytes())
        #expect(certification[0].value == .varint(6))
        let certified = try fields(certification[2].bytes())
        #expect(certified.map(\.number) == [1, 2, 3, 4])
        // MISCSELECT is zero, which proto3 leaves out.
        #expect(try fields(certified[0].bytes()).map(\.number) == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        #expect(try fields(certified[3].bytes())[2].bytes() == quote.signatureData.certificateChain)
    }

    private func fields(_ bytes: [UInt8]) throws -> [ProtobufReader.Field] {
        var reader = ProtobufReader(bytes)
        var all: [ProtobufReader.Field] = []
        while let field = try reader.next() { all.append(field) }
        return all
    }

    @Test func hasNoPlaceForVersion5() throws {
        var fixture = try TDXFixture()
        fixture.version = 5
        let other = try TDXQuote(bytes: fixture.quote())
        #expect(TDXAttestation(quote: other).protobuf == nil)
    }

    /// The message with one field of a nested message replaced; `nil` takes it away.
    private func changing(
        _ path: [UInt32], in bytes: [UInt8]? = nil, _ write: ((inout ProtobufWriter) -> Void)?
    ) throws -> [UInt8] {
        let bytes = try bytes ?? #require(TDXAttestation(quote: quote).protobuf)
        var writer = ProtobufWriter()
        for field in try fields(bytes) {
            if field.number == path[0] {
                if path.count == 1 {
                    write?(&writer)
                } else {
                    writer.bytes(field.number, try changing(Array(path.dropFirst()), in: field.bytes(), write))
                }
            } else if case .bytes(let value) = field.value {
                writer.bytes(field.number, value)
            } else {
                writer.integer(field.number, try field.integer(as: UInt64.self))
            }
        }
        return writer.bytes
    }

    @Test func refusesFieldsOfOtherSizesOrNone() throws {
        for path: [UInt32] in [
            [1], [2], [4], [1, 4], [1, 6], [1, 7], [2, 1], [2, 7], [2, 12], [4, 1], [4, 2], [4, 3], [4, 3, 3],
            [4, 3, 3, 1], [4, 3, 3, 1, 1], [4, 3, 3, 1, 12], [4, 3, 3, 2], [4, 3, 3, 4],
        ] {
            let field = try #require(path.last)
            #expect(throws: ProtobufError.value(field: field)) { try TDXAttestation(protobuf: changing(path, nil)) }
        }
        for path: [UInt32] in [[1, 6], [2, 1], [2, 10], [2, 12], [4, 1], [4, 3, 3, 1, 8], [4, 3, 3, 2]] {
            let field = try #require(path.last)
            #expect(throws: ProtobufError.value(field: field)) {
                try TDXAttestation(protobuf: changing(path) { $0.bytes(field, [1]) })
            }
            #expect(throws: ProtobufError.type(field: field)) {
                try TDXAttestation(protobuf: changing(path) { $0.integer(field, UInt32(1)) })
            }
        }
        #expect(throws: ProtobufError.value(field: 11)) { try TDXAttestation(protobuf: changing([2, 11], nil)) }
        // Each of four registers becomes two.
        #expect(throws: ProtobufError.value(field: 11)) {
            try TDXAttestation(
                protobuf: changing([2, 11]) { body in
                    for register in quote.report.rtmrs.prefix(2) { body.bytes(11, register) }
                })
        }
        #expect(throws: ProtobufError.value(field: 1)) {
            try TDXAttestation(protobuf: changing([1, 1]) { $0.integer(1, UInt32(1 << 16)) })
        }
    }

    @Test func refusesSizesAndTypesThatAreNotThoseOfTheQuote() throws {
        for path: [UInt32] in [[3], [4, 3, 2], [4, 3, 3, 3, 1], [4, 3, 3, 4, 2]] {
            let field = try #require(path.last)
            for size: UInt32 in [1, .max >> 16] {
                #expect(throws: (any Error).self) {
                    try TDXAttestation(protobuf: changing(path) { $0.integer(field, size) })
                }
            }
        }
        #expect(throws: TDXQuoteError.unsupportedVersion(5)) {
            try TDXAttestation(protobuf: changing([1, 1]) { $0.integer(1, UInt32(5)) })
        }
        #expect(throws: TDXQuoteError.unsupportedTEEType(0)) { try TDXAttestation(protobuf: changing([1, 3], nil)) }
        #expect(throws: TDXQuoteError.unsupportedCertificationData(type: 4, expected: 6)) {
            try TDXAttestation(protobuf: changing([4, 3, 1]) { $0.integer(1, UInt32(4)) })
        }
    }

    @Test func refusesFieldsThatAreThereTwice() throws {
        let bytes = try #require(TDXAttestation(quote: quote).protobuf)
        var writer = ProtobufWriter()
        writer.integer(3, UInt32(1))
        #expect(throws: ProtobufError.value(field: 3)) { try TDXAttestation(protobuf: bytes + writer.bytes) }
    }

    @Test func refusesExtraBytesThatAreNotZero() throws {
        var attestation = TDXAttestation(quote: quote)
        attestation.extraBytes = [0, 9]
        let bytes = try #require(attestation.protobuf)
        #expect(throws: TDXQuoteError.trailingBytes(offset: quote.bytes.count + 1)) {
            try TDXAttestation(protobuf: bytes)
        }
    }

    @Test func refusesEveryPrefix() throws {
        let bytes = try #require(TDXAttestation(quote: quote, extraBytes: [0]).protobuf)
        for count in 0..<bytes.count - 3 {
            #expect(throws: (any Error).self) { try TDXAttestation(protobuf: Array(bytes.prefix(count))) }
        }
        #expect(throws: TDXQuoteError.tooLarge(TDXAttestation.sizeLimit + 1)) {
            try TDXAttestation(protobuf: [UInt8](repeating: 0, count: TDXAttestation.sizeLimit + 1))
        }
    }
}
