// SPDX-License-Identifier: Apache-2.0

package import Digests
package import History
package import Identity

/// `SetManifest` of the user API.
package struct SetManifestRequest: Sendable {
    /// Kept byte for byte.
    package var manifest: [UInt8]
    /// The documents whose SHA-256 are the manifest's policies, with those of the Coordinators.
    package var policies: [[UInt8]]
    /// Further ones, by `DocumentPacker`. Nothing of it is read before the caller is known to be allowed to set a manifest.
    package var packedPolicies: [UInt8]?
    /// For an atomic set: hash of the transition that must be the latest, 32 zero bytes for none.
    package var previousTransitionHash: [UInt8]?
    /// ECDSA with SHA-256 in DER by a workload owner over the new transition; see `Transition.ownerMessage`.
    package var signature: [UInt8]?

    /// Empty bytes are taken for absent ones, as protobuf cannot tell them apart.
    package init(
        manifest: [UInt8], policies: [[UInt8]], packedPolicies: [UInt8]? = nil, previousTransitionHash: [UInt8]? = nil,
        signature: [UInt8]? = nil
    ) {
        self.manifest = manifest
        self.policies = policies
        self.packedPolicies = packedPolicies.flatMap { $0.isEmpty ? nil : $0 }
        self.previousTransitionHash = previousTransitionHash.flatMap { $0.isEmpty ? nil : $0 }
        self.signature = signature.flatMap { $0.isEmpty ? nil : $0 }
    }
}

package struct SetManifestResponse: Sendable, Equatable {
    /// PEM.
    package var rootCA: [UInt8]
    /// PEM.
    package var meshCA: [UInt8]
    /// Only after the first set.
    package var seedShares: SeedShareDocument?
}

extension SetManifestRequest {
    /// All documents, one after another.
    func forEachDocument(_ body: ([UInt8]) throws(CoordinatorError) -> Void) throws(CoordinatorError) {
        for document in policies { try body(document) }
        guard let packedPolicies else { return }
        var unpacker = DocumentUnpacker(packedPolicies)
        while let document = try Self.next(&unpacker) { try body(document) }
    }

    private static func next(_ unpacker: inout DocumentUnpacker) throws(CoordinatorError) -> [UInt8]? {
        do throws(DocumentUnpacker.Failure) {
            return try unpacker.next()
        } catch {
            throw .invalidArgument("the packed documents cannot be used: \(error.message)")
        }
    }
}

/// A history, packed by `DocumentPacker`.
package struct PackedHistory: Sendable, Equatable {
    /// Oldest first, the one that is served last.
    package var manifests: [UInt8]
    /// Every document that any of the manifests refers to, in the order of their hashes.
    package var policies: [UInt8]
    /// Bytes of all that, not packed.
    package var size: Int
}

/// `GetManifests` of the user API.
package struct GetManifestsResponse: Sendable, Equatable {
    /// Oldest first, the one that is served last; that alone where one document was wanted.
    package var manifests: [[UInt8]]
    /// Every document that any of the manifests refers to, in the order of their hashes; or the one that was wanted, if it is
    /// there.
    package var policies: [[UInt8]]
    /// In place of both, where that was welcome.
    package var packed: PackedHistory?
    /// PEM.
    package var rootCA: [UInt8]
    /// PEM.
    package var meshCA: [UInt8]
    package var latestTransition: LatestTransition
    /// Hash of the transition before the latest, where one document was wanted.
    package var previousTransition: [UInt8]?
    /// The owner's signature of the latest transition, where it was authorised by one.
    package var ownerSignature: [UInt8]?
    /// Whether whoever came first could set the first manifest.
    package var trustsFirstUse: Bool
}

/// `Recover` of the user API.
package struct RecoverRequest: Sendable {
    package var seed: SecretBytes
    package var salt: SecretBytes
    /// Recovers even when other Coordinators are ready.
    package var force: Bool

    package init(seed: SecretBytes, salt: SecretBytes, force: Bool = false) {
        self.seed = seed
        self.salt = salt
        self.force = force
    }
}

/// `NewMeshCert` of the mesh API.
package struct NewMeshCertResponse: Sendable, Equatable {
    /// PEM.
    package var meshCA: [UInt8]
    /// PEM of the certificate and of the intermediate certificate.
    package var certificateChain: [UInt8]
    /// PEM.
    package var rootCA: [UInt8]
    /// Raw bytes; `nil` when the policy has no workload secret ID.
    package var workloadSecret: SecretBytes?
}

/// `Recover` of the mesh API: what one Coordinator tells another.
package struct PeerState: Sendable {
    package var seed: SecretBytes
    package var salt: SecretBytes
    /// PEM of SEC1.
    package var meshKeyPEM: SecretBytes
    /// The manifest that is served, byte for byte.
    package var manifest: [UInt8]
    /// Hash of the transition that led to it; `nil` from releases that do not tell.
    package var latestTransition: [UInt8]?

    package init(
        seed: SecretBytes, salt: SecretBytes, meshKeyPEM: SecretBytes, manifest: [UInt8],
        latestTransition: [UInt8]? = nil
    ) {
        self.seed = seed
        self.salt = salt
        self.meshKeyPEM = meshKeyPEM
        self.manifest = manifest
        self.latestTransition = latestTransition
    }
}
