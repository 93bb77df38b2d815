// SPDX-License-Identifier: Apache-2.0

import IR
import Measurement
import Testing

@Suite struct SNPLaunchTests {
    static let kernel = KernelHashes(
        kernel: Array("a kernel".utf8), initrd: Array("an initrd".utf8), commandLine: "console=hvc0")

    private func digest(
        _ firmware: TestFirmware = TestFirmware(), _ kernel: KernelHashes? = kernel,
        _ signature: CPUSignature = .milan, _ features: GuestFeatures = .snpActive, vCPUs: Int = 1,
        _ hypervisor: Hypervisor = .qemu
    ) throws -> String {
        let launch = SNPLaunch(
            firmware: try firmware.parsed(), kernel: kernel, signature: signature, features: features,
            hypervisor: hypervisor)
        return Hex.text(try #require(launch.digests()[vCPUs: vCPUs]).bytes)
    }

    /// Computed by a Python script from the same description of the firmware.
    @Test func matchesAnotherImplementation() throws {
        #expect(
            try digest()
                == "8217595bd8aae292852f7a88eb097b7fe58202ab3b9765266d9318c275f1b8bfc976fc0ed20aeacc22d7d4fc996d71bf")
        #expect(
            try digest(TestFirmware(), Self.kernel, .genoa, vCPUs: 3)
                == "005dd84b5421695a7017a05e3c66797ab35bea593156f239b3088059aa65375bff986617c968c64871bbdd618286903f")
        #expect(
            try digest(TestFirmware(), nil, .turin, .debugSwap, vCPUs: 2)
                == "6ff65f1889252d0665f4c583f90eb529e9138aaacdeb9bf6e35604ad84227773fc3ac92f91c04517abf8112650d8cd65")
    }

    @Test func everyInputChangesTheDigest() throws {
        func kernel(_ kernel: String, _ initrd: String?, _ commandLine: String) -> KernelHashes {
            KernelHashes(kernel: Array(kernel.utf8), initrd: initrd.map { Array($0.utf8) }, commandLine: commandLine)
        }
        var otherFirmware = TestFirmware()
        otherFirmware.sev[0].size = 0x4000
        var otherReset = TestFirmware()
        otherReset.apResetEIP = 0x0080_B005
        let other = try #require(CPUSignature(family: 25, model: 1, stepping: 2))
        let digests = try [
            digest(), digest(otherFirmware), digest(otherReset), digest(TestFirmware(), nil),
            digest(TestFirmware(), kernel("b kernel", "an initrd", "console=hvc0")),
            digest(TestFirmware(), kernel("a kernel", "an initre", "console=hvc0")),
            digest(TestFirmware(), kernel("a kernel", nil, "console=hvc0")),
            digest(TestFirmware(), kernel("a kernel", "an initrd", "console=hvc1")),
            digest(TestFirmware(), kernel("a kernel", "an initrd", "")),
            digest(TestFirmware(), Self.kernel, .genoa), digest(TestFirmware(), Self.kernel, other),
            digest(TestFirmware(), Self.kernel, .milan, .debugSwap), digest(vCPUs: 2), digest(vCPUs: 220),
            digest(TestFirmware(), Self.kernel, .milan, .snpActive, vCPUs: 1, .gce),
        ]
        #expect(Set(digests).count == digests.count)
    }

    @Test func anAbsentInitrdCountsAsEmpty() {
        let empty = KernelHashes(kernel: [1], initrd: [], commandLine: "")
        #expect(KernelHashes(kernel: [1], initrd: nil, commandLine: "") == empty)
    }

    @Test func refusesAKernelThatTheFirmwareWouldNotCheck() throws {
        var firmware = TestFirmware()
        firmware.sev.removeLast()
        #expect(throws: FirmwareError.noKernelHashes) { try digest(firmware) }
        #expect(throws: Never.self) { try digest(firmware, nil) }
        firmware = TestFirmware()
        for table in [nil, 0x80_5C00, 0x80_6F58, 0x80_7000, 0] as [UInt32?] {
            firmware.hashTable = table
            #expect(throws: FirmwareError.noKernelHashes) { try digest(firmware) }
        }
        firmware.hashTable = 0x80_6F50
        #expect(throws: Never.self) { try digest(firmware) }
    }

    @Test func refusesFirmwareThatSaysNotWhereVCPUsStart() {
        var firmware = TestFirmware()
        firmware.apResetEIP = nil
        #expect(throws: FirmwareError.noResetVector) { try digest(firmware) }
    }
}

@Suite struct CPUSignatureTests {
    @Test(arguments: [
        (14, 1, 2, 0x0E12), (23, 1, 2, 0x80_0F12), (25, 1, 1, 0xA0_0F11), (25, 17, 0, 0xA1_0F10), (26, 0, 0, 0xB0_0F00),
        (15, 255, 15, 0xF_0FFF), (270, 255, 15, 0xFFF_0FFF),
    ])
    func encodesFamilyModelAndStepping(_ family: Int, _ model: Int, _ stepping: Int, _ value: Int) {
        #expect(CPUSignature(family: family, model: model, stepping: stepping)?.value == UInt32(value))
    }

    @Test func refusesNumbersThatDoNotFit() {
        for (family, model, stepping) in [(271, 0, 0), (-1, 0, 0), (0, 256, 0), (0, -1, 0), (0, 0, 16), (0, 0, -1)] {
            #expect(CPUSignature(family: family, model: model, stepping: stepping) == nil)
        }
    }

    @Test func knowsProductsAndTheModelsOfQEMU() {
        #expect(CPUSignature(product: "Milan") == CPUSignature(family: 25, model: 1, stepping: 1))
        #expect(CPUSignature(product: "Genoa") == CPUSignature(family: 25, model: 17, stepping: 0))
        #expect(CPUSignature(product: "Turin") == CPUSignature(family: 26, model: 0, stepping: 0))
        #expect(CPUSignature(product: "Rome") == nil)
        #expect(CPUSignature(model: "EPYC-v4") == CPUSignature(family: 23, model: 1, stepping: 2))
        #expect(CPUSignature(model: "EPYC") == CPUSignature(family: 23, model: 1, stepping: 2))
        #expect(CPUSignature(model: "EPYC-Milan-v2") == .milan)
        #expect(CPUSignature(model: "epyc-genoa") == .genoa)
        for name in ["EPYC-", "EPYC-v", "EPYC-Genoa-v1x", "EPYC-Genoa-1", "Opteron", ""] {
            #expect(CPUSignature(model: name) == nil)
        }
    }
}
