// SPDX-License-Identifier: Apache-2.0

import Attestation
import SimulatedPlatform
import Testing

struct DERReaderTests {
    @Test func readsWhatIsWritten() throws {
        var reader = DERReader(
            DERWriter.sequence(
                DERWriter.objectIdentifier("1.3.6.1.4.1.3704.1.3.8"), DERWriter.integer(255), DERWriter.integer(0),
                DERWriter.octetString([UInt8](repeating: 7, count: 300))))
        var inner = try reader.sequence()
        try reader.end()
        #expect(try inner.objectIdentifier() == "1.3.6.1.4.1.3704.1.3.8")
        #expect(try inner.unsigned(UInt8.self) == 255)
        #expect(try inner.unsigned(UInt8.self) == 0)
        #expect(try inner.element(DERReader.Tag.octetString).count == 300)
        try inner.end()
    }

    @Test(
        arguments: [
            ([0x02, 0x01], DERError.truncated), ([0x02, 0x80, 0x00, 0x00], .length),
            ([0x02, 0x81, 0x01, 0x00], .length),
            ([0x02, 0x85, 1, 1, 1, 1, 1], .length), ([0x02, 0x82, 0x00, 0x80], .length), ([0x02, 0x00], .integer),
            ([0x02, 0x01, 0xFF], .integer), ([0x02, 0x02, 0x01, 0x00], .integer), ([0x02, 0x02, 0x00, 0x7F], .integer),
            ([0x04, 0x01, 0x00], .unexpectedTag(found: 4, expected: 2)), ([], .truncated),
            ([0x02, 0x84, 1], .truncated),
        ] as [([UInt8], DERError)])
    func refusesWhatIsNoSmallNumber(_ bytes: [UInt8], _ error: DERError) {
        var reader = DERReader(bytes)
        #expect(throws: error) { try reader.unsigned(UInt8.self) }
    }

    @Test(arguments: [
        [0x06, 0x00], [0x06, 0x02, 0x80, 0x01], [0x06, 0x01, 0x81], [0x06, 0x0A] + [UInt8](repeating: 0xFF, count: 10),
    ])
    func refusesMalformedObjectIdentifiers(_ bytes: [UInt8]) {
        var reader = DERReader(bytes)
        #expect(throws: DERError.objectIdentifier) { try reader.objectIdentifier() }
    }
}
