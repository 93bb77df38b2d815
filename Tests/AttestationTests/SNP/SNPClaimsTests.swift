// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import Measurement
import SimulatedPlatform
import Testing

/// What a genuine report is compared with.
struct SNPClaimsTests {
    private func refused(_ rule: Rule, _ field: String, _ origin: String? = nil) -> [SNPFailure] {
        [SNPFailure(rule, field, origin.map { $0.hasPrefix("Policies") ? $0 : "ReferenceValues.snp[0].\($0)" })]
    }

    private func failures(_ change: (inout SNPFixture) throws -> Void) throws -> [SNPFailure] {
        var fixture = try SNPFixture(version: 5)
        try change(&fixture)
        return try fixture.failures()
    }

    @Test func measurementIsExactWithoutResetEIP() throws {
        #expect(
            try failures { $0.entry.trustedMeasurement = String(repeating: "11", count: 47) + "10" }
                == refused(SNPRules.measurement, "MEASUREMENT", "TrustedMeasurement"))
        #expect(
            try failures {
                $0.template.measurement = []
                $0.template.idKeyDigest = []
                $0.entry.platform = ""
            } == refused(SNPRules.measurement, "MEASUREMENT", "TrustedMeasurement"))
        for malformed in ["", "11", "zz"] {
            #expect(
                try failures { $0.entry.trustedMeasurement = malformed }
                    == refused(SNPRules.measurement, "MEASUREMENT", "TrustedMeasurement"))
        }
    }

    @Test(arguments: [1, 2, 3, 219, 220])
    func measurementIsExtendedByVCPUs(_ count: Int) throws {
        let one = try #require(LaunchDigest([UInt8](repeating: 0x11, count: 48)))
        let digests = VCPULaunchDigests(oneVCPU: one, apResetEIP: 0x0080_B004, signature: .milan)
        #expect(
            try failures {
                $0.entry.apeip = "0080b004"
                $0.template.measurement = try #require(digests[vCPUs: count]).bytes
                try $0.signIDBlock()
            } == [])
        if count > 1 {
            for eip in ["", "0080b005"] {
                #expect(
                    try failures {
                        $0.entry.apeip = eip
                        $0.template.measurement = try #require(digests[vCPUs: count]).bytes
                        try $0.signIDBlock()
                    } == refused(SNPRules.measurement, "MEASUREMENT", "TrustedMeasurement"))
            }
        }
    }

    @Test(arguments: ["80b004", "zzzzzzzz", "+080b004", "0080b00400"])
    func refusesAMalformedResetEIP(_ eip: String) throws {
        #expect(
            try failures { $0.entry.apeip = eip } == refused(SNPRules.measurement, "MEASUREMENT", "TrustedMeasurement"))
    }

    @Test func productIsTheExpectedOne() throws {
        #expect(
            try failures { $0.entry.productName = "Genoa" } == refused(SNPRules.productName, "product", "ProductName"))
    }

    @Test(
        arguments: [
            (16, "SMT"), (18, "MigrateMA"), (20, "SingleSocket"), (21, "CXLAllowed"), (22, "MemAES256XTS"),
            (23, "RAPLDis"),
            (24, "CipherTextHidingDRAM"), (25, "PageSwapDisable"), (0, "ABIMinor"), (8, "ABIMajor"),
        ] as [(UInt64, String)])
    func guestPolicyIsExact(_ bit: UInt64, _ name: String) throws {
        let failures = try failures {
            $0.template.policy ^= 1 << bit
            $0.entry.platform = ""
        }
        #expect(failures == refused(SNPRules.guestPolicy, "POLICY (\(name))", "GuestPolicy.\(name)"))
    }

    @Test func debugIsNeverAccepted() throws {
        #expect(
            try failures {
                $0.template.policy |= 1 << 19
                $0.entry.guestPolicy.debug = true
                $0.entry.platform = ""
            } == refused(SNPRules.guestPolicy, "POLICY (Debug)"))
    }

    @Test(
        arguments: [
            (0x24, true, false), (0x25, true, true), (0x27, true, true), (0xA5, true, true), (0x2D, true, false),
            (0x35, true, false),
        ] as [(UInt64, Bool, Bool)])
    func platformInfoAllowsAndRequires(_ found: UInt64, _ smt: Bool, _ isChanged: Bool) throws {
        // With nothing but SMT in the manifest, protections may be on, weakening features may not.
        let failures = try failures {
            $0.template.platformInfo = found
            $0.entry.platformInfo = PlatformInfo(smtEnabled: smt)
        }
        switch found {
        case 0x27:
            #expect(
                failures == refused(SNPRules.platformInfo, "PLATFORM_INFO (TSMEEnabled)", "PlatformInfo.TSMEEnabled"))
        case 0xA5:
            #expect(failures == refused(SNPRules.platformInfo, "PLATFORM_INFO (TIOEnabled)", "PlatformInfo.TIOEnabled"))
        default: #expect(failures == [])
        }
    }

    @Test func platformInfoLacksWhatIsRequired() throws {
        #expect(
            try failures { $0.entry.platformInfo.smtEnabled = false }
                == refused(SNPRules.platformInfo, "PLATFORM_INFO (SMTEnabled)", "PlatformInfo.SMTEnabled"))
        for (flag, name) in [
            (\PlatformInfo.eccEnabled, "ECCEnabled"), (\.raplDisabled, "RAPLDisabled"),
            (\.ciphertextHidingDRAMEnabled, "CiphertextHidingDRAMEnabled"),
            (\.aliasCheckComplete, "AliasCheckComplete"),
        ] {
            #expect(
                try failures {
                    $0.template.platformInfo = 1
                    $0.entry.platformInfo[keyPath: flag] = true
                } == refused(SNPRules.platformInfo, "PLATFORM_INFO (\(name))", "PlatformInfo.\(name)"))
        }
    }

    @Test(arguments: [1, 2, 3, 4, 0xFFFF_FFFF] as [UInt32])
    func onlyTheMostPrivilegedPartMayAsk(_ vmpl: UInt32) throws {
        #expect(try failures { $0.template.vmpl = vmpl } == refused(SNPRules.vmpl, "VMPL"))
    }

    @Test func everyComponentHasItsMinimum() throws {
        let components = [
            (\SNPTCBVersion.bootloader, "blSPL", "BootloaderVersion"), (\.tee, "teeSPL", "TEEVersion"),
            (\.snp, "snpSPL", "SNPVersion"), (\.microcode, "ucodeSPL", "MicrocodeVersion"),
        ]
        let full = SNPTCBVersion(bootloader: 4, tee: 2, snp: 24, microcode: 219)
        for (component, name, member) in components {
            for (field, version) in [("COMMITTED_TCB", \SNPReportTemplate.committedTCB), ("LAUNCH_TCB", \.launchTCB)] {
                var low = full
                low[keyPath: component] -= 1
                // The trap of comparing whole numbers: a lower component beside a higher one.
                if name != "ucodeSPL", field == "LAUNCH_TCB" { low.microcode = 255 }
                #expect(
                    try failures { $0.template[keyPath: version] = low.raw }
                        == refused(SNPRules.minimumTCB, "\(field) (\(name))", "MinimumTCB.\(member)"))
            }
        }
    }

    @Test func theReportedFirmwareHasItsMinimumToo() throws {
        var low = SNPTCBVersion(bootloader: 4, tee: 2, snp: 24, microcode: 219)
        low.snp = 23
        #expect(
            try failures {
                $0.template.reportedTCB = low.raw
                let index = try #require($0.authority.fields.firstIndex { $0.field == .snpSPL })
                $0.authority.fields[index].value = DERWriter.integer(23)
            } == refused(SNPRules.minimumTCB, "REPORTED_TCB (snpSPL)", "MinimumTCB.SNPVersion"))
    }

    @Test func aMinimumStillToBeFilledInIsNotMet() throws {
        #expect(
            try failures { $0.entry.minimumTCB.teeVersion = nil }
                == refused(SNPRules.minimumTCB, "REPORTED_TCB (teeSPL)", "MinimumTCB.TEEVersion"))
    }

    @Test func newerFirmwareIsFine() throws {
        #expect(
            try failures {
                $0.entry.minimumTCB = MinimumTCB(
                    bootloaderVersion: 3, teeVersion: 0, snpVersion: 8, microcodeVersion: 115)
            }
                == [])
    }

    @Test func mitigationsWereActiveAndAre() throws {
        func failures(launch: UInt64, current: UInt64) throws -> [SNPFailure] {
            try self.failures {
                $0.entry.minimumMitigationVector = 0b101
                $0.template.launchMitigations = launch
                $0.template.currentMitigations = current
            }
        }
        #expect(try failures(launch: 0b101, current: 0b111) == [])
        #expect(
            try failures(launch: 0b100, current: 0b111)
                == refused(SNPRules.mitigations, "LAUNCH_MIT_VECTOR", "MinimumMitigationVector"))
        #expect(
            try failures(launch: 0b111, current: 0b1001)
                == refused(SNPRules.mitigations, "CURRENT_MIT_VECTOR", "MinimumMitigationVector"))
    }

    @Test func chipsMayBeListed() throws {
        let chip = try SNPFixture().template.chipID
        let other = String(repeating: "77", count: 64)
        #expect(try failures { $0.entry.allowedChipIDs = [] } == [])
        #expect(try failures { $0.entry.allowedChipIDs = [other, Hex.text(chip).uppercased()] } == [])
        let refusal = refused(SNPRules.chipID, "CHIP_ID", "AllowedChipIDs")
        #expect(try failures { $0.entry.allowedChipIDs = [other] } == refusal)
        #expect(
            try failures {
                $0.template.chipID = []
                $0.entry.allowedChipIDs = [String(repeating: "00", count: 64), Hex.text(chip)]
            } == refusal)
        var turin = try SNPFixture(.turin, version: 5)
        turin.entry.allowedChipIDs = [Hex.text(turin.template.chipID) + String(repeating: "00", count: 56)]
        #expect(try turin.failures() == [])
        turin.entry.allowedChipIDs = [Hex.text(turin.template.chipID)]
        #expect(try turin.failures() == refusal)
    }

    @Test func theIDBlockIsTheAnonymousOne() throws {
        let refusal = [SNPFailure(SNPRules.idBlock, "ID_KEY_DIGEST", "ReferenceValues.snp[0]")]
        #expect(try failures { $0.template.idKeyDigest = [] } == refusal)
        #expect(try failures { $0.template.idKeyDigest[47] ^= 1 } == refusal)
        #expect(
            try failures {
                $0.entry.platform = "metal-qemu-snp-gpu"; $0.template.idKeyDigest = []
            } == refusal)
        #expect(
            try failures {
                $0.entry.platform = "AKS-CLH-SNP"; $0.template.idKeyDigest = []
            } == [])
    }

    @Test func nobodyElseHasASay() throws {
        #expect(try failures { $0.template.flags = 1 } == refused(SNPRules.authorKey, "AUTHOR_KEY_EN"))
        #expect(
            try failures { $0.template.migrationAgentReportID[0] = 0 }
                == refused(SNPRules.migrationAgent, "REPORT_ID_MA"))
    }

    @Test func hostDataIsAPolicyOfTheManifest() throws {
        let refusal = refused(SNPRules.hostData, "HOST_DATA", "Policies")
        #expect(try failures { $0.template.hostData[0] ^= 1 } == refusal)
        #expect(try failures { $0.manifest.policies = [:] } == refusal)
        let zeros = String(repeating: "0", count: 64)
        #expect(
            try failures {
                $0.template.hostData = []
                $0.manifest.policies[zeros] = PolicyEntry(sans: [])
            } == refusal)
    }

    @Test func theCoordinatorHasItsRole() throws {
        #expect(
            try failures { $0.policy = .coordinator }
                == refused(SNPRules.hostData, "HOST_DATA", "Policies.\(SNPFixture.policyHash).Role"))
        #expect(
            try failures {
                $0.policy = .coordinator
                $0.manifest.policies[SNPFixture.policyHash]?.role = "coordinator"
            } == [])
    }

    @Test func workloadsDoNotPassForTheCoordinator() throws {
        #expect(try failures { $0.policy = .workload } == [])
        #expect(
            try failures {
                $0.policy = .workload
                $0.manifest.policies[SNPFixture.policyHash]?.role = "coordinator"
            } == refused(SNPRules.hostData, "HOST_DATA", "Policies.\(SNPFixture.policyHash).Role"))
    }

    @Test func reportDataIsThatOfTheRequest() throws {
        let data = try SNPFixture().template.reportData
        #expect(try failures { $0.reportData = data } == [])
        let refusal = refused(SNPRules.reportData, "REPORT_DATA")
        #expect(try failures { $0.reportData = Array(data.prefix(63)) + [0] } == refusal)
        #expect(try failures { $0.reportData = Array(data.prefix(32)) } == refusal)
        #expect(
            try failures {
                $0.reportData = Array(data.prefix(32))
                $0.template.reportData = Array(data.prefix(32))
            } == refusal)
    }

    @Test func anyEntrySufficesAndTheNearestExplains() throws {
        var fixture = try SNPFixture()
        var wrong = fixture.entry
        wrong.trustedMeasurement = String(repeating: "22", count: 48)
        var far = wrong
        far.productName = "Genoa"
        fixture.manifest.referenceValues.snp = [far, wrong, fixture.entry]
        var trace = Trace()
        #expect(try fixture.verify(trace: &trace).entry.text == "ReferenceValues.snp[2]")
        fixture.manifest.referenceValues.snp = [far, wrong]
        #expect(
            try fixture.failures()
                == [SNPFailure(SNPRules.measurement, "MEASUREMENT", "ReferenceValues.snp[1].TrustedMeasurement")])
        fixture.manifest.referenceValues = ReferenceValues(tdx: [TDXReferenceValues()])
        #expect(try fixture.failures() == [SNPFailure(SNPRules.referenceValues, "reference values")])
    }

    @Test func tellsAllThatFallsShort() throws {
        let failures = try failures {
            $0.template.hostData[0] ^= 1
            $0.entry.productName = "Genoa"
            $0.entry.minimumTCB.snpVersion = 25
        }
        #expect(failures.map(\.rule) == [SNPRules.hostData, SNPRules.productName, SNPRules.minimumTCB])
    }
}
