// SPDX-License-Identifier: Apache-2.0

import IR
import Measurement
import Testing

@Suite struct IDBlockTests {
    // The block's digest and bytes are those of virtee/sev-snp-measure's test (Apache-2.0); the key was computed by
    // another program, whose candidates OpenSSL verified.
    static let digest =
        "076f052d08bda7a700aa2a608c5caa6b00ebad297b6d68a85a45b1e669a558b67e1b91d284a301fe63c4fa0750467eed"

    private func signed(_ digest: String = digest, _ policy: UInt64 = 0x30000) throws -> SignedIDBlock {
        let digest = try #require(Hex.decode(digest).flatMap(LaunchDigest.init))
        return try #require(IDBlock(launchDigest: digest, policy: policy).signed)
    }

    @Test func hasThePublishedBytes() throws {
        let expected =
            Self.digest + String(repeating: "0", count: 64) + "0100000000000000" + "0000030000000000"
        #expect(Hex.text(try signed().bytes) == expected)
    }

    @Test func isSignedByTheKeyThatAnyoneCanDerive() throws {
        let signed = try signed()
        let x = "12eda8f135513f219bdd96939632ade08a7e2304e9fb6d7cc8f246ec42a102e63ae4d38b8bc0ca5eba5bedef0f2ee34f"
        let y = "4fa75f83712d0429f05b6a7efb72eb70d114be06d38315d50bd6eff1f1156f94e8b5cf280ab5c4b2e2840453db1ce356"
        let auth = signed.auth
        #expect(auth.count == 4096)
        #expect(Hex.text(auth[0x244..<0x244 + 48].reversed()) == x)
        #expect(Hex.text(auth[0x28C..<0x28C + 48].reversed()) == y)
        #expect(
            Hex.text(signed.keyDigest)
                == "70863f7d4d46493e81be3a9e9310b0a217e0dddcb4ef03f119dcfc05d7dd5737f48af67579c8e9e70c99c78b00ab85d3")
        // Algorithm, signature and curve are the only other bytes that are not zero.
        let set = auth.indices.filter { auth[$0] != 0 && !(0x244..<0x2D4).contains($0) }
        #expect(set == [0, 0x40, 0x88, 0x240])
        #expect(set.map { auth[$0] } == [1, 2, 1, 2])
    }

    @Test func keysDependOnDigestAndPolicy() throws {
        let others = [
            try signed(Self.digest, 0x30001), try signed(String(repeating: "0", count: 96)),
            try signed(String(repeating: "f", count: 96)),
        ]
        #expect(Set(others.map(\.keyDigest) + [try signed().keyDigest]).count == 4)
    }

    @Test func encodesGuestPolicies() {
        #expect(GuestPolicy().abiValue == 0x3_0000)
        #expect(GuestPolicy(abiMinor: 31).abiValue == 0x3_001F)
        #expect(GuestPolicy(abiMinor: 1, abiMajor: 2, smt: false).abiValue == 0x2_0201)
        var policy = GuestPolicy(smt: false)
        var seen: [UInt64] = []
        for (_, flag) in GuestPolicy.flags {
            policy[keyPath: flag] = true
            seen.append(policy.abiValue ^ 0x2_0000)
            policy[keyPath: flag] = false
        }
        #expect(seen == [16, 18, 19, 20, 21, 22, 23, 24, 25].map { 1 << $0 })
    }
}
