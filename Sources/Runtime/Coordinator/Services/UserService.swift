// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import History
internal import Identity

/// The API of data owners and operators (port 1313).
package struct UserService: Sendable {
    private let states: StateGuard
    private let readyPeers: @Sendable () async throws -> Int
    private let onFirstUse: @Sendable () -> Void

    /// - Parameters:
    ///   - readyPeers: how many other Coordinators of the deployment are ready.
    ///   - onFirstUse: called when a first manifest was set that anybody could have set.
    package init(
        _ states: StateGuard, readyPeers: @escaping @Sendable () async throws -> Int = { 0 },
        onFirstUse: @escaping @Sendable () -> Void = {}
    ) {
        self.states = states
        self.readyPeers = readyPeers
        self.onFirstUse = onFirstUse
    }

    /// Makes a manifest the one that is served, when the caller may do that.
    package func setManifest(
        _ request: SetManifestRequest, from peer: Peer
    ) async throws(CoordinatorError) -> SetManifestResponse {
        let result = try await states.set(request, publicKey: peer.publicKey)
        if result.state.generation == 1, result.state.trustsFirstUse { onFirstUse() }
        return SetManifestResponse(
            rootCA: result.state.authority.rootPEM, meshCA: result.state.authority.meshPEM,
            seedShares: result.seedShares)
    }

    /// The history, for everybody who asks.
    ///
    /// - Parameter hash: SHA-256 of the only document that is wanted, with the active manifest: what a workload needs. All of
    ///   the history would be far too much for each of many.
    /// - Parameter isPacked: whether all of the history may come packed, which it must where it is large.
    package func getManifests(
        document hash: [UInt8]? = nil, isPacked: Bool = false
    ) async throws(CoordinatorError) -> GetManifestsResponse {
        let state = try states.state()
        var documents = HistoryDocuments()
        var packed: PackedHistory?
        if let hash {
            documents = try states.documents(of: state, only: hash)
        } else {
            let history = try states.documents(of: state)
            if isPacked {
                packed = history.packed
            } else if let all = history.documents {
                documents = all
            } else {
                throw .tooLarge(history.packed.size)
            }
        }
        return GetManifestsResponse(
            manifests: documents.manifests, policies: documents.policies, packed: packed,
            rootCA: state.authority.rootPEM,
            meshCA: state.authority.meshPEM, latestTransition: state.latest,
            previousTransition: hash == nil ? nil : state.transitions.last?.previousHash,
            ownerSignature: states.ownerSignature(of: state), trustsFirstUse: state.trustsFirstUse)
    }

    /// Serves the stored history again, when the caller is a seed share owner and brings the seed.
    package func recover(_ request: RecoverRequest, from peer: Peer) async throws(CoordinatorError) {
        if !request.force, case .stale = states.standing {
            // Nobody else has this Coordinator ask others.
            try await states.authorizeRecovery(publicKey: peer.publicKey)
            let count: Int
            do {
                count = try await readyPeers()
            } catch {
                throw .internal(error)
            }
            guard count == 0 else {
                throw CoordinatorError(
                    .failedPrecondition, .needsRecovery,
                    "\(count) other Coordinators are ready, from which this one recovers by itself")
            }
        }
        try await states.recover(request, publicKey: peer.publicKey)
    }
}
