// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR

/// What a guest's owner expects of its launch; the firmware refuses to start any other (SEV-SNP ABI, `ID_BLOCK`).
///
/// It is signed by a key that anyone can derive and nobody has. So it proves no owner, but makes what the report says of
/// the key a function of digest and policy.
package struct IDBlock: Sendable, Hashable {
    private static let version: UInt32 = 1

    package var launchDigest: LaunchDigest
    /// The guest policy as the ABI encodes it.
    package var policy: UInt64

    package init(launchDigest: LaunchDigest, policy: UInt64) {
        self.launchDigest = launchDigest
        self.policy = policy
    }

    /// The 96 bytes of the block: family, image and security version of the guest are zero.
    package var bytes: [UInt8] {
        var block = [UInt8](repeating: 0, count: 0x60)
        block.store(launchDigest.bytes, at: 0)
        block.store(Self.version, at: 0x50)
        block.store(policy, at: 0x58)
        return block
    }

    /// The block with its signature. `nil` for one block in 2³⁸⁴, which no key signs.
    package var signed: SignedIDBlock? {
        let bytes = bytes
        guard let key = AnonymousIDKey(signing: bytes) else { return nil }
        return SignedIDBlock(bytes: bytes, auth: Self.auth(key), keyDigest: SHA384.digest(key.structure))
    }

    /// The 4096 bytes of `ID_AUTH`, without an author key.
    private static func auth(_ key: AnonymousIDKey) -> [UInt8] {
        var auth = [UInt8](repeating: 0, count: LaunchDigest.pageSize)
        auth.store(1 as UInt32, at: 0)  // ECDSA on P-384 with SHA-384
        auth.store([AnonymousIDKey.r], at: 0x40)
        auth.store([AnonymousIDKey.s], at: 0x40 + 72)
        auth.store(key.structure, at: 0x240)
        return auth
    }
}

/// A guest's ID block, what authenticates it, and the digest of the key by which reports name it.
package struct SignedIDBlock: Sendable, Hashable {
    /// `ID_BLOCK`.
    package let bytes: [UInt8]
    /// `ID_AUTH`.
    package let auth: [UInt8]
    /// SHA-384 of the ID key, as a report has it in `ID_KEY_DIGEST`.
    package let keyDigest: [UInt8]
}

extension GuestPolicy {
    /// The policy as the ABI encodes it (SEV-SNP ABI, "Guest Policy Structure").
    package var abiValue: UInt64 {
        var value = UInt64(abiMinor) | UInt64(abiMajor) << 8
        // Bit 17 is reserved and must be one.
        value |= 1 << 17
        for (flag, bit) in Self.bits where self[keyPath: flag] { value |= 1 << UInt64(bit) }
        return value
    }

    private static var bits: [(flag: KeyPath<GuestPolicy, Bool>, bit: Int)] {
        [
            (\.smt, 16), (\.migrateMA, 18), (\.debug, 19), (\.singleSocket, 20), (\.cxlAllowed, 21),
            (\.memAES256XTS, 22), (\.raplDis, 23), (\.cipherTextHidingDRAM, 24), (\.pageSwapDisable, 25),
        ]
    }
}
