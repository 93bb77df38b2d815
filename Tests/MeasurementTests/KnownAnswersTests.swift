// SPDX-License-Identifier: Apache-2.0

import IR
import Measurement
import Testing

@Suite(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
struct KnownAnswersTests {
    private func text(_ value: JSONValue?) throws -> String { try #require(value?.string) }

    private func number(_ value: JSONValue?) throws -> UInt64 {
        try #require(UInt64(text(value).dropFirst(2), radix: 16))
    }

    @Test func publishedLaunchDigestsMatch() throws {
        let group = try #require(TestData.knownAnswers()["snp_launch_digest"]?.object)
        let cases = try #require(group["cases"]?.array).compactMap(\.object)
        #expect(cases.count >= 13)
        let signature = try #require(CPUSignature(family: 23, model: 1, stepping: 2))
        for answer in cases {
            let hasKernel = answer["kernel"] == .string("empty")
            let firmware = try text(answer["ovmf"])
            let launch = SNPLaunch(
                firmware: try Firmware(TestData.bytes("measure/\(firmware)")),
                kernel: hasKernel
                    ? KernelHashes(kernel: [], initrd: [], commandLine: try text(answer["cmdline"])) : nil,
                signature: signature,
                features: GuestFeatures(rawValue: try number(answer["guest_features"])),
                hypervisor: try #require(Hypervisor(rawValue: text(answer["vmm"]))))
            #expect(try number(answer["cpu_sig"]) == UInt64(signature.value))
            let expected = try #require(answer["launch_digest"]?.string)
            let count = try #require(answer["vcpus"]?.integer)
            if expected.hasPrefix("ERROR") {
                #expect(throws: FirmwareError.noKernelHashes) { try launch.digests() }
            } else {
                #expect(try Hex.text(#require(launch.digests()[vCPUs: Int(count)]).bytes) == expected)
            }
        }
    }

    @Test func digestsWithLargerFilesMatch() throws {
        let kernel = KernelHashes(
            kernel: (0..<1_000_003).map { UInt8((31 * $0 + 7) % 251) },
            initrd: (0..<777_777).map { UInt8((17 * $0 + 3) % 253) }, commandLine: "console=hvc0 quiet")
        let firmware = try Firmware(TestData.bytes("measure/ovmf_AmdSev_suffix.bin"))
        let group = try #require(TestData.knownAnswers()["snp_launch_digest_larger"]?.object)
        try check(group["cases"], firmware, kernel)
    }

    @Test(.enabled(if: TestData.firmware != nil, "Debian's OVMF.fd of the known version is not installed"))
    func digestsOfDebiansFirmwareMatch() throws {
        let bytes = try #require(TestData.firmware)
        let group = try #require(TestData.knownAnswers()["debian_ovmf"]?.object)
        let firmware = try Firmware(bytes)
        try check(group["snp"], firmware, nil)
        #expect(try Hex.text(TDXLaunch(firmware: firmware).mrtd()) == group["tdx_mrtd_one_pass"]?.string)
        let separate = TDXLaunch(firmware: firmware, order: .separate)
        #expect(try Hex.text(separate.mrtd()) == group["tdx_mrtd_two_pass"]?.string)
    }

    private func check(_ cases: JSONValue?, _ firmware: Firmware, _ kernel: KernelHashes?) throws {
        let cases = try #require(cases?.array).compactMap(\.object)
        #expect(cases.count == 3)
        for answer in cases {
            let name = try #require(answer["cpu"]?.string?.split(separator: " ").first)
            let signature = try #require(CPUSignature(model: String(name)))
            let digests = try SNPLaunch(firmware: firmware, kernel: kernel, signature: signature).digests()
            let count = try #require(answer["vcpus"]?.integer)
            #expect(try Hex.text(#require(digests[vCPUs: Int(count)]).bytes) == answer["launch_digest"]?.string)
        }
    }

    @Test func theIDBlockMatches() throws {
        let group = try #require(TestData.knownAnswers()["snp_id_block"]?.object)
        let bytes = try #require(Base64.decode(text(group["ld_base64"]).utf8))
        let digest = try #require(LaunchDigest(bytes))
        let policy = try number(group["policy"])
        let signed = try #require(IDBlock(launchDigest: digest, policy: policy).signed)
        #expect(Hex.text(signed.bytes) == group["id_block_hex"]?.string)
        #expect(Hex.text(signed.keyDigest) == group["id_key_digest"]?.string)
        #expect(Hex.text(signed.auth[0x244..<0x274].reversed()) == group["chosen_qx"]?.string)
        #expect(Hex.text(signed.auth[0x28C..<0x2BC].reversed()) == group["chosen_qy"]?.string)
    }
}
