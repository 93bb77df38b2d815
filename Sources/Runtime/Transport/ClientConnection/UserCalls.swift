// SPDX-License-Identifier: Apache-2.0

package import Client
internal import CoordinatorAPI
package import Digests
internal import FoundationEssentials
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import History
package import Identity

/// What the Coordinator answers to a set.
package struct ManifestSet: Sendable {
    /// PEM.
    package var rootCA: [UInt8]
    /// PEM.
    package var meshCA: [UInt8]
    /// Only of the first manifest.
    package var seedShares: Identity.SeedShareDocument?
}

extension CoordinatorConnection {
    /// Bytes that a Coordinator reads of a request.
    private static let requestLimit = 16 << 20
    /// Bytes of all manifests, and of all documents, of a history.
    private static let historyLimit = 2 << 30

    /// Makes a manifest the active one.
    ///
    /// - Parameters:
    ///   - policies: documents of the manifest's policies, with those of the Coordinators.
    ///   - packedPolicies: further ones, by `DocumentPacker`; other releases know of none.
    ///   - previous: hash of the transition that must be the latest; `nil` when any may be.
    ///   - signature: a workload owner's, over the new transition.
    package func setManifest(
        _ manifest: [UInt8], policies: [[UInt8]], packedPolicies: [UInt8] = [], previous: [UInt8]? = nil,
        signature: [UInt8]? = nil
    ) async throws(CallError) -> ManifestSet {
        var request = CoordinatorAPI.SetManifestRequest()
        request.manifest = Data(manifest)
        request.policies = policies.map { Data($0) }
        request.packedPolicies = Data(packedPolicies)
        request.previousTransitionHash = Data(previous ?? [])
        request.signature = Data(signature ?? [])
        let size = policies.reduce(manifest.count + packedPolicies.count) { $0 + $1.count }
        guard size <= Self.requestLimit else { throw .tooLarge(bytes: size, limit: Self.requestLimit) }
        let response = try await call { [request] in
            try await UserAPI.Client(wrapping: $0).setManifest(request: ClientRequest(message: request))
        }
        let shares = response.hasSeedSharesDoc ? response.seedSharesDoc : nil
        return ManifestSet(
            rootCA: Array(response.rootCa), meshCA: Array(response.meshCa),
            seedShares: shares.map { document in
                Identity.SeedShareDocument(
                    shares: document.seedShares.map {
                        Identity.SeedShare(publicKey: $0.publicKey, encryptedSeed: Array($0.encryptedSeed))
                    }, salt: Array(document.salt))
            })
    }

    /// Hash of the latest transition; that of none while no manifest was set.
    package func latestTransition() async throws(CallError) -> [UInt8] {
        do throws(CallError) {
            return try await history().transitionHash
        } catch .refused(_, let message) where message.contains("no manifest configured") {
            return Transition.none
        }
    }

    /// The active manifest, with one document if the Coordinator has it; `nil` when there is no manifest. Coordinators that
    /// do not know the question send all documents.
    ///
    /// - Parameter hash: SHA-256 of the document.
    package func activeManifest(document hash: [UInt8]) async throws(CallError) -> ActiveManifest? {
        var request = CoordinatorAPI.GetManifestsRequest()
        request.document = Data(hash)
        let response = try await manifests(request)
        if response.previousTransitionHash.isEmpty { return try history(response).active }
        return response.manifests.last.map { manifest in
            ActiveManifest(
                bytes: Array(manifest), previousTransition: Array(response.previousTransitionHash),
                documents: response.policies.map { Array($0) }, rootCA: Array(response.rootCa),
                meshCA: Array(response.meshCa),
                ownerSignature: response.ownerSignature.isEmpty ? nil : Array(response.ownerSignature))
        }
    }

    /// All manifests with their documents.
    package func history() async throws(CallError) -> DeploymentHistory {
        var request = CoordinatorAPI.GetManifestsRequest()
        request.packed = true
        return try history(await manifests(request))
    }

    private func manifests(
        _ request: CoordinatorAPI.GetManifestsRequest
    ) async throws(CallError) -> CoordinatorAPI.GetManifestsResponse {
        try await call {
            try await UserAPI.Client(wrapping: $0).getManifests(request: ClientRequest(message: request))
        }
    }

    private func history(
        _ response: CoordinatorAPI.GetManifestsResponse
    ) throws(CallError) -> DeploymentHistory {
        var history = DeploymentHistory(
            manifests: try documents(response.manifests, response.packedManifests),
            policies: try documents(response.policies, response.packedPolicies),
            rootCA: Array(response.rootCa), meshCA: Array(response.meshCa),
            trustsFirstUse: response.hasTrustsFirstUse ? response.trustsFirstUse : nil,
            ownerSignature: response.ownerSignature.isEmpty ? nil : Array(response.ownerSignature))
        if response.hasLatestTransition {
            let latest = response.latestTransition
            do throws(ClientError) {
                try history.setLatest(hash: Array(latest.transitionHash), signature: Array(latest.signature))
            } catch {
                throw .refused(code: "malformed answer", message: "\(error)")
            }
        }
        return history
    }

    private func documents(_ plain: [Data], _ packed: Data) throws(CallError) -> [[UInt8]] {
        if packed.isEmpty { return plain.map { Array($0) } }
        do throws(DocumentUnpacker.Failure) {
            return try DocumentUnpacker.unpack(Array(packed), sizeLimit: Self.historyLimit)
        } catch {
            throw .refused(code: "malformed answer", message: error.message)
        }
    }

    /// Gives a restarted Coordinator its seed.
    ///
    /// - Parameter force: also when other Coordinators could give it.
    package func recover(seed: SecretBytes, salt: [UInt8], force: Bool) async throws(CallError) {
        var request = CoordinatorAPI.RecoverRequest()
        request.seed = seed.withBytes { Data($0) }
        request.salt = Data(salt)
        request.force = force
        _ = try await call { [request] in
            try await UserAPI.Client(wrapping: $0).recover(request: ClientRequest(message: request))
        }
    }
}
