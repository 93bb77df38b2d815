// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform
import Testing

/// Groups 55 to 60 of the negative cases: what a genuine quote claims.
struct TDXClaimsTests {
    /// The rules that a verified quote falls short of, and how.
    private func failures(
        _ fixture: TDXFixture, _ requirements: [Requirement<GenuineTDXQuote>]
    ) throws -> [Rule: Shortfall] {
        let verified = try #require(try fixture.verified())
        var trace = Trace()
        try? trace.require(requirements, of: verified)
        return Dictionary(
            trace.failures.compactMap { step in step.shortfall.map { (step.rule, $0) } }, uniquingKeysWith: { $1 })
    }

    private func failures(
        _ fixture: TDXFixture, _ change: (inout TDXReferenceValues) -> Void
    ) throws -> [Rule: Shortfall] {
        var entry = SimulatedTD().referenceValues
        change(&entry)
        let path = ManifestPath().key("ReferenceValues").key("tdx").index(0)
        return try failures(fixture, entry.requirements(at: path))
    }

    @Test(arguments: [(UInt16(4), TDReport.Version.v1_0), (5, .v1_5)])
    func acceptsWhatTheManifestSays(_ version: UInt16, _ report: TDReport.Version) throws {
        var fixture = try TDXFixture()
        fixture.version = version
        fixture.td = SimulatedTD(version: report)
        #expect(try failures(fixture, TDXClaims.fixed) == [:])
        #expect(try failures(fixture) { _ in } == [:])
        #expect(
            try failures(fixture) {
                $0.mrTd = $0.mrTd.uppercased()
                $0.allowedPIIDs = [String(repeating: "00", count: 16), String(repeating: "71", count: 16)]
                $0.minTCBEvaluationDataNumber = 17
                ($0.memoryIntegrity, $0.smtDisabled, $0.staticPlatform) = (true, true, true)
            } == [:])
    }

    @Test func refusesDebugAndUnknownAttributesOfAnyGuest() throws {
        for bit in 0..<64 {
            var fixture = try TDXFixture()
            fixture.td.tdAttributes ^= 1 << bit
            switch bit {
            case 0..<8: #expect(try fixture.outcome().failedRule == TDXRules.debug, "bit \(bit)")
            // Known attributes, of which guests of a manifest have one and no other.
            case 28...31, 63:
                #expect(Set(try failures(fixture, TDXClaims.fixed).keys) == [TDXClaims.attributes], "bit \(bit)")
            default: #expect(try fixture.outcome().failedRule == TDXRules.attributes, "bit \(bit)")
            }
        }
    }

    @Test func refusesOtherFeatures() throws {
        var fixture = try TDXFixture()
        fixture.td.xfam ^= 0x200
        let shortfall = try failures(fixture) { _ in }[TDXClaims.xfam]
        #expect(
            shortfall
                == Shortfall(
                    "XFAM", expected: "e702060000000000", found: "e700060000000000",
                    origin: ManifestPath().key("ReferenceValues").key("tdx").index(0).key("Xfam")))
        for bit in [0, 1, 3, 4, 19, 63] {
            fixture.td.xfam = SimulatedTD().xfam ^ 1 << bit
            #expect(try fixture.outcome().failedRule == TDXRules.xfam, "bit \(bit)")
        }
    }

    @Test func refusesOtherMeasurements() throws {
        for (part, rule, place) in [
            (\SimulatedTD.mrTD, TDXClaims.mrTD, "MrTd"), (\.mrSeam, TDXClaims.mrSeam, "MrSeam"),
            (\.rtmrs[0], TDXClaims.rtmr(0), "Rtmrs[0]"), (\.rtmrs[1], TDXClaims.rtmr(1), "Rtmrs[1]"),
            (\.rtmrs[2], TDXClaims.rtmr(2), "Rtmrs[2]"), (\.rtmrs[3], TDXClaims.rtmr(3), "Rtmrs[3]"),
        ] {
            for byte in [0, 47] {
                var fixture = try TDXFixture()
                fixture.td[keyPath: part][byte] ^= 1
                let found = try failures(fixture) { _ in }
                #expect(Set(found.keys) == [rule])
                #expect(found[rule]?.origin?.text == "ReferenceValues.tdx[0].\(place)")
                #expect(found[rule]?.found == Hex.text(fixture.td[keyPath: part]))
            }
        }
    }

    @Test func matchesNothingWithValuesThatAreMissingOrMalformed() throws {
        let fixture = try TDXFixture()
        let zeros = String(repeating: "0", count: 96)
        for value in ["", "7d", "not hexadecimal", zeros] {
            #expect(Set(try failures(fixture) { $0.mrTd = value }.keys) == [TDXClaims.mrTD])
            #expect(Set(try failures(fixture) { $0.mrSeam = value }.keys) == [TDXClaims.mrSeam])
            #expect(Set(try failures(fixture) { $0.xfam = value }.keys) == [TDXClaims.xfam])
        }
        #expect(try failures(fixture) { $0.rtmrs = nil }.count == 4)
        #expect(Set(try failures(fixture) { $0.rtmrs?.removeLast() }.keys) == [TDXClaims.rtmr(3)])
        #expect(
            try failures(fixture) { $0.mrSeam = "" }[TDXClaims.mrSeam]?.expected == "a value, still to be filled in")
    }

    @Test func refusesWhatMustBeZero() throws {
        for (part, rule) in [
            (\SimulatedTD.mrOwner, TDXClaims.owner), (\.mrOwnerConfig, TDXClaims.ownerConfig),
            (\.mrServiceTD, TDXClaims.serviceTD),
        ] {
            var fixture = try TDXFixture()
            fixture.version = 5
            fixture.td = SimulatedTD(version: .v1_5)
            fixture.td[keyPath: part][47] = 1
            #expect(Set(try failures(fixture, TDXClaims.fixed).keys) == [rule])
        }
        for byte in 32..<48 {
            var fixture = try TDXFixture()
            fixture.td.mrConfigID[byte] = 1
            #expect(Set(try failures(fixture, TDXClaims.fixed).keys) == [TDXClaims.hostDataPadding])
        }
        var fixture = try TDXFixture()
        fixture.td.mrSignerSeam[0] = 1
        fixture.platform.tcbInfo["tdxModuleIdentities", "0", "mrsigner"] = .string(Hex.text(fixture.td.mrSignerSeam))
        #expect(Set(try failures(fixture, TDXClaims.fixed).keys) == [TDXClaims.seamSigner])
    }

    @Test func refusesPlatformsThatAreNotAllowed() throws {
        var fixture = try TDXFixture()
        let other = String(repeating: "72", count: 16)
        #expect(try failures(fixture) { $0.allowedPIIDs = [] } == [:])
        #expect(
            try failures(fixture) { $0.allowedPIIDs = [other] }[TDXClaims.platformInstance]
                == Shortfall(
                    "Platform Instance ID", expected: "one of 1 listed", found: String(repeating: "71", count: 16),
                    origin: ManifestPath().key("ReferenceValues").key("tdx").index(0).key("AllowedPIIDs")))
        fixture.platform.pckExtension.platformInstanceID = nil
        #expect(try failures(fixture) { _ in } == [:])
        #expect(try failures(fixture) { $0.allowedPIIDs = [other] }[TDXClaims.platformInstance]?.found == "none")
    }

    @Test func refusesPlatformsWithoutTheirProperties() throws {
        var fixture = try TDXFixture()
        for type in [PCKExtension.SGXType.standard, .scalable] {
            fixture.platform.pckExtension.sgxType = type
            #expect(try failures(fixture) { _ in } == [:])
            #expect(Set(try failures(fixture) { $0.memoryIntegrity = true }.keys) == [TDXClaims.memoryIntegrity])
        }
        for configuration in [
            PCKExtension.Configuration(dynamicPlatform: true, cachedKeys: true, smtEnabled: true),
            PCKExtension.Configuration(), nil,
        ] {
            fixture.platform.pckExtension.configuration = configuration
            #expect(try failures(fixture) { _ in } == [:])
            #expect(Set(try failures(fixture) { $0.smtDisabled = true }.keys) == [TDXClaims.smtDisabled])
            #expect(Set(try failures(fixture) { $0.staticPlatform = true }.keys) == [TDXClaims.staticPlatform])
        }
    }

    @Test func refusesOldEvaluationsOfEitherDocument() throws {
        var fixture = try TDXFixture()
        #expect(
            try failures(fixture) { $0.minTCBEvaluationDataNumber = 18 }[TDXClaims.evaluationDataNumber]
                == Shortfall(
                    "tcbEvaluationDataNumber", expected: "at least 18", found: "17",
                    origin: ManifestPath().key("ReferenceValues").key("tdx").index(0).key(
                        "MinTCBEvaluationDataNumber")))
        fixture.platform.tcbInfo["tcbEvaluationDataNumber"] = 18
        #expect(try failures(fixture) { $0.minTCBEvaluationDataNumber = 18 }.count == 1)
        fixture.platform.qeIdentity["tcbEvaluationDataNumber"] = 18
        #expect(try failures(fixture) { $0.minTCBEvaluationDataNumber = 18 } == [:])
        fixture.platform.tcbInfo["tcbEvaluationDataNumber"] = 16
        #expect(try failures(fixture) { $0.minTCBEvaluationDataNumber = 17 }.count == 1)
    }
}
