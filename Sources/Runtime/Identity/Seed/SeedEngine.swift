// SPDX-License-Identifier: Apache-2.0

package import Digests

/// Why an identity cannot be made.
package enum IdentityError: Error, Sendable, Equatable {
    /// Bytes of the salt that was given.
    case saltSize(Int)
    /// Bytes of the seed that was given.
    case seedSize(Int)
    case crypto(CryptoError)
    case key(KeyError)
}

extension IdentityError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .saltSize(let size): "salt must be \(SeedEngine.saltSize) bytes long, found \(size)"
        case .seedSize(let size):
            "seed must be \(SeedEngine.seedSizes.lowerBound) to \(SeedEngine.seedSizes.upperBound) bytes long, found \(size)"
        case .crypto(let error): error.description
        case .key(let error): error.description
        }
    }
}

/// Derives every lasting secret of a deployment from one seed and its salt.
///
/// Labels, sizes and the way from a seed to a key are those of existing deployments, so that one can be taken over with
/// its seed.
package struct SeedEngine: Sendable {
    /// Bytes of a new seed.
    package static let seedSize = 64
    /// Bytes that a seed may have; what is derived from it has as many.
    package static let seedSizes = 32...1024
    /// Bytes of the salt.
    package static let saltSize = 32

    package let seed: SecretBytes
    package let salt: SecretBytes
    /// Signs the root certificate, and the certificate of the mesh CA. P-384.
    package let rootKey: ECDSAPrivateKey
    /// Signs the latest transition of the history. P-384.
    package let transitionKey: ECDSAPrivateKey
    private let podStateSeed: SecretBytes

    package init(seed: SecretBytes, salt: SecretBytes) throws(IdentityError) {
        guard salt.count == Self.saltSize else { throw .saltSize(salt.count) }
        guard Self.seedSizes.contains(seed.count) else { throw .seedSize(seed.count) }
        podStateSeed = try Self.derive(seed, salt: salt, "POD STATE SECRET")
        let rootSecret = try Self.derive(seed, salt: salt, "ROOT CA SEED")
        let transitionSecret = try Self.derive(seed, salt: salt, "TRANSACTION SIGNING SECRET")
        do throws(KeyError) {
            rootKey = try ECDSAPrivateKey(p384From: rootSecret)
            transitionKey = try ECDSAPrivateKey(p384From: transitionSecret)
        } catch {
            throw .key(error)
        }
        self.seed = seed
        self.salt = salt
    }

    /// An engine of a random seed and salt.
    package static func random() throws(IdentityError) -> SeedEngine {
        let seed: SecretBytes
        let salt: SecretBytes
        do throws(CryptoError) {
            seed = try .random(count: seedSize)
            salt = try .random(count: saltSize)
        } catch {
            throw .crypto(error)
        }
        return try SeedEngine(seed: seed, salt: salt)
    }

    /// The secret of a workload: as many bytes as the seed, the same after every update and recovery.
    ///
    /// The secret of the identity `<version>_<name>` starts with the transit key of that name and version; a manifest
    /// that has both is refused by the Coordinator.
    package func workloadSecret(id: String) throws(IdentityError) -> SecretBytes {
        try Self.derive(podStateSeed, salt: salt, "WORKLOAD SECRET ID: \(id)")
    }

    /// The key of the transit engine for a workload secret ID, 32 bytes.
    package func transitKey(id: String, version: UInt32) throws(IdentityError) -> SecretBytes {
        try workloadSecret(id: "\(version)_\(id)").prefix(AESGCM.keySize)
    }

    private static func derive(
        _ secret: SecretBytes, salt: SecretBytes, _ label: String
    ) throws(IdentityError) -> SecretBytes {
        do throws(CryptoError) {
            return try HKDF.sha256(secret, salt: salt, info: Array(label.utf8), count: secret.count)
        } catch {
            throw .crypto(error)
        }
    }
}
