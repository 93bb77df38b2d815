// SPDX-License-Identifier: Apache-2.0

import Attestation
import Digests
import SimulatedPlatform
import Testing

/// Groups 44 to 46 of the negative cases: what is not signed as it should be.
struct TDXSignatureTests {
    @Test(arguments: [(UInt16(4), TDReport.Version.v1_0), (5, .v1_0), (5, .v1_5)])
    func acceptsWhatThePlatformSigned(_ version: UInt16, _ report: TDReport.Version) throws {
        var fixture = try TDXFixture()
        fixture.version = version
        fixture.td = SimulatedTD(version: report)
        let outcome = try fixture.outcome()
        #expect(outcome.trace.failures == [])
        #expect(outcome.verified?.quote.report.bytes == fixture.td.bytes)
        #expect(outcome.verified?.platform == fixture.platform.pckExtension)
    }

    @Test func refusesAForgedAttestationKey() throws {
        var fixture = try TDXFixture()
        let impostor = try SigningKey(.p256)
        fixture.editQuote = {
            $0.attestationKey = impostor.point
            $0.signature = try impostor.signConcatenated($0.signedBytes)
        }
        #expect(try fixture.outcome().failedRule == TDXRules.qeBinding)
    }

    @Test func refusesOtherReportDataOfTheQuotingEnclave() throws {
        var fixture = try TDXFixture()
        let platform = fixture.platform
        let digest = SHA256.digest(platform.attestationKey.point + platform.authenticationData)
        for end in [[UInt8](repeating: 0, count: 31) + [1], [1] + [UInt8](repeating: 0, count: 31)] {
            fixture.editQuote = {
                $0.qeReport = platform.enclave.bytes(reportData: digest + end)
                $0.qeReportSignature = try platform.pckKey.signConcatenated($0.qeReport)
            }
            #expect(try fixture.outcome().failedRule == TDXRules.qeBinding)
        }
    }

    @Test func refusesAttestationKeysOffTheCurve() throws {
        var fixture = try TDXFixture()
        let platform = fixture.platform
        fixture.editQuote = {
            $0.attestationKey[63] ^= 1
            let digest = SHA256.digest($0.attestationKey + $0.authenticationData)
            $0.qeReport = platform.enclave.bytes(reportData: digest + [UInt8](repeating: 0, count: 32))
            $0.qeReportSignature = try platform.pckKey.signConcatenated($0.qeReport)
        }
        let outcome = try fixture.outcome()
        #expect(outcome.failedRule == TDXRules.quoteSignature)
        #expect(outcome.shortfall?.field == "attestation key")
    }

    @Test func refusesNumbersOutOfRange() throws {
        for wrong in [[UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64)] {
            var fixture = try TDXFixture()
            fixture.editQuote = { $0.signature = wrong }
            #expect(try fixture.outcome().failedRule == TDXRules.quoteSignature)
            #expect(try fixture.outcome().shortfall?.found == "r or s is out of range")
            fixture.editQuote = { $0.qeReportSignature = wrong }
            #expect(try fixture.outcome().failedRule == TDXRules.qeSignature)
        }
    }

    /// One region of a quote and what catches a change in it.
    struct Region: Sendable, CustomTestStringConvertible {
        let part: any WritableKeyPath<SimulatedQuote, [UInt8]> & Sendable
        let range: Range<Int>
        let rules: Set<Rule>
        let testDescription: String
    }

    static let regions: [Region] = [
        // Version, key type and TEE type decide the layout; vendor and reserved bytes have rules of their own.
        Region(
            part: \.signedBytes, range: 0..<28,
            rules: [TDXRules.quoteFormat, TDXRules.quoteReserved, TDXRules.quoteVendor], testDescription: "header"),
        Region(part: \.signedBytes, range: 28..<632, rules: [TDXRules.quoteSignature], testDescription: "body"),
        Region(part: \.signature, range: 0..<64, rules: [TDXRules.quoteSignature], testDescription: "signature"),
        Region(
            part: \.attestationKey, range: 0..<64, rules: [TDXRules.qeBinding], testDescription: "attestation key"),
        Region(part: \.qeReport, range: 0..<384, rules: [TDXRules.qeSignature], testDescription: "QE report"),
        Region(
            part: \.qeReportSignature, range: 0..<64, rules: [TDXRules.qeSignature],
            testDescription: "QE report signature"),
        Region(
            part: \.authenticationData, range: 0..<32, rules: [TDXRules.qeBinding],
            testDescription: "authentication data"),
    ]

    @Test(arguments: regions)
    func refusesEveryFlippedBit(_ region: Region) throws {
        let fixture = try TDXFixture()
        let quote = try SimulatedQuote(fixture.td, version: 4, on: fixture.platform)
        let collateral = try fixture.platform.collateral()
        let verifier = try fixture.platform.verifier(at: fixture.time)
        for bit in BitFlips.bits(of: region.range) {
            var changed = quote
            changed[keyPath: region.part][bit / 8] ^= 1 << (bit % 8)
            let outcome = TDXOutcome(changed.bytes, collateral, by: verifier)
            #expect(outcome.verified == nil, "bit \(bit)")
            #expect(outcome.failedRule.map(region.rules.contains) == true, "bit \(bit): \(outcome.trace.failures)")
        }
    }

    /// A changed PEM text may still say the same: then nothing but the root, of which only name and key count, differs.
    @Test func refusesEveryOtherCertificateChain() throws {
        let fixture = try TDXFixture()
        let quote = try SimulatedQuote(fixture.td, version: 4, on: fixture.platform)
        let chain = try PEMFile(quote.certificateChain).certificates
        let collateral = try fixture.platform.collateral()
        let verifier = try fixture.platform.verifier(at: fixture.time)
        for bit in BitFlips.bits(of: 0..<quote.certificateChain.count) {
            var changed = quote
            changed.certificateChain[bit / 8] ^= 1 << (bit % 8)
            let outcome = TDXOutcome(changed.bytes, collateral, by: verifier)
            guard outcome.verified != nil else { continue }
            let read = try PEMFile(changed.certificateChain).certificates
            #expect(read.count == 3 && read[0] == chain[0] && read[1] == chain[1], "bit \(bit)")
            #expect(read.last?.publicKey.spki == chain[2].publicKey.spki && read.last?.subject == chain[2].subject)
        }
    }
}
