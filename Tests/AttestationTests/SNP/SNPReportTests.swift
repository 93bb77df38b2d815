// SPDX-License-Identifier: Apache-2.0

import Attestation
import SimulatedPlatform
import Testing

/// What a report must look like, whatever is signed.
struct SNPReportTests {
    private let fixture: SNPFixture
    private let bytes: [UInt8]

    init() throws {
        fixture = try SNPFixture()
        bytes = try fixture.authority.sign(fixture.template)
    }

    private func error(_ bytes: [UInt8]) -> SNPReportError? {
        do throws(SNPReportError) {
            _ = try SNPReport(bytes)
            return nil
        } catch {
            return error
        }
    }

    /// Sets a byte and signs again, so that only the rule can catch it.
    private func error(settingByte offset: Int, to value: UInt8) -> SNPReportError? {
        var bytes = bytes
        bytes[offset] = value
        return error(bytes)
    }

    @Test func readsEveryField() throws {
        let report = try SNPReport(bytes)
        #expect(report.version == 3 && report.vmpl == 0 && report.guestSVN == 0)
        #expect(report.policy == 0x30000 && report.platformInfo == 0x25)
        #expect(report.measurement == fixture.template.measurement)
        #expect(report.hostData == fixture.template.hostData)
        #expect(report.reportData == fixture.template.reportData)
        #expect(report.chipID == fixture.template.chipID)
        #expect(report.product == .milan)
        #expect(report.signingKey == .vcek)
        #expect(report.bytes == bytes)
        #expect(report.current.description == "1.55, build 21")
        var again = SNPReportTemplate(report)
        #expect(again.bytes == bytes)
        again.version = 2
        #expect(again.bytes != bytes)
    }

    @Test(arguments: [0, 1, 0x29F, 1183, 1185, 4096])
    func refusesOtherLengths(_ count: Int) {
        #expect(error(Array((bytes + [UInt8](repeating: 0, count: 4096)).prefix(count))) == .length(count))
    }

    @Test(arguments: [0, 1, 6, 0xFFFF_FFFF] as [UInt32])
    func refusesOtherVersions(_ version: UInt32) {
        var template = fixture.template
        template.version = version
        #expect(error(template.bytes) == .version(version))
    }

    @Test(arguments: [2, 3, 4, 5] as [UInt32])
    func readsAllVersions(_ version: UInt32) {
        var template = fixture.template
        template.version = version
        if version < 3 { template.cpuid = [] }
        #expect(error(template.bytes) == nil)
    }

    @Test(arguments: [0, 2, 3] as [UInt8])
    func refusesOtherSignatureAlgorithms(_ algorithm: UInt8) {
        #expect(error(settingByte: 0x34, to: algorithm) == .signatureAlgorithm(UInt32(algorithm)))
    }

    @Test(arguments: [
        0x4C, 0x4F, 0x18B, 0x19F, 0x1EB, 0x1EF, 0x208, 0x29F, 0x2A0 + 48, 0x2A0 + 71, 0x2E8 + 48, 0x330, 0x49F,
    ])
    func refusesReservedBytes(_ offset: Int) {
        for value in [1, 0x80, 0xFF] as [UInt8] {
            #expect(error(settingByte: offset, to: value) == .reserved(offset: offset))
        }
    }

    @Test func refusesReservedBits() {
        #expect(error(settingByte: 0x0B, to: 0x04) == .reservedBits(field: "POLICY", value: 0x0403_0000))
        #expect(error(settingByte: 0x0F, to: 0x80) == .reservedBits(field: "POLICY", value: 0x8000_0000_0003_0000))
        #expect(error(settingByte: 0x0A, to: 0x01) == .reservedBits(field: "POLICY", value: 0x1_0000))
        #expect(error(settingByte: 0x40, to: 0x65) == .reservedBits(field: "PLATFORM_INFO", value: 0x65))
        #expect(error(settingByte: 0x41, to: 0x01) == .reservedBits(field: "PLATFORM_INFO", value: 0x125))
        #expect(error(settingByte: 0x48, to: 0x20) == .reservedBits(field: "SIGNING_KEY", value: 0x20))
        #expect(error(settingByte: 0x48, to: 0x08) == .signingKey(2))
    }

    @Test func refusesFieldsThatItsVersionDoesNotHave() {
        #expect(error(settingByte: 0, to: 2) == .notInVersion(field: "CPUID_FAM_ID", version: 2))
        #expect(error(settingByte: 0x1F8, to: 1) == .notInVersion(field: "LAUNCH_MIT_VECTOR", version: 3))
        #expect(error(settingByte: 0x200, to: 1) == .notInVersion(field: "CURRENT_MIT_VECTOR", version: 3))
        var template = fixture.template
        template.version = 5
        template.launchMitigations = 1
        template.currentMitigations = 3
        #expect(error(template.bytes) == nil)
    }

    @Test(
        arguments: [
            (0x19, 0x00, SNPProduct.milan), (0x19, 0x0F, .milan), (0x19, 0x10, .genoa), (0x19, 0x1F, .genoa),
            (0x19, 0xA0, .genoa),
            (0x19, 0xAF, .genoa), (0x1A, 0x00, .turin), (0x1A, 0x11, .turin), (0x19, 0x20, nil), (0x1A, 0x12, nil),
            (0x17, 0x31, nil), (0x19, 0xB0, nil),
        ] as [(UInt8, UInt8, SNPProduct?)])
    func knowsProcessors(_ family: UInt8, _ model: UInt8, _ product: SNPProduct?) {
        #expect(SNPProduct(family: family, model: model) == product)
    }

    @Test func laysOutFirmwareVersionsByProduct() {
        let milan = SNPTCBVersion(bootloader: 1, tee: 2, snp: 3, microcode: 4)
        #expect(milan.raw == 0x0403_0000_0000_0201)
        #expect(SNPTCBVersion(milan.raw, .milan) == milan && SNPTCBVersion(milan.raw, .genoa) == milan)
        let turin = SNPTCBVersion(fmc: 9, bootloader: 1, tee: 2, snp: 3, microcode: 4)
        #expect(turin.raw == 0x0400_0000_0302_0109)
        #expect(SNPTCBVersion(turin.raw, .turin) == turin)
        for byte in 2...5 { #expect(SNPTCBVersion(milan.raw | 1 << UInt64(8 * byte), .milan) == nil) }
        for byte in 4...6 { #expect(SNPTCBVersion(turin.raw | 1 << UInt64(8 * byte), .turin) == nil) }
    }
}
