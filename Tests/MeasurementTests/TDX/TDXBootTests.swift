// SPDX-License-Identifier: Apache-2.0

import IR
import Measurement
import Testing

@Suite struct TDXBootTests {
    static let initrd = Array("an initrd".utf8)

    private func boot(
        _ kernel: [UInt8] = TestKernel().bytes, initrd: [UInt8]? = initrd, commandLine: String = "console=hvc0 ä",
        memory: UInt64 = 4 << 30
    ) throws(KernelError) -> TDXBoot {
        try TDXBoot(kernel: kernel, initrd: initrd, commandLine: commandLine, memory: memory)
    }

    private func rtmr1(_ boot: TDXBoot) -> String { Hex.text(boot.rtmr1.bytes) }

    /// Computed by a Python script whose executable hash is the signed one of two signed executables.
    @Test func matchesAnotherImplementation() throws {
        let large = "0a488061a524b60c0c4683629f7dad945ca575bd445e1e5c846c12cab5f39f8d1ee4a5edb0294efa9fb61ddacbc532bb"
        #expect(try rtmr1(boot()) == large)
        #expect(try rtmr1(boot(memory: 0xB000_0000)) == large)
        #expect(try rtmr1(boot(memory: 1 << 30)) == Self.small)
        #expect(try rtmr1(boot(memory: 0xAFFF_F000)) == Self.medium)
        #expect(
            try rtmr1(boot(initrd: nil))
                == "2a1f4570532921cf8ff8e6da86407b85d2a71bbb64c19a7775bfbc0c7fc6ce67a49898f598112928f4e878b453dfe233")
        var kernel = TestKernel()
        kernel.extendedFlags = 0
        kernel.initrdLimit = 0x37FF_FFFF
        #expect(
            try rtmr1(boot(kernel.bytes))
                == "2843492ad929771907eb290257585316a65c6d68fa01e64253a18c1a784a63f429c1bd49915df01ddf105c0bd1dc5d13")
        var old = try boot()
        old.hasSeparator = false
        #expect(
            rtmr1(old)
                == "44e584e9064321b473e69f5eb241340849d2e830c1e97811baf97d0762562429049e234bef0e5603359a4e1f5b9136e1")
        #expect(
            try Hex.text(boot().rtmr2.bytes)
                == "1c173c1b98d7e9afa91c7317a1c6d8443b37596dd7a2ff5be15420da530e705499d850f4d9f34c8fbff75a5df15d7b48")
        #expect(
            try Hex.text(boot(initrd: nil).rtmr2.bytes)
                == "ead4e2346183d2532246a00ae6280572ed0aece9759837045c4b4875959bdd9f11a8f3ae7a72bcb436d9b55193a9df1e")
    }

    private static let small =
        "e75e73135d73cf4b955b554a254f6a5a1589c3f4233a255069b9c8ce2c3c0c5541463e8c6930554ca57de1a5029249f9"
    private static let medium =
        "c9da0cd78fb0a8b03726b0ea52312610ebde924b0daee35bcbef2d09827645811b600ba3c6952f08c1a6406e999e58fb"

    @Test func allButSignatureAndChecksumIsMeasured() throws {
        let kernel = TestKernel().bytes
        let digest = try rtmr1(boot())
        // Code, what follows the sections, the headers; then what QEMU overwrites, the checksum and the signature.
        for (offset, counts) in [
            (0x200, true), (0xFFF, true), (0x17FF, true), (0x1800, true), (0x1EFF, true), (0x50, true), (0xA0, true),
            (0x210, false), (0x218, false), (0x21F, false), (0x224, false), (0x22B, false), (0x58 + 64, false),
            (0x58 + 67, false), (0x1F00, false), (0x1FFF, false),
        ] {
            var changed = kernel
            changed[offset] ^= 0x20
            #expect(try (rtmr1(boot(changed)) != digest) == counts, "offset \(offset)")
        }
    }

    @Test func commandLineAndInitrdAreMeasured() throws {
        let registers = try [
            boot(), boot(commandLine: "console=hvc0"), boot(commandLine: ""), boot(initrd: nil), boot(initrd: []),
            boot(initrd: [0]),
        ].map(\.rtmr2)
        #expect(Set(registers).count == registers.count)
    }

    private func error(_ change: (inout TestKernel) -> Void) -> KernelError? {
        var kernel = TestKernel()
        change(&kernel)
        let bytes = kernel.bytes
        return #expect(throws: KernelError.self) { _ = try boot(bytes) }
    }

    @Test func refusesWhatCannotBeMeasured() throws {
        let bytes = TestKernel().bytes
        #expect(throws: KernelError.noSetupHeader) { try boot([]) }
        #expect(throws: KernelError.noSetupHeader) { try boot(Array(bytes.prefix(0x237))) }
        var changed = bytes
        changed[0x202] = 0
        #expect(throws: KernelError.noSetupHeader) { try boot(changed) }
        for offset in [0, 0x40] {
            changed = bytes
            changed[offset] = 0
            #expect(throws: KernelError.noExecutable) { try boot(changed) }
        }
        changed = bytes
        changed.replaceSubrange(0x3C..<0x40, with: le(UInt32.max))
        #expect(throws: KernelError.noExecutable) { try boot(changed) }
        #expect(throws: KernelError.truncated) { try boot(Array(bytes.prefix(0x1FFF))) }
        #expect(error { $0.protocolVersion = 0x205 } == .oldProtocol(0x205))
        #expect(error { $0.loadFlags = 0 } == .oldProtocol(0x20C))
        #expect(error { $0.magic = 0x107 } == .unknownFormat(0x107))
        #expect(error { $0.sectionCount = 97 } == .sectionCount(97))
        #expect(error { $0.sections[0].start = 0xFFF } == .overlappingSections)
        #expect(error { $0.sections[1].start = 0x1FF } == .overlappingSections)
        #expect(error { $0.sections[0].size = .max } == .truncated)
        #expect(error { $0.headersSize = 0 } == .truncated)
        #expect(error { $0.headersSize = .max } == .overlappingSections)
        #expect(error { $0.certificateSize = .max } == .truncated)
        #expect(throws: KernelError.videoMode) { try boot(commandLine: "quiet vga=791") }
    }

    @Test func refusesAnInitrdThatDoesNotFit() throws {
        #expect(throws: KernelError.initrdTooLarge) { try boot(memory: 0) }
        #expect(throws: KernelError.initrdTooLarge) { try boot(memory: 0x2_8000) }
        let initrd = [UInt8](repeating: 0, count: 0x1000)
        #expect(throws: KernelError.initrdTooLarge) { try boot(initrd: initrd, memory: 0x2_9000) }
        #expect(throws: Never.self) { try boot(initrd: initrd, memory: 0x2_9001) }
    }

    @Test func executablesWithoutSignatureAreMeasuredToTheirEnd() throws {
        var kernel = TestKernel()
        kernel.certificateSize = 0
        var changed = kernel.bytes
        changed[0x1FFF] ^= 1
        #expect(try rtmr1(boot(changed)) != rtmr1(boot(kernel.bytes)))
        kernel.directoryCount = 4
        let short = try rtmr1(boot(kernel.bytes))
        kernel.certificateSize = 1
        #expect(try rtmr1(boot(kernel.bytes)) != short)
    }
}
