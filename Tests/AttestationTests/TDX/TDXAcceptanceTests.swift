// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform
import Testing

/// Genuine quotes beside whole manifests.
struct TDXAcceptanceTests {
    private static let hash = String(repeating: "1d", count: 32)
    private static let coordinator = String(repeating: "c0", count: 32)

    private func manifest(_ entries: [TDXReferenceValues]) -> Manifest {
        Manifest(
            policies: [
                Self.hash: PolicyEntry(sans: ["web"]),
                Self.coordinator: PolicyEntry(sans: ["coordinator"], role: PolicyEntry.coordinatorRole),
            ],
            referenceValues: ReferenceValues(tdx: entries))
    }

    private func outcome(
        _ fixture: TDXFixture, _ expectation: Attestation.Expectation
    ) throws -> (accepted: AcceptedTDXQuote?, rules: Set<Rule>, trace: Trace) {
        let genuine = try #require(try fixture.verified())
        let verifier = try fixture.platform.verifier(at: fixture.time)
        var trace = Trace()
        do throws(VerificationFailure) {
            return (try verifier.accept(genuine, expectation, trace: &trace), [], trace)
        } catch {
            return (nil, Set(error.steps.map(\.rule)), trace)
        }
    }

    @Test func anyEntrySuffices() throws {
        let fixture = try TDXFixture()
        let good = fixture.td.referenceValues
        var other = good
        other.mrTd = String(repeating: "0", count: 96)
        var worse = other
        worse.xfam = ""
        let (accepted, _, _) = try outcome(
            fixture, Attestation.Expectation(manifest: manifest([worse, other, good, other])))
        #expect(accepted?.entry.text == "ReferenceValues.tdx[2]")
        #expect(accepted?.policyHash == Self.hash)
        let refused = try outcome(fixture, Attestation.Expectation(manifest: manifest([worse, other])))
        #expect(refused.accepted == nil && refused.rules == [TDXClaims.mrTD])
        #expect(refused.trace.failures.first?.shortfall?.origin?.text == "ReferenceValues.tdx[1].MrTd")
        #expect(
            try outcome(fixture, Attestation.Expectation(manifest: manifest([]))).rules == [TDXClaims.referenceValues])
    }

    @Test func refusesGuestsOfNoPolicy() throws {
        var fixture = try TDXFixture()
        let manifest = manifest([fixture.td.referenceValues])
        #expect(
            try outcome(fixture, Attestation.Expectation(manifest: manifest, policy: .coordinator)).rules == [
                TDXClaims.hostData
            ])
        for data: UInt8 in [0x00, 0x1E] {
            fixture.td.mrConfigID.replaceSubrange(0..<32, with: [UInt8](repeating: data, count: 32))
            #expect(try outcome(fixture, Attestation.Expectation(manifest: manifest)).rules == [TDXClaims.hostData])
        }
        fixture.td.mrConfigID.replaceSubrange(0..<32, with: [UInt8](repeating: 0xC0, count: 32))
        let (accepted, _, _) = try outcome(fixture, Attestation.Expectation(manifest: manifest, policy: .coordinator))
        #expect(accepted?.policyHash == Self.coordinator)
    }

    @Test func refusesQuotesForOtherRequests() throws {
        let fixture = try TDXFixture()
        let data = fixture.td.reportData
        var expectation = Attestation.Expectation(manifest: manifest([fixture.td.referenceValues]), reportData: data)
        #expect(try outcome(fixture, expectation).accepted != nil)
        for other in [Array(data.prefix(32)), data.prefix(32) + [UInt8](repeating: 0, count: 32), []] {
            expectation.reportData = other
            #expect(try outcome(fixture, expectation).rules == [TDXClaims.reportData])
        }
    }

    @Test func tellsAllThatFallsShort() throws {
        var fixture = try TDXFixture()
        let expectation = Attestation.Expectation(
            manifest: manifest([fixture.td.referenceValues]), policy: .any, reportData: [UInt8](repeating: 1, count: 64)
        )
        fixture.td.mrOwner[0] = 1
        fixture.td.mrConfigID[0] = 0
        fixture.td.rtmrs[2][5] ^= 1
        #expect(
            try outcome(fixture, expectation).rules
                == [TDXClaims.owner, TDXClaims.hostData, TDXClaims.reportData, TDXClaims.rtmr(2)])
    }

    @Test func acceptsOtherStatusesOnlyWhenAsked() throws {
        var fixture = try TDXFixture()
        fixture.platform.tcbInfo["tcbLevels", "0", "tcbStatus"] = "OutOfDate"
        var files = EndorsementFiles()
        try files.add(fixture.platform.collateral().json)
        let evidence = Evidence.tdx(try fixture.quote())
        var verifier = EvidenceVerifier(
            time: fixture.time, tdxRoots: try fixture.platform.verifier(at: fixture.time).roots)
        var trace = Trace()
        #expect(throws: VerificationFailure.self) { try verifier.verify(evidence, files, nil, trace: &trace) }
        #expect(trace.failures.map(\.rule) == [TDXRules.tcbStatus])
        verifier.tcbStatuses.insert(.outOfDate)
        let verified = try verifier.verify(evidence, files, nil, trace: &trace)
        guard case .tdx(let genuine) = verified.genuine else {
            Issue.record("the quote was not judged")
            return
        }
        #expect(genuine.tcb.status == .outOfDate)
    }
}
