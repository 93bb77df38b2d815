// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import Testing

/// Real reports with the certificates of real chips.
@Suite(.enabled(if: SNPVectors.areThere, "CONTRAST_TEST_DATA is not set"))
struct SNPVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var name: String
        /// When the certificate of the chip begins to be good, and ends.
        var from: String
        var until: String
        var tcb: SNPTCBVersion
        var policy: UInt64
        var version: UInt32
        var testDescription: String { name }
    }

    static let vectors = [
        Vector(
            name: "milan-v2-google", from: "2022-09-24T00:55:28Z", until: "2029-09-24T00:55:28Z",
            tcb: SNPTCBVersion(bootloader: 2, tee: 0, snp: 5, microcode: 68), policy: 0xB0000, version: 2),
        Vector(
            name: "milan-v2-virtee", from: "2023-04-03T19:23:43Z", until: "2030-04-03T19:23:43Z",
            tcb: SNPTCBVersion(bootloader: 3, tee: 0, snp: 8, microcode: 115), policy: 0x30000, version: 2),
        Vector(
            name: "milan-v2-trustee", from: "2023-01-24T17:58:26Z", until: "2030-01-24T17:58:26Z",
            tcb: SNPTCBVersion(bootloader: 3, tee: 0, snp: 8, microcode: 115), policy: 0x3001F, version: 2),
        Vector(
            name: "milan-v3-azure", from: "2025-01-28T16:26:55Z", until: "2032-01-28T16:26:55Z",
            tcb: SNPTCBVersion(bootloader: 4, tee: 0, snp: 24, microcode: 219), policy: 0x3001F, version: 3),
        Vector(
            name: "milan-v2-azure", from: "2023-05-02T21:22:19Z", until: "2030-05-02T21:22:19Z",
            tcb: SNPTCBVersion(bootloader: 3, tee: 0, snp: 8, microcode: 115), policy: 0x3001F, version: 2),
    ]

    private func verify(
        _ report: [UInt8], _ endorsements: SNPEndorsements, at time: Timestamp
    ) throws -> GenuineSNPReport {
        var trace = Trace()
        return try SNPVerifier(time: time, revocation: .ifGiven).verify(report, endorsements, trace: &trace)
    }

    private func failure(_ report: [UInt8], _ endorsements: SNPEndorsements, at time: Timestamp) -> SNPFailure? {
        do {
            _ = try verify(report, endorsements, at: time)
            return nil
        } catch {
            return (error as? VerificationFailure)?.steps.first.map {
                SNPFailure($0.rule, $0.shortfall?.field ?? "")
            }
        }
    }

    @Test(arguments: vectors) func isGenuineWhileItsCertificateIsGood(_ vector: Vector) throws {
        let report = try SNPVectors.report(vector.name)
        let endorsements = try SNPVectors.endorsements(vector.name)
        let from = try #require(Timestamp(vector.from))
        let until = try #require(Timestamp(vector.until))
        for time in [from, Timestamp(seconds: (from.seconds + until.seconds) / 2)] {
            let genuine = try verify(report, endorsements, at: time)
            #expect(genuine.reportedTCB == vector.tcb)
            #expect(genuine.report.policy == vector.policy && genuine.report.version == vector.version)
            #expect(genuine.product == .milan)
        }
        let expired = SNPFailure(SNPRules.path, "VCEK")
        #expect(failure(report, endorsements, at: Timestamp(seconds: from.seconds - 1)) == expired)
        #expect(failure(report, endorsements, at: Timestamp(seconds: until.seconds + 1)) == expired)
    }

    @Test(arguments: vectors) func noBitMayChange(_ vector: Vector) throws {
        let report = try SNPVectors.report(vector.name)
        let endorsements = try SNPVectors.endorsements(vector.name)
        let time = try #require(Timestamp("2026-01-01"))
        for bit in BitFlips.bits(of: 0..<SNPReport.size) {
            var flipped = report
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(failure(flipped, endorsements, at: time)?.rule.id.hasPrefix("snp.report") == true, "bit \(bit)")
        }
    }

    @Test func noBitOfTheCertificateMayChange() throws {
        let report = try SNPVectors.report("milan-v3-azure")
        let endorsements = try SNPVectors.endorsements("milan-v3-azure")
        let der = try #require(endorsements.endorsementKey).der
        let time = try #require(Timestamp("2026-01-01"))
        for bit in BitFlips.bits(of: 0..<der.count) {
            var flipped = der
            flipped[bit / 8] ^= 1 << (bit % 8)
            guard let certificate = try? Certificate(der: flipped) else { continue }
            let changed = SNPEndorsements(endorsementKey: certificate)
            #expect(failure(report, changed, at: time) != nil, "bit \(bit)")
        }
    }

    @Test(arguments: ["vcek-invalid-legacy", "vcek-invalid-new"])
    func refusesTamperedCertificates(_ name: String) throws {
        let report = try SNPVectors.report("milan-v2-trustee")
        let endorsements = try SNPVectors.endorsements("milan-v2-trustee", certificate: name)
        let time = try #require(Timestamp("2026-01-01"))
        #expect(failure(report, endorsements, at: time) == SNPFailure(SNPRules.path, "VCEK"))
    }

    @Test func refusesTheCertificateOfAnotherChip() throws {
        let report = try SNPVectors.report("milan-v2-google")
        let endorsements = try SNPVectors.endorsements("milan-v2-virtee")
        let time = try #require(Timestamp("2026-01-01"))
        #expect(failure(report, endorsements, at: time) == SNPFailure(SNPRules.signature, "SIGNATURE"))
    }

    @Test func readsTheChainsOfFiles() throws {
        let report = try SNPVectors.report("milan-v3-azure")
        let time = try #require(Timestamp("2026-01-01"))
        for (chain, expected) in [
            ("milan_vcek", nil), ("genoa_vcek", SNPFailure(SNPRules.root, "ARK")),
            ("milan_vlek", SNPFailure(SNPRules.path, "VCEK")),
        ] as [(String, SNPFailure?)] {
            var endorsements = try SNPVectors.endorsements("milan-v3-azure")
            endorsements.add(try PEMFile(SNPVectors.bytes("roots/\(chain)_cert_chain.pem")))
            #expect(failure(report, endorsements, at: time) == expected)
        }
    }

    @Test func builtInRootsAreThePublishedOnes() throws {
        for product in SNPProduct.allCases {
            let anchors = try #require(SNPTrustAnchors.amd.products[product])
            let name = product.rawValue.lowercased()
            let vcek = try PEMFile(SNPVectors.bytes("roots/\(name)_vcek_cert_chain.pem")).certificates
            let vlek = try PEMFile(SNPVectors.bytes("roots/\(name)_vlek_cert_chain.pem")).certificates
            #expect(vcek == [anchors.ask, anchors.ark] && vlek == [anchors.asvk, anchors.ark])
        }
    }

    /// Such a policy lets the host read the guest, so that no manifest may accept it.
    @Test func refusesAGuestThatMayBeDebugged() throws {
        let time = try #require(Timestamp("2026-01-01"))
        let genuine = try verify(
            SNPVectors.report("milan-v2-google"), SNPVectors.endorsements("milan-v2-google"), at: time)
        var entry = SNPReferenceValues(
            productName: "Milan", trustedMeasurement: Hex.text(genuine.report.measurement),
            minimumTCB: MinimumTCB(bootloaderVersion: 2, teeVersion: 0, snpVersion: 5, microcodeVersion: 68),
            platformInfo: PlatformInfo(smtEnabled: true))
        entry.guestPolicy.debug = true
        let shortfalls = entry.requirements(at: ManifestPath()).compactMap { $0.shortfall(of: genuine) }
        #expect(shortfalls.map(\.field) == ["POLICY (Debug)"])
    }
}

/// Files of the shared test data.
enum SNPVectors {
    static var areThere: Bool { TestEnvironment.value("CONTRAST_TEST_DATA") != nil }

    static func bytes(_ path: String) throws -> [UInt8] {
        try #require(TestEnvironment.data("attestation/snp/\(path)"), "\(path) is missing")
    }

    static func report(_ name: String) throws -> [UInt8] { try bytes("\(name)/report.bin") }

    static func endorsements(_ name: String, certificate: String = "vcek") throws -> SNPEndorsements {
        SNPEndorsements(endorsementKey: try Certificate(der: bytes("\(name)/\(certificate).der")))
    }
}
