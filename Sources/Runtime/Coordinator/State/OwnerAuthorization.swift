// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import History
internal import IR

/// The keys that may change a deployment, and what they accept as a sign of one of them: that the caller's TLS
/// connection uses it, or that it has signed the transition.
struct OwnerAuthorization {
    /// PKIX DER in lower-case hexadecimal.
    private let keys: Set<String>
    /// SHA-256 of such DER, as releases before 2026 listed keys.
    private let digests: Set<String>

    /// The owners that a manifest names.
    init(_ manifest: Manifest) {
        keys = Set((manifest.workloadOwnerPubKeys ?? []).map(\.asciiLowercased))
        digests = Set((manifest.workloadOwnerKeyDigests ?? []).map(\.asciiLowercased))
    }

    /// The owners that the Coordinator's measured initdata names.
    init(_ info: CoordinatorInfo) {
        keys = Set(info.workloadOwnerPubKeys.map(\.asciiLowercased))
        digests = []
    }

    /// - Parameters:
    ///   - transition: what the caller wants to happen.
    ///   - signature: ECDSA with SHA-256 in DER over the transition's owner message; `nil` for none.
    ///   - publicKey: DER of the SubjectPublicKeyInfo of the caller's TLS key; `nil` when it has shown none.
    func authorize(
        _ transition: Transition, signature: [UInt8]?, publicKey: [UInt8]?
    ) throws(CoordinatorError) {
        guard !keys.isEmpty || !digests.isEmpty else { throw .notAuthorized("setting manifest is disabled") }
        if let signature {
            guard hasSigned(transition, signature) else {
                throw .invalidSignature("no workload owner key has signed this transition")
            }
            return
        }
        guard let publicKey else { throw .notAuthorized("it has shown no key and no signature") }
        guard let key = try? OwnerKey(spki: publicKey, kind: .workloadOwner),
            keys.contains(key.hex) || digests.contains(key.digestHex)
        else { throw .notAuthorized("its key is not that of a workload owner") }
    }

    /// Digests cannot check a signature, so that only keys that are listed in full can sign.
    func hasSigned(_ transition: Transition, _ signature: [UInt8]) -> Bool {
        let digest = SHA256.digest(transition.ownerMessage)
        return keys.contains { key in
            Hex.decode(key).map { ECDSASignature.isValid(signature, of: digest, by: $0) } ?? false
        }
    }
}

extension Manifest {
    /// Checks that the key of a TLS connection is one of those that may recover the Coordinator.
    func authorizeRecovery(publicKey: [UInt8]?) throws(CoordinatorError) {
        let owners = (seedshareOwnerPubKeys ?? []).map(\.asciiLowercased)
        guard let publicKey, let key = try? OwnerKey(spki: publicKey, kind: .seedshareOwner), owners.contains(key.hex)
        else { throw .notAuthorized("its key is not that of a seed share owner") }
    }
}
