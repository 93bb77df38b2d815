// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform
import Testing

/// Groups 50 to 54 of the negative cases: TCB levels and their statuses.
struct TCBEvaluationTests {
    private typealias Level = SimulatedCollateral

    private func fixture(levels: [JSONValue]) throws -> TDXFixture {
        var fixture = try TDXFixture()
        fixture.platform.tcbInfo["tcbLevels"] = .array(levels)
        return fixture
    }

    @Test(arguments: TCBStatus.allCases)
    func acceptsNoStatusButUpToDateByDefault(_ status: TCBStatus) throws {
        var fixture = try fixture(levels: [
            Level.platformLevel(status, sgx: [3, 3, 2], pceSVN: 11, tdx: [5, 0, 3], advisories: ["INTEL-SA-00001"])
        ])
        guard status != .upToDate else {
            #expect(try fixture.verified()?.tcb.advisoryIDs == ["INTEL-SA-00001"])
            return
        }
        let outcome = try fixture.outcome()
        #expect(outcome.failedRule == TDXRules.tcbStatus)
        #expect(
            outcome.shortfall
                == Shortfall(
                    "TCB status", expected: "UpToDate",
                    found:
                        "\(status.rawValue) (platform \(status.rawValue), TDX module UpToDate, quoting enclave UpToDate)"
                        + "; advisories: INTEL-SA-00001"))
        fixture.accepted = [.upToDate, status]
        #expect(try fixture.verified()?.tcb.status == (status == .revoked ? nil : status))
        #expect(try fixture.outcome().failedRule == (status == .revoked ? TDXRules.tcbStatus : nil))
    }

    @Test func mergesTheStatusesOfItsParts() throws {
        var fixture = try fixture(levels: [
            Level.platformLevel(.configurationNeeded, sgx: [3], pceSVN: 11, tdx: [], advisories: ["B", "A"])
        ])
        fixture.accepted = Set(TCBStatus.allCases)
        fixture.platform.tcbInfo["tdxModuleIdentities"] = [
            Level.module("TDX_01", levels: [Level.enclaveLevel(.outOfDate, isvSVN: 5, advisories: ["C", "A"])])
        ]
        #expect(try fixture.verified()?.tcb.status == .outOfDateConfigurationNeeded)
        #expect(try fixture.verified()?.tcb.advisoryIDs == ["A", "B", "C"])
        fixture.platform.qeIdentity["tcbLevels"] = [Level.enclaveLevel(.revoked, isvSVN: 1)]
        #expect(try fixture.outcome().failedRule == TDXRules.tcbStatus)
    }

    @Test func mergingIsThatOfIntel() {
        #expect(TCBStatus.upToDate.merged(with: .outOfDate) == .outOfDate)
        #expect(TCBStatus.swHardeningNeeded.merged(with: .outOfDate) == .outOfDate)
        #expect(TCBStatus.configurationNeeded.merged(with: .outOfDate) == .outOfDateConfigurationNeeded)
        #expect(TCBStatus.configurationAndSWHardeningNeeded.merged(with: .outOfDate) == .outOfDateConfigurationNeeded)
        #expect(TCBStatus.outOfDateConfigurationNeeded.merged(with: .outOfDate) == .outOfDateConfigurationNeeded)
        #expect(TCBStatus.configurationNeeded.merged(with: .swHardeningNeeded) == .configurationAndSWHardeningNeeded)
        for status in TCBStatus.allCases {
            #expect(status.merged(with: .upToDate) == status && status.merged(with: status) == status)
            #expect(status.merged(with: .revoked) == .revoked && TCBStatus.revoked.merged(with: status) == .revoked)
            for other in TCBStatus.allCases { #expect(status.merged(with: other) == other.merged(with: status)) }
        }
    }

    @Test func takesTheFirstLevelThatIsMet() throws {
        var fixture = try fixture(levels: [
            Level.platformLevel(.upToDate, sgx: [4, 3, 2], pceSVN: 11, tdx: []),
            Level.platformLevel(.swHardeningNeeded, sgx: [3, 3, 2], pceSVN: 11, tdx: [], date: "2023-01-01T00:00:00Z"),
            Level.platformLevel(.upToDate, sgx: [1], pceSVN: 1, tdx: []),
        ])
        fixture.accepted = [.swHardeningNeeded]
        #expect(try fixture.verified()?.tcb.platform.date == "2023-01-01T00:00:00Z")
        fixture.accepted = [.upToDate]
        #expect(try fixture.outcome().failedRule == TDXRules.tcbStatus)
    }

    @Test func refusesPlatformsBelowEveryLevel() throws {
        for (sgx, pceSVN, tdx, field) in [
            ([4, 3, 2], 11, [5, 0, 3], "SGX TCB component 1"),
            ([3, 3, 2] + [UInt8](repeating: 0, count: 12) + [1], 11, [], "SGX TCB component 16"),
            ([3, 3, 2], 12, [5, 0, 3], "PCESVN"), ([], 0, [0, 0, 4], "TDX TCB component 3"),
            ([], 0, [UInt8](repeating: 0, count: 15) + [1], "TDX TCB component 16"),
        ] as [([UInt8], UInt16, [UInt8], String)] {
            let outcome = try fixture(levels: [
                Level.platformLevel(.upToDate, sgx: sgx, pceSVN: pceSVN, tdx: tdx)
            ]).outcome()
            #expect(outcome.failedRule == TDXRules.platformLevel)
            #expect(outcome.shortfall?.field == field)
        }
        #expect(try fixture(levels: []).outcome().failedRule == TDXRules.platformLevel)
    }

    /// From version 1 on, the module is judged by its own levels and not by the first two numbers of the platform's.
    @Test func comparesTheModulesNumbersForVersionZeroOnly() throws {
        var fixture = try fixture(levels: [Level.platformLevel(.upToDate, sgx: [], pceSVN: 0, tdx: [9, 9, 3])])
        #expect(try fixture.verified() != nil)
        fixture.td.teeTCBSVN[1] = 0
        fixture.td.teeTCBSVN[0] = 9
        #expect(try fixture.outcome().shortfall?.field == "TDX TCB component 2")
        fixture.platform.tcbInfo["tcbLevels"] = [Level.platformLevel(.upToDate, sgx: [], pceSVN: 0, tdx: [9, 0, 3])]
        #expect(try fixture.verified()?.tcb.module == nil)
        fixture.td.teeTCBSVN[0] = 8
        #expect(try fixture.outcome().shortfall?.field == "TDX TCB component 1")
    }

    @Test func refusesOtherModules() throws {
        var fixture = try TDXFixture()
        fixture.td.teeTCBSVN[1] = 0x1B
        #expect(try fixture.outcome().failedRule == TDXRules.module)
        #expect(
            try fixture.outcome().shortfall
                == Shortfall("version of the TDX module", expected: "one of TDX_01", found: "TDX_1b"))
        fixture.platform.tcbInfo["tdxModuleIdentities", "0", "id"] = "TDX_1B"
        #expect(try fixture.verified() != nil)
        for (offset, version) in [(0, UInt8(1)), (47, 1), (0, 0)] {
            fixture = try TDXFixture()
            fixture.td.teeTCBSVN[1] = version
            fixture.td.mrSignerSeam[offset] = 1
            #expect(try fixture.outcome().failedRule == TDXRules.module)
            #expect(try fixture.outcome().shortfall?.field == "MRSIGNERSEAM")
        }
        fixture = try TDXFixture()
        fixture.td.seamAttributes[7] = 0x80
        #expect(try fixture.outcome().failedRule == TDXRules.module)
        #expect(try fixture.outcome().shortfall?.field == "SEAMATTRIBUTES")
        fixture.platform.tcbInfo["tdxModuleIdentities", "0", "attributesMask"] = "FFFFFFFFFFFFFF7F"
        #expect(try fixture.verified() != nil)
    }

    @Test func refusesModulesBelowEveryLevel() throws {
        var fixture = try TDXFixture()
        fixture.td.teeTCBSVN[0] = 4
        #expect(try fixture.outcome().failedRule == TDXRules.moduleLevel)
        fixture.platform.tcbInfo["tdxModuleIdentities", "0", "tcbLevels"] = []
        #expect(try fixture.outcome().failedRule == TDXRules.moduleLevel)
        fixture.platform.tcbInfo["tdxModuleIdentities", "0", "tcbLevels"] = [
            Level.enclaveLevel(.upToDate, isvSVN: 5), Level.enclaveLevel(.outOfDate, isvSVN: 4),
        ]
        #expect(try fixture.outcome().failedRule == TDXRules.tcbStatus)
        fixture.td.teeTCBSVN[0] = 5
        #expect(try fixture.verified() != nil)
    }

    @Test func refusesOtherQuotingEnclaves() throws {
        var fixture = try TDXFixture()
        func rule(_ change: (inout SimulatedQuotingEnclave) -> Void) throws -> Rule? {
            var fixture = fixture
            change(&fixture.platform.enclave)
            return try fixture.outcome().failedRule
        }
        #expect(try rule { $0.mrSigner[31] ^= 1 } == TDXRules.qeSigner)
        #expect(try rule { $0.isvProdID = 1 } == TDXRules.qeProduct)
        #expect(try rule { $0.isvProdID = 3 } == TDXRules.qeProduct)
        #expect(try rule { $0.miscSelect = 1 } == TDXRules.qeMiscSelect)
        #expect(try rule { $0.miscSelect = 1 << 31 } == TDXRules.qeMiscSelect)
        #expect(try rule { $0.attributes[0] |= 2 } == TDXRules.qeAttributes)
        fixture.platform.enclave.attributes[0] ^= 4
        #expect(try fixture.verified() != nil)
        fixture.platform.qeIdentity["miscselectMask"] = "FFFFFFFE"
        fixture.platform.enclave.miscSelect = 1
        #expect(try fixture.verified() != nil)
    }

    @Test func judgesQuotingEnclavesByTheirLevels() throws {
        var fixture = try TDXFixture()
        fixture.platform.enclave.isvSVN = 3
        #expect(try fixture.outcome().failedRule == TDXRules.qeLevel)
        fixture.platform.qeIdentity["tcbLevels"] = [
            Level.enclaveLevel(.upToDate, isvSVN: 4), Level.enclaveLevel(.outOfDate, isvSVN: 2, advisories: ["X"]),
        ]
        #expect(try fixture.outcome().failedRule == TDXRules.tcbStatus)
        fixture.accepted = [.outOfDate]
        #expect(try fixture.verified()?.tcb.advisoryIDs == ["X"])
        fixture.platform.enclave.isvSVN = 5
        fixture.accepted = [.upToDate]
        #expect(try fixture.verified() != nil)
    }
}
