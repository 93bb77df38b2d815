// SPDX-License-Identifier: Apache-2.0

package import Digests
internal import IR

/// The seed, encrypted to one owner. Each share is the whole seed: any one owner can recover a Coordinator.
package struct SeedShare: Sendable, Equatable {
    private static let label = "seedshare"

    /// PKCS#1 DER of the owner's RSA key in hexadecimal, as manifests list it.
    package var publicKey: String
    /// RSA-OAEP with SHA-256.
    package var encryptedSeed: [UInt8]

    package init(publicKey: String, encryptedSeed: [UInt8]) {
        self.publicKey = publicKey
        self.encryptedSeed = encryptedSeed
    }

    /// Encrypts a seed.
    package init(of seed: SecretBytes, to owner: OwnerKey) throws(CryptoError) {
        publicKey = owner.hex
        encryptedSeed = try RSAOAEP.encrypt(seed, to: owner, label: Self.label)
    }

    /// - Parameter pem: the owner's private key.
    package func seed(pem: SecretBytes) throws -> SecretBytes {
        try RSAOAEP.decrypt(encryptedSeed, pem: pem, label: Self.label)
    }
}

/// What the owners get at the first set: a share each and the salt, which is no secret without the seed.
package struct SeedShareDocument: Sendable, Equatable {
    package var shares: [SeedShare]
    package var salt: [UInt8]

    package init(shares: [SeedShare], salt: [UInt8]) {
        self.shares = shares
        self.salt = salt
    }

    /// Shares for the owners that a manifest lists.
    package init(_ engine: SeedEngine, owners: [OwnerKey]) throws(CryptoError) {
        shares = try owners.map { owner throws(CryptoError) in try SeedShare(of: engine.seed, to: owner) }
        salt = engine.salt.withBytes { Array($0) }
    }

    /// The share of an owner, by its key as manifests list it.
    package func share(of owner: OwnerKey) -> SeedShare? {
        shares.first { $0.publicKey.asciiLowercased == owner.hex }
    }
}
