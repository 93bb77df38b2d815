// SPDX-License-Identifier: Apache-2.0

import Attestation
import SimulatedPlatform
import Testing

struct SNPRevocationTests {
    private let revocation = [SNPFailure(SNPRules.revocation, "CRL")]

    private func fixture(
        from start: Timestamp = SNPFixture.start, until end: Timestamp? = SNPFixture.end, revoked: [UInt64] = []
    ) throws -> SNPFixture {
        var fixture = try SNPFixture()
        fixture.revocationLists = [
            try fixture.authority.revocationList(thisUpdate: start, nextUpdate: end, revokedSerials: revoked)
        ]
        return fixture
    }

    @Test func refusesARevokedIntermediate() throws {
        #expect(try fixture(revoked: [0, 7]).failures() == [])
        #expect(try fixture(revoked: [0x1_0001]).failures() == revocation)
    }

    @Test func refusesStaleAndFutureLists() throws {
        #expect(try fixture(until: Timestamp(seconds: SNPFixture.now.seconds - 1)).failures() == revocation)
        #expect(try fixture(from: Timestamp(seconds: SNPFixture.now.seconds + 1)).failures() == revocation)
        #expect(try fixture(until: nil).failures() == revocation)
    }

    @Test func refusesListsThatTheRootHasNotSigned() throws {
        var fixture = try SNPFixture()
        var other = fixture.authority
        other.keys.root = other.keys.intermediate
        fixture.revocationLists = [
            try other.revocationList(thisUpdate: SNPFixture.start, nextUpdate: SNPFixture.end)
        ]
        #expect(try fixture.failures() == revocation)
        let genoa = try SNPFixture(.genoa).authority
        fixture.revocationLists = [
            try genoa.revocationList(thisUpdate: SNPFixture.start, nextUpdate: SNPFixture.end)
        ]
        #expect(try fixture.failures() == revocation)
    }

    @Test func takesTheNewestList() throws {
        var fixture = try SNPFixture()
        let old = try fixture.authority.revocationList(thisUpdate: SNPFixture.start, nextUpdate: SNPFixture.end)
        let new = try fixture.authority.revocationList(
            thisUpdate: Timestamp(seconds: SNPFixture.start.seconds + 1), nextUpdate: SNPFixture.end,
            revokedSerials: [0x1_0001])
        fixture.revocationLists = [new, old]
        #expect(try fixture.failures() == revocation)
    }

    @Test func canDoWithoutAList() throws {
        var fixture = try SNPFixture()
        fixture.revocationLists = []
        #expect(try fixture.failures() == revocation)
        var trace = Trace()
        let verifier = SNPVerifier(
            anchors: try fixture.authority.anchors(), time: fixture.time, revocation: .ifGiven)
        _ = try verifier.verify(
            fixture.authority.sign(fixture.template), fixture.currentEndorsements(), trace: &trace)
        #expect(trace.steps.contains { $0.rule == SNPRules.revocation && $0.outcome == .skipped("no CRL was given") })
    }
}
