// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import Testing

/// Each vector gives the outcome that the data's index states, at a fixed time within its window.
@Suite(.enabled(if: TDXVector.isThere, TDXVector.skipped))
struct TDXVectorTests {
    private static let phala = TDXVector("tdx/v4-phala")
    private static let near = TDXVector("tdx/v4-near")
    private static let phalaTime = Timestamp.utc("2025-06-25T00:00:00Z")
    private static let nearTime = Timestamp.utc("2025-09-10T00:00:00Z")

    @Test func phalaIsUpToDate() throws {
        let outcome = TDXOutcome(try Self.phala.quote, try Self.phala.collateral, by: TDXVerifier(time: Self.phalaTime))
        #expect(outcome.trace.failures == [])
        let verified = try #require(outcome.verified)
        #expect(verified.tcb.status == .upToDate)
        #expect(verified.tcb.platform.date == "2024-03-13T00:00:00Z")
        #expect(verified.tcb.module?.status == .upToDate)
        #expect(verified.tcb.quotingEnclave.status == .upToDate)
        #expect(verified.tcb.advisoryIDs == [])
        #expect(verified.evaluationDataNumber == 17)
        #expect(Hex.text(verified.platform.fmspc) == "b0c06f000000")
        #expect(verified.platform.sgxType == .scalable)
        #expect(verified.platform.platformInstanceID.map { Hex.text($0) } == "07828474603e7019dc930775ffe8cdd2")
        #expect(
            verified.platform.configuration
                == PCKExtension.Configuration(dynamicPlatform: true, cachedKeys: true, smtEnabled: true))
    }

    @Test func nearIsUpToDateAndNamesItsConfiguration() throws {
        let outcome = TDXOutcome(try Self.near.quote, try Self.near.collateral, by: TDXVerifier(time: Self.nearTime))
        #expect(outcome.trace.failures == [])
        let verified = try #require(outcome.verified)
        #expect(verified.tcb.status == .upToDate)
        #expect(Hex.text(verified.platform.fmspc) == "20a06f000000")
        #expect(Hex.text(verified.quote.report.mrConfigID).hasPrefix("0112a20a"))
    }

    @Test(arguments: [
        ("2025-06-19T10:32:27Z", nil), ("2025-07-19T10:00:35Z", nil),
        ("2025-06-19T10:32:26Z", TDXRules.qeIdentityDocument.validity), ("2025-07-19T10:00:36Z", TDXRules.pckCRL),
    ])
    func phalaHasItsWindow(_ time: String, _ rule: Rule?) throws {
        let time = try #require(Timestamp(time))
        let outcome = TDXOutcome(try Self.phala.quote, try Self.phala.collateral, by: TDXVerifier(time: time))
        #expect(outcome.failedRule == rule)
        #expect((outcome.verified != nil) == (rule == nil))
    }

    @Test func outdatedMeetsNoLevel() throws {
        let vector = TDXVector("tdx/v5-phala-outdated")
        let outcome = TDXOutcome(
            try vector.quote, try vector.collateral,
            by: TDXVerifier(time: Timestamp.utc("2026-02-25T00:00:00Z"), acceptedStatuses: Set(TCBStatus.allCases)))
        #expect(outcome.failedRule == TDXRules.platformLevel)
        #expect(try TDXQuote(bytes: vector.quote).report.version == .v1_5)
    }

    @Test func preProductionMeetsNoLevelAndHasJunkBehindIt() throws {
        let vector = TDXVector("tdx/v4-google-spr")
        let collateral = try vector.collateralFromResponses
        let time = Timestamp.utc("2023-06-25T00:00:00Z")
        let quote = try vector.quote
        #expect(throws: TDXQuoteError.trailingBytes(offset: 4935)) { try TDXQuote(bytes: quote) }
        #expect(TDXOutcome(quote, collateral, by: TDXVerifier(time: time)).failedRule == TDXRules.quoteFormat)
        let outcome = TDXOutcome(
            Array(quote.prefix(4935)), collateral,
            by: TDXVerifier(time: time, acceptedStatuses: Set(TCBStatus.allCases)))
        #expect(outcome.failedRule == TDXRules.platformLevel)
    }

    @Test func paddedQuoteCarriesItsNonce() throws {
        let vector = TDXVector("tdx/ccel-google-cos")
        let quote = try vector.quote
        let parsed = try TDXQuote(bytes: quote)
        #expect(parsed.report.reportData == (try vector.file("nonce.bin")))
        // There is no collateral for its platform.
        let verifier = TDXVerifier(time: Self.phalaTime)
        var trace = Trace()
        let signed = try verifier.verifySignatures(quote, trace: &trace)
        #expect(signed.quote == parsed && trace.failures == [])
        #expect(trace.steps.last?.rule == TDXRules.quoteSignature)
        let outcome = TDXOutcome(quote, try Self.phala.collateral, by: verifier)
        #expect(outcome.failedRule == TDXRules.fmspc)
    }

    @Test func anotherPlatformsCollateralIsRefused() throws {
        let other = TDXVector("tdx/v5-phala-outdated")
        let outcome = TDXOutcome(
            try Self.phala.quote, try other.collateral, by: TDXVerifier(time: Timestamp.utc("2026-02-25T00:00:00Z")))
        #expect(outcome.failedRule == TDXRules.fmspc)
    }

    @Test func quotesOfSGXAreRefused() throws {
        let vector = TDXVector("sgx/v3-phala")
        #expect(throws: TDXQuoteError.unsupportedVersion(3)) { try TDXQuote(bytes: vector.quote) }
        #expect(throws: CollateralError(path: "enclaveIdentity.id", reason: .wrongValue(expected: "'TD_QE'"))) {
            try QEIdentity(json: vector.file("qe_identity.json"))
        }
        #expect(throws: CollateralError(path: "tcbInfo.id", reason: .wrongValue(expected: "'TDX'"))) {
            try TCBInfo(json: vector.file("tcb_info.json"))
        }
    }

    @Test(arguments: ["v4-phala", "v4-near", "v5-phala-outdated", "ccel-google-cos"])
    func quotesAreWrittenAsTheyWereRead(_ name: String) throws {
        let bytes = try TDXVector("tdx/\(name)").quote
        let written = try TDXQuote(bytes: bytes).bytes
        #expect(written == Array(bytes.prefix(written.count)))
        #expect(bytes.dropFirst(written.count).allSatisfy { $0 == 0 })
    }

    @Test(arguments: ["v4-phala", "v4-near", "v5-phala-outdated"])
    func collateralHasTheSignedBytes(_ name: String) throws {
        let vector = TDXVector("tdx/\(name)")
        let collateral = try vector.collateral
        #expect(collateral.tcbInfo.bytes == (try vector.file("tcb_info.json")))
        #expect(collateral.qeIdentity.bytes == (try vector.file("qe_identity.json")))
        #expect(collateral.rootCRL == (try vector.file("root_ca_crl.der")))
        #expect(try TDXCollateral(json: collateral.json) == collateral)
    }

    @Test func filesOfAResponseAreTakenInAnyOrder() throws {
        let vector = TDXVector("tdx/v4-google-spr")
        let names = [
            "tcb_info_response.json", "qe_identity_response.json", "pck_crl.der", "root_ca_crl.der",
            "pck_crl_issuer_chain.pem", "tcb_signing_chain.pem",
        ]
        for order in [names, names.reversed()] {
            var files = EndorsementFiles()
            for name in order { try files.add(vector.file(name)) }
            #expect(try files.tdx() == vector.collateralFromResponses)
        }
    }

    /// Everything but the PEM text, of which `refusesEveryOtherCertificateChain` tells.
    @Test func refusesEveryFlippedBit() throws {
        let quote = try Self.phala.quote
        let collateral = try Self.phala.collateral
        let verifier = TDXVerifier(time: Self.phalaTime)
        let size = try TDXQuote(bytes: quote).bytes.count - TDXQuote(bytes: quote).signatureData.certificateChain.count
        for bit in BitFlips.bits(of: 0..<size) {
            var changed = quote
            changed[bit / 8] ^= 1 << (bit % 8)
            let outcome = TDXOutcome(changed, collateral, by: verifier)
            #expect(outcome.verified == nil && outcome.failedRule != nil, "bit \(bit)")
        }
    }
}
