// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import Identity
import Testing

/// Vectors computed by an independent implementation of HKDF from a seed of 00…3f and a salt of 64…83.
struct SeedEngineTests {
    private func engine() throws -> SeedEngine {
        try SeedEngine(seed: secret(Array(0..<64)), salt: secret(Array(100..<132)))
    }

    @Test(arguments: [
        (
            "POD STATE SECRET",
            "2771a1397b6b60e87c305c0c0462b68cfdcf2d501926f33a97ce401e347956490de758d1bcc19a9b78544034ad6a18aad7fb1b5961307bb25132a8429c87dc21"
        ),
        (
            "HISTORY SECRET",
            "11ee07a1ffa56a954f2fe5cf8846864dc3f060c6131c43a50ecddafef9eb40d85d23fed80a684ac3d2088b2a3e32c7f82cee47bc6cf5bf03c59d1b9c38c0dc8d"
        ),
        (
            "TRANSACTION SIGNING SECRET",
            "7b4d363891e6d8b458ffe59fd2e96a106980cf4f187c491d6a220d3007e5156f0c47fd5cd28e6502903f37d85da3b26b136757fad2285a0bc0f205289fa66b0f"
        ),
        (
            "ROOT CA SEED",
            "2b9e8b9e0f28b6cf687171bbc5933f55440cd62d74ef14ae180c73bbc907c3b5c4cf4f41991f7920b25997fb21e85e377e76dcb6eb2caef83ebec2bba539a8fc"
        ),
    ])
    func derivesByLabel(_ label: String, _ expected: String) throws {
        let derived = try HKDF.sha256(
            secret(Array(0..<64)), salt: secret(Array(100..<132)), info: Array(label.utf8), count: 64)
        #expect(derived.hex == expected)
    }

    /// RFC 5869, appendix A.1.
    @Test func derivesAsTheStandardSays() throws {
        let derived = try HKDF.sha256(
            secret([UInt8](repeating: 0x0B, count: 22)), salt: secret(Array(0...12)), info: Array(0xF0...0xF9),
            count: 42)
        #expect(
            derived.hex == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
    }

    @Test func derivesWorkloadSecretsAndTransitKeys() throws {
        #expect(
            try engine().workloadSecret(id: "my-id").hex
                == "dcf7844116916ae3198f61a946270e77699adde10eae443595fccb1f1dc04d43a921bab1639adecb76cfe4d35b9a452a1ec899d8914fc62ddada6e1004ee6e91"
        )
        #expect(
            try engine().transitKey(id: "my-id", version: 0).hex
                == "3a1c51450c1b9c37b97aee974588673c83df97c2665399a26db3044825787dc9")
    }

    @Test func keysDependOnTheSeedAlone() throws {
        let engine = try engine()
        #expect(try self.engine().rootKey.spki == engine.rootKey.spki)
        #expect(engine.rootKey.spki != engine.transitionKey.spki)
        #expect(try SeedEngine.random().rootKey.spki != engine.rootKey.spki)
    }

    @Test(arguments: [(31, 64), (33, 64), (0, 64), (32, 31), (32, 0), (32, 1025)])
    func refusesOtherSizes(salt: Int, seed: Int) {
        #expect(throws: salt != 32 ? IdentityError.saltSize(salt) : .seedSize(seed)) {
            try SeedEngine(
                seed: secret([UInt8](repeating: 1, count: seed)), salt: secret([UInt8](repeating: 1, count: salt)))
        }
    }

    @Test func aShareGivesItsOwnerTheSeed() throws {
        let engine = try engine()
        let owner = try GeneratedKey(.seedshareOwner)
        let other = try GeneratedKey(.seedshareOwner)
        let document = try SeedShareDocument(engine, owners: [owner.publicKey])
        #expect(document.salt == Array(100..<132))
        let share = try #require(document.share(of: owner.publicKey))
        #expect(try share.seed(pem: owner.pem) == engine.seed)
        #expect(throws: CryptoError(operation: "decryption")) { try share.seed(pem: other.pem) }
        #expect(document.share(of: other.publicKey) == nil)
        var broken = share
        broken.encryptedSeed[7] ^= 1
        #expect(throws: CryptoError(operation: "decryption")) { try broken.seed(pem: owner.pem) }
    }
}
