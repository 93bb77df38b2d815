// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import History
internal import IR
internal import Identity
internal import Synchronization

/// Keeps what the Coordinator serves, and the one way in which that changes.
///
/// One manifest follows another in the store first, by compare-and-swap of the latest transition, and in memory only
/// after that. Whoever reads gets one state as a whole.
package actor StateGuard {
    /// What a Coordinator has.
    package enum Standing: Sendable {
        /// Nothing was ever set.
        case fresh
        /// There is a history, but nobody has brought its seed, or it has gone on without this Coordinator.
        case stale
        case active(ServingState)
    }

    let history: History
    package nonisolated let configuration: CoordinatorConfiguration
    private let current: Mutex<Standing>
    /// Hash of the transition that this process has served last.
    private let served = Mutex<[UInt8]?>(nil)
    /// The history of one state, so that requests cost no reading.
    private let read = Mutex<(state: ServingState, history: ReadHistory)?>(nil)

    /// - Throws: when the store cannot be read.
    package init(_ history: History, _ configuration: CoordinatorConfiguration) throws(CoordinatorError) {
        self.history = history
        self.configuration = configuration
        do throws(HistoryError) {
            current = Mutex(try history.latest() == nil ? .fresh : .stale)
        } catch .malformed {
            current = Mutex(.stale)
        } catch {
            throw .internal(error)
        }
    }

    package nonisolated var standing: Standing { current.withLock { $0 } }

    /// What is served.
    package nonisolated func state() throws(CoordinatorError) -> ServingState {
        switch standing {
        case .fresh: throw .noManifest
        case .stale: throw .needsRecovery
        case .active(let state): return state
        }
    }

    /// Looks whether the store still has what is served. If it has gone on without this Coordinator, that must be
    /// recovered; if it turns out to be empty after a first set that failed, there is nothing to recover. A store that
    /// was emptied is no beginning: whoever came first could take the deployment over.
    package func refresh() throws(CoordinatorError) {
        do throws(HistoryError) {
            let latest = try history.latest()
            switch standing {
            case .active(let state) where latest != state.latest: publish(.stale)
            case .stale where latest == nil && lastServed == nil: publish(.fresh)
            case .fresh where latest != nil: publish(.stale)
            case .active, .stale, .fresh: break
            }
        } catch {
            throw .internal(error)
        }
    }

    /// What a successful set returns.
    struct SetResult {
        var state: ServingState
        /// Only of the first manifest, when it names seed share owners.
        var seedShares: SeedShareDocument?
    }

    /// Makes a manifest the one that is served.
    func set(_ request: SetManifestRequest, publicKey: [UInt8]?) throws(CoordinatorError) -> SetResult {
        let previous: ServingState? =
            switch standing {
            case .fresh: nil
            case .stale: throw .needsRecovery
            case .active(let state): state
            }
        let manifest = try ManifestAdmission.parse(request.manifest)
        let transition = Transition(
            manifest: request.manifest, previousHash: previous?.latest.transitionHash ?? Transition.none)
        if let expected = request.previousTransitionHash, expected != transition.previousHash { throw .conflict }
        let trustsFirstUse: Bool
        if let previous {
            trustsFirstUse = previous.trustsFirstUse
            try authorize(transition, request, publicKey: publicKey, after: previous)
            guard manifest.seedshareOwnerPubKeys ?? [] == previous.manifest.seedshareOwnerPubKeys ?? [] else {
                throw .notAuthorized("changing the seed share owners is not allowed")
            }
        } else {
            let owners = try measuredOwners(among: request.policies)
            trustsFirstUse = owners.isAnybody
            try authorizeFirst(transition, request, publicKey: publicKey, manifest, owners)
        }
        // Only who may set a manifest has it checked.
        try ManifestAdmission.check(manifest, configuration)
        try ManifestAdmission.checkDocuments(of: request, manifest)

        let result: SetResult
        do {
            let engine = try previous?.engine ?? SeedEngine.random()
            let state = ServingState(
                manifest: manifest, manifestBytes: request.manifest,
                authority: try CertificateAuthority(
                    rootKey: engine.rootKey, meshKey: ECDSAPrivateKey(generating: .p384)),
                latest: try LatestTransition(transition, signedBy: engine.transitionKey),
                transitions: (previous?.transitions ?? []) + [transition], engine: engine,
                trustsFirstUse: trustsFirstUse)
            let owners = try (manifest.seedshareOwnerPubKeys ?? []).map {
                try OwnerKey(der: Hex.decode($0) ?? [], kind: .seedshareOwner)
            }
            let isFirst = previous == nil && !owners.isEmpty
            result = SetResult(
                state: state, seedShares: isFirst ? try SeedShareDocument(engine, owners: owners) : nil)
        } catch {
            throw .internal(error)
        }
        try store(request, transition)
        try commit(result.state, after: previous)
        return result
    }

    /// Stores everything that a transition refers to.
    private func store(_ request: SetManifestRequest, _ transition: Transition) throws(CoordinatorError) {
        try request.forEachDocument { document throws(CoordinatorError) in
            do throws(HistoryError) { try history.store(.policies, document) } catch { throw .internal(error) }
        }
        do throws(HistoryError) {
            try history.store(.manifests, request.manifest)
            try history.store(.transitions, transition.bytes)
            if let signature = request.signature { try history.setOwnerSignature(signature, of: transition) }
        } catch {
            throw .internal(error)
        }
    }

    private func authorizeFirst(
        _ transition: Transition, _ request: SetManifestRequest, publicKey: [UInt8]?, _ manifest: Manifest,
        _ measured: MeasuredOwners
    ) throws(CoordinatorError) {
        switch measured {
        case .keys(let owners): try owners.authorize(transition, signature: request.signature, publicKey: publicKey)
        case .anybody:
            // Nobody needs a signature here; but one that is kept must be right.
            guard request.signature != nil else { return }
            try OwnerAuthorization(manifest).authorize(transition, signature: request.signature, publicKey: nil)
        }
    }

    private func authorize(
        _ transition: Transition, _ request: SetManifestRequest, publicKey: [UInt8]?, after previous: ServingState
    ) throws(CoordinatorError) {
        let owners = OwnerAuthorization(previous.manifest)
        // A signature that was used before is a conflict, not a forgery.
        if let signature = request.signature,
            previous.transitions.contains(where: {
                $0.manifestHash == transition.manifestHash && owners.hasSigned($0, signature)
            })
        {
            throw .conflict
        }
        try owners.authorize(transition, signature: request.signature, publicKey: publicKey)
    }

    /// Everything that the latest transition refers to is stored; now it becomes the latest.
    private func commit(_ state: ServingState, after previous: ServingState?) throws(CoordinatorError) {
        do throws(HistoryError) {
            try history.setLatest(state.latest, expected: previous?.latest)
        } catch {
            // Another Coordinator may have been first, or nobody knows which of the two is stored now.
            if !isStored(previous?.latest) { publish(.stale) }
            if case .store(.conflict) = error { throw .conflict }
            throw .internal(error)
        }
        publish(.active(state))
    }

    /// Whether the store certainly has this as its latest transition, `nil` for none.
    private func isStored(_ latest: LatestTransition?) -> Bool {
        do throws(HistoryError) {
            return try history.latest() == latest
        } catch {
            return false
        }
    }

    nonisolated func publish(_ standing: Standing) {
        if case .active(let state) = standing { served.withLock { $0 = state.latest.transitionHash } }
        current.withLock { $0 = standing }
    }

    /// Hash of the transition that this process has served last; `nil` when it has served none.
    nonisolated var lastServed: [UInt8]? { served.withLock { $0 } }

    nonisolated func cached(_ state: ServingState) -> ReadHistory? {
        read.withLock { $0?.state === state ? $0?.history : nil }
    }

    nonisolated func cache(_ history: ReadHistory, of state: ServingState) {
        read.withLock { $0 = (state, history) }
    }
}
