// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import History
package import IR
internal import Identity

/// What is stored, as long as nobody has brought the seed that proves it.
package struct StoredHistory: Sendable {
    var latest: LatestTransition
    var transitions: [Transition]
    /// By which a peer is to be verified that is asked for the seed.
    package var manifest: Manifest
    var manifestBytes: [UInt8]
}

extension StateGuard {
    /// Serves the stored history again, with a new mesh CA.
    ///
    /// - Parameter publicKey: DER of the SubjectPublicKeyInfo of the caller's TLS key.
    func recover(_ request: RecoverRequest, publicKey: [UInt8]?) throws(CoordinatorError) {
        let stored = try storedHistory()
        try stored.manifest.authorizeRecovery(publicKey: publicKey)
        let engine = try Self.engine(request.seed, request.salt)
        let meshKey: ECDSAPrivateKey
        do throws(KeyError) {
            meshKey = try ECDSAPrivateKey(generating: .p384)
        } catch {
            throw .internal(error)
        }
        try serve(stored, engine, meshKey: meshKey)
    }

    /// Serves the stored history again, with what another Coordinator has sent over a connection on which it was verified
    /// as one of the stored manifest.
    ///
    /// - Parameter verified: the history by whose manifest it was verified. The store may have another one by now, in
    ///   which that peer has no part.
    package func recover(from peer: PeerState, verifiedBy verified: StoredHistory) throws(CoordinatorError) {
        let stored = try storedHistory()
        guard stored.latest == verified.latest, stored.manifestBytes == verified.manifestBytes else { throw .conflict }
        // A mesh CA belongs to one manifest: the peer must serve the one that is stored here. A deployment may come back
        // to a manifest, so that an older record of it can be shown again; the transition tells.
        guard peer.manifest == stored.manifestBytes,
            peer.latestTransition ?? stored.latest.transitionHash == stored.latest.transitionHash
        else { throw .conflict }
        let engine = try Self.engine(peer.seed, peer.salt)
        let meshKey: ECDSAPrivateKey
        do throws(KeyError) {
            meshKey = try ECDSAPrivateKey(pem: peer.meshKeyPEM)
        } catch {
            throw .invalidArgument("the peer's mesh CA key cannot be used: \(error)")
        }
        try serve(stored, engine, meshKey: meshKey)
    }

    /// Whether a key may bring the seed of the stored history.
    func authorizeRecovery(publicKey: [UInt8]?) throws(CoordinatorError) {
        try storedHistory().manifest.authorizeRecovery(publicKey: publicKey)
    }

    /// What is stored but not proven: for the verification of peers before a recovery. Where owners are measured, one of
    /// them has signed it.
    package func unproven() throws(CoordinatorError) -> StoredHistory {
        let stored = try storedHistory()
        try requireMeasuredOwner(of: stored)
        return stored
    }

    private func storedHistory() throws(CoordinatorError) -> StoredHistory {
        switch standing {
        case .fresh: throw .nothingToRecover
        case .active: throw .alreadyRecovered
        case .stale: break
        }
        do {
            guard let latest = try history.latest() else { throw CoordinatorError.nothingToRecover }
            let transitions = try history.transitions(to: latest.transitionHash)
            guard let last = transitions.last else { throw CoordinatorError.nothingToRecover }
            let bytes = try history.object(.manifests, last.manifestHash)
            return StoredHistory(
                latest: latest, transitions: transitions, manifest: try ManifestAdmission.parse(bytes),
                manifestBytes: bytes)
        } catch let error as CoordinatorError {
            throw error
        } catch {
            throw .internal(error)
        }
    }

    private static func engine(_ seed: SecretBytes, _ salt: SecretBytes) throws(CoordinatorError) -> SeedEngine {
        do throws(IdentityError) {
            return try SeedEngine(seed: seed, salt: salt)
        } catch {
            switch error {
            case .saltSize, .seedSize: throw .invalidArgument(error.description)
            case .crypto, .key: throw .internal(error)
            }
        }
    }

    private func serve(
        _ stored: StoredHistory, _ engine: SeedEngine, meshKey: ECDSAPrivateKey
    ) throws(CoordinatorError) {
        guard stored.latest.isSigned(by: engine.transitionKey.spki) else {
            throw .invalidArgument("the seed and salt do not belong to the stored history")
        }
        let owners = try requireMeasuredOwner(of: stored)
        // What this process has served was the deployment's; an older history in the store is none to go back to.
        if let served = lastServed, !stored.transitions.contains(where: { $0.hash == served }) {
            throw .invalidArgument("the stored history lacks the transition that was served last")
        }
        do {
            let state = ServingState(
                manifest: stored.manifest, manifestBytes: stored.manifestBytes,
                authority: try CertificateAuthority(rootKey: engine.rootKey, meshKey: meshKey), latest: stored.latest,
                transitions: stored.transitions, engine: engine, trustsFirstUse: owners.isAnybody)
            // All that will be asked for must be there.
            _ = try documents(of: state)
            publish(.active(state))
        } catch {
            throw .internal(error)
        }
    }

    /// A host can write a history of its own, with keys of its own in every place, and recover that. Where owners are
    /// measured, one of them must have signed the transition that leads to the stored manifest.
    @discardableResult
    private func requireMeasuredOwner(of stored: StoredHistory) throws(CoordinatorError) -> MeasuredOwners {
        let measured = try storedOwners()
        guard case .keys(let owners) = measured else { return measured }
        let signature: [UInt8]?
        do throws(HistoryError) {
            signature = try history.ownerSignature(of: stored.latest.transitionHash)
        } catch {
            throw .internal(error)
        }
        guard let signature, let last = stored.transitions.last,
            owners.hasSigned(last, signature)
        else {
            throw .invalidSignature("no measured owner has signed the latest transition of the stored history")
        }
        return measured
    }
}
