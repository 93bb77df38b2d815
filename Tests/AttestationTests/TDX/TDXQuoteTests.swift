// SPDX-License-Identifier: Apache-2.0

import Attestation
import SimulatedPlatform
import Testing

/// Groups 37 to 43 of the negative cases: what is no TDX quote.
struct TDXQuoteTests {
    private let bytes: [UInt8]
    private let version5: [UInt8]

    init() throws {
        var fixture = try TDXFixture()
        bytes = try fixture.quote()
        fixture.version = 5
        fixture.td = SimulatedTD(version: .v1_5)
        version5 = try fixture.quote()
    }

    private func set(_ offset: Int, _ values: [UInt8], in bytes: [UInt8]? = nil) -> [UInt8] {
        var bytes = bytes ?? self.bytes
        bytes.replaceSubrange(offset..<offset + values.count, with: values)
        return bytes
    }

    private func add(_ delta: Int, toSizeAt offset: Int) -> [UInt8] {
        let size = bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) } + delta
        return set(offset, UInt32(size).littleEndianBytes)
    }

    @Test func readsBothVersions() throws {
        let quote = try TDXQuote(bytes: bytes)
        #expect(quote.header.version == 4 && quote.report.version == .v1_0)
        #expect(quote.report.mrTD == SimulatedTD().mrTD && quote.report.mrServiceTD == nil)
        #expect(quote.report.rtmrs == SimulatedTD().rtmrs)
        let other = try TDXQuote(bytes: version5)
        #expect(other.header.version == 5 && other.report.version == .v1_5)
        #expect(other.report.mrServiceTD == SimulatedTD().mrServiceTD)
        #expect(other.signedBytes.count == 54 + 648 && quote.signedBytes.count == 48 + 584)
        #expect(quote.bytes == bytes && other.bytes == version5)
    }

    @Test func refusesOtherHeaders() {
        for version: UInt8 in [0, 3, 6] {
            #expect(throws: TDXQuoteError.unsupportedVersion(UInt16(version))) {
                try TDXQuote(bytes: set(0, [version]))
            }
        }
        #expect(throws: TDXQuoteError.unsupportedTEEType(0)) { try TDXQuote(bytes: set(4, [0])) }
        #expect(throws: TDXQuoteError.unsupportedTEEType(0x0100_0081)) { try TDXQuote(bytes: set(7, [1])) }
        #expect(throws: TDXQuoteError.unsupportedAttestationKeyType(3)) { try TDXQuote(bytes: set(2, [3])) }
    }

    @Test func refusesOtherVendorsAndReservedBytes() throws {
        var fixture = try TDXFixture()
        fixture.editQuote = { $0.signedBytes[12] ^= 1 }
        #expect(try fixture.outcome().failedRule == TDXRules.quoteVendor)
        for offset in 8..<12 {
            fixture.editQuote = { $0.signedBytes[offset] = 1 }
            #expect(try fixture.outcome().failedRule == TDXRules.quoteReserved)
        }
    }

    @Test func refusesOtherBodies() {
        #expect(throws: TDXQuoteError.unsupportedBody(type: 1, size: 648)) {
            try TDXQuote(bytes: set(48, [1], in: version5))
        }
        #expect(throws: TDXQuoteError.unsupportedBody(type: 3, size: 584)) {
            try TDXQuote(bytes: set(50, UInt32(584).littleEndianBytes, in: version5))
        }
        #expect(throws: TDXQuoteError.unsupportedBody(type: 3, size: .max)) {
            try TDXQuote(bytes: set(50, UInt32.max.littleEndianBytes, in: version5))
        }
    }

    /// Where sizes and types stand in a quote of version 4.
    private enum Offset {
        static let signatureData = 632
        static let certificationType = 764
        static let certificationSize = 766
        static let authenticationSize = 1218
        static let chainType = 1252
        static let chainSize = 1254
    }

    @Test func refusesSizesThatDoNotNest() {
        let shorter = [Offset.signatureData, Offset.certificationSize, Offset.chainSize].map { add(-1, toSizeAt: $0) }
        #expect(throws: ByteReaderError.self) { try TDXQuote(bytes: shorter[0]) }
        #expect(throws: ByteReaderError.self) { try TDXQuote(bytes: shorter[1]) }
        #expect(throws: ByteReaderError.trailing(offset: bytes.count - 1, count: 1)) { try TDXQuote(bytes: shorter[2]) }
        for (offset, field) in [
            (Offset.signatureData, "signature data"), (Offset.certificationSize, "certification data"),
            (Offset.chainSize, "certification data"),
        ] {
            #expect(
                throws: ByteReaderError.truncated(field: field, offset: offset + 4, available: bytes.count - offset - 4)
            ) { try TDXQuote(bytes: add(1, toSizeAt: offset)) }
            #expect(throws: ByteReaderError.self) { try TDXQuote(bytes: set(offset, UInt32.max.littleEndianBytes)) }
        }
        #expect(
            throws: ByteReaderError.truncated(
                field: "authentication data", offset: 1220, available: bytes.count - 1220)
        ) { try TDXQuote(bytes: set(Offset.authenticationSize, [0xFF, 0xFF])) }
    }

    @Test func refusesOtherCertificationData() {
        #expect(throws: TDXQuoteError.unsupportedCertificationData(type: 4, expected: 6)) {
            try TDXQuote(bytes: set(Offset.certificationType, [4]))
        }
        #expect(throws: TDXQuoteError.unsupportedCertificationData(type: 4, expected: 5)) {
            try TDXQuote(bytes: set(Offset.chainType, [4]))
        }
    }

    @Test func takesZerosBehindTheQuoteOnly() throws {
        let parsed = try TDXQuote(bytes: bytes)
        #expect(try TDXQuote(bytes: bytes + [UInt8](repeating: 0, count: 3065)) == parsed)
        #expect(throws: TDXQuoteError.trailingBytes(offset: bytes.count + 2)) {
            try TDXQuote(bytes: bytes + [0, 0, 1, 0])
        }
        #expect(throws: TDXQuoteError.tooLarge(TDXQuote.sizeLimit + 1)) {
            try TDXQuote(bytes: bytes + [UInt8](repeating: 0, count: TDXQuote.sizeLimit + 1 - bytes.count))
        }
    }

    @Test func refusesEveryPrefix() {
        for count in 0..<bytes.count {
            #expect(throws: ByteReaderError.self) { try TDXQuote(bytes: Array(bytes.prefix(count))) }
        }
        for count in 0..<version5.count {
            #expect(throws: ByteReaderError.self) { try TDXQuote(bytes: Array(version5.prefix(count))) }
        }
    }
}
