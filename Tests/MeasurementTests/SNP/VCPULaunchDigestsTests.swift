// SPDX-License-Identifier: Apache-2.0

import IR
import Measurement
import Testing

@Suite struct VCPULaunchDigestsTests {
    // Published answers for the AmdSev firmware with an empty kernel, QEMU's model EPYC-v4 (virtee/sev-snp-measure,
    // Apache-2.0). The firmware's AP reset EIP is 0x0080B004.
    static let published: [(features: GuestFeatures, one: String, four: String)] = [
        (
            .debugSwap,
            "329c8ce0972ae52343b64d34a434a86f245dfd74f5ed7aae15d22efc78fb9683632b9b50e4e1d7fa41179ef98a7ef198",
            "4953b1fb416fa874980e8442b3706d345926d5f38879134e00813c5d7abcbe78eafe7b422907be0b4698e2414a631942"
        ),
        (
            .snpActive,
            "ddc5224521617a536ee7ce9dd6224d1b58a8d4fda1c741f3ac99fc4bfa04ba6e9fc98646d4a07a9079397fa3852819b5",
            "5061fffb019493a903613d56d54b94912a1a2f9e4502385f5c194616753720a92441310ba6c4933de877c36e23046ad5"
        ),
    ]

    @Test(arguments: published.indices)
    func extendsAOneVCPUDigestToThePublishedOneOfFour(_ index: Int) throws {
        let answer = Self.published[index]
        let one = try #require(Hex.decode(answer.one).flatMap(LaunchDigest.init))
        let signature = try #require(CPUSignature(family: 23, model: 1, stepping: 2))
        let digests = VCPULaunchDigests(
            oneVCPU: one, apResetEIP: 0x0080_B004, signature: signature, features: answer.features)
        let four = try #require(digests[vCPUs: 4])
        #expect(Hex.text(four.bytes) == answer.four)
        #expect(digests[vCPUs: 1] == one)
        #expect(digests.vCPUs(of: four) == 4)
        #expect(digests.vCPUs(of: one) == 1)
    }

    @Test func derivesDigestsForAsManyVCPUsAsThereCanBe() throws {
        let digests = VCPULaunchDigests(oneVCPU: LaunchDigest(), apResetEIP: 0x0080_B004, signature: .milan)
        let all = Array(digests)
        #expect(all.count == 220)
        #expect(Set(all).count == 220)
        #expect(digests[vCPUs: 220] == all[219])
        #expect(digests.vCPUs(of: all[219]) == 220)
        #expect(digests[vCPUs: 0] == nil)
        #expect(digests[vCPUs: 221] == nil)
        let unknown = try #require(LaunchDigest([UInt8](repeating: 1, count: 48)))
        #expect(digests.vCPUs(of: unknown) == nil)
    }

    @Test func refusesDigestsOfAnotherLength() {
        #expect(LaunchDigest([UInt8](repeating: 0, count: 47)) == nil)
        #expect(LaunchDigest([UInt8](repeating: 0, count: 49)) == nil)
    }
}
