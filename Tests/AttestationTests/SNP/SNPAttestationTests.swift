// SPDX-License-Identifier: Apache-2.0

import Attestation
import Digests
import IR
import SimulatedPlatform
import Testing

/// The message by which reports go over the wire.
struct SNPAttestationTests {
    private func attestation(_ fixture: SNPFixture) throws -> SNPAttestation {
        SNPAttestation(
            report: try fixture.authority.sign(fixture.template), endorsements: try fixture.currentEndorsements())
    }

    @Test(
        arguments: [(SNPProduct.milan, false, 2), (.genoa, true, 3), (.turin, false, 5)] as [(SNPProduct, Bool, UInt32)]
    )
    func readsWhatItWrites(_ product: SNPProduct, _ vlek: Bool, _ version: UInt32) throws {
        var fixture = try SNPFixture(product, vlek: vlek, version: version)
        fixture.template.guestSVN = 7
        fixture.template.familyID = [1]
        fixture.template.imageID = [2]
        fixture.template.authorKeyDigest = [3]
        fixture.template.launchMitigations = version == 5 ? 1 << 63 : 0
        fixture.template.currentMitigations = version == 5 ? 5 : 0
        let original = try attestation(fixture)
        let bytes = try #require(original.protobuf)
        let read = try SNPAttestation(protobuf: bytes)
        #expect(read == original)
        fixture.endorsements = read.endorsements
        #expect(try fixture.failures(read.report) == [])
    }

    /// The expected bytes were made from the same values by Python's protobuf 7 with a descriptor of the message.
    @Test func writesAsAnotherEncoderDoes() throws {
        var template = SNPReportTemplate()
        template.version = 5
        template.guestSVN = 300
        template.policy = 0x30000
        template.familyID = [UInt8](repeating: 1, count: 16)
        template.imageID = [UInt8](repeating: 2, count: 16)
        template.vmpl = 3
        template.signatureAlgorithm = 1
        template.currentTCB = 0xDB18_0000_0000_0204
        template.platformInfo = 0x25
        template.flags = 4
        template.reportData = (0..<64).map { UInt8($0) }
        template.measurement = [UInt8](repeating: 3, count: 48)
        template.hostData = [UInt8](repeating: 4, count: 32)
        template.idKeyDigest = [UInt8](repeating: 5, count: 48)
        template.authorKeyDigest = [UInt8](repeating: 6, count: 48)
        template.reportID = [UInt8](repeating: 7, count: 32)
        template.migrationAgentReportID = [UInt8](repeating: 0xFF, count: 32)
        template.reportedTCB = 0xDB18_0000_0000_0203
        template.cpuid = [0x19, 0x11, 1]
        template.chipID = [UInt8](repeating: 8, count: 64)
        template.committedTCB = 0xDB18_0000_0000_0202
        template.current = [21, 55, 1]
        template.committed = [20, 54, 0]
        template.launchTCB = 0xDB18_0000_0000_0201
        template.launchMitigations = 1 << 63
        template.currentMitigations = 5
        let padding = [UInt8](repeating: 0, count: 24)
        template.signature = [UInt8](repeating: 9, count: 48) + padding + [UInt8](repeating: 10, count: 48)
        let bytes = try #require(SNPAttestation(report: template.bytes).protobuf)
        #expect(bytes.count == 1052)
        #expect(
            Hex.text(SHA256.digest(bytes)) == "41daeaa1073900fb8bc7058b296c817f8cf0f5f91b16fb9244b3589292ef8ad2")
        #expect(try SNPAttestation(protobuf: bytes).report == template.bytes)
    }

    @Test func leavesOutWhatIsNotThere() throws {
        let fixture = try SNPFixture()
        let bare = SNPAttestation(report: try fixture.authority.sign(fixture.template))
        let read = try SNPAttestation(protobuf: try #require(bare.protobuf))
        #expect(read == bare)
        #expect(SNPAttestation(report: [1]).protobuf == nil)
    }

    @Test func skipsWhatItDoesNotKnow() throws {
        let original = try attestation(try SNPFixture())
        var writer = ProtobufWriter()
        writer.integer(99, 1 as UInt32)
        writer.message(2) { chain in
            chain.message(7) { entry in
                entry.bytes(1, Array("another-extra".utf8))
                entry.bytes(2, [1, 2, 3])
            }
            chain.bytes(4, [9])
        }
        #expect(try SNPAttestation(protobuf: try #require(original.protobuf) + writer.bytes) == original)
    }

    @Test func refusesMalformedMessages() throws {
        let bytes = try #require(try attestation(try SNPFixture()).protobuf)
        #expect(throws: SNPAttestationError.noReport) { try SNPAttestation(protobuf: []) }
        #expect(throws: SNPAttestationError.protobuf(.truncated)) { try SNPAttestation(protobuf: bytes.dropLast()) }
        func message(_ chain: (inout ProtobufWriter) -> Void) -> [UInt8] {
            var writer = ProtobufWriter()
            writer.message(2, chain)
            return bytes + writer.bytes
        }
        #expect(throws: SNPAttestationError.certificate("ASK", .malformed)) {
            try SNPAttestation(protobuf: message { $0.bytes(2, [0x30, 0]) })
        }
        #expect(throws: SNPAttestationError.certificate("CRL", .malformed)) {
            try SNPAttestation(
                protobuf: message { chain in
                    chain.message(7) { entry in
                        entry.bytes(1, Array(SNPAttestation.revocationListKey.utf8))
                        entry.bytes(2, [0x30, 0])
                    }
                })
        }
        var short = ProtobufWriter()
        short.message(1) { $0.bytes(12, [1]) }
        #expect(throws: SNPAttestationError.protobuf(.value(field: 12))) { try SNPAttestation(protobuf: short.bytes) }
        var wide = ProtobufWriter()
        wide.message(1) { $0.integer(21, 256 as UInt32) }
        #expect(throws: SNPAttestationError.protobuf(.value(field: 21))) { try SNPAttestation(protobuf: wide.bytes) }
    }
}
