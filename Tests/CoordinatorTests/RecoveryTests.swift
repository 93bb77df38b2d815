// SPDX-License-Identifier: Apache-2.0

import Coordinator
import Digests
import History
import IR
import Identity
import Synchronization
import Testing

struct RecoveryTests {
    @Test func aRestartedCoordinatorServesTheSameManifestAfterRecovery() async throws {
        let deployment = try Deployment()
        let store = MemoryStore()
        let (first, shares) = try await TestCoordinator.serving(deployment, store)
        _ = try await first.users.setManifest(deployment.marked("b").request(), from: Deployment.owner())
        let before = try await first.users.getManifests()
        let secret = try await first.mesh.newMeshCert(for: first.peer(Deployment.webHash), at: Deployment.now)
            .workloadSecret

        let second = try TestCoordinator(store)
        for call in [
            { _ = try await second.users.getManifests() },
            { _ = try await second.users.setManifest(deployment.request(), from: Deployment.owner()) },
        ] as [() async throws -> Void] {
            let error = await failure(call)
            #expect(error?.message == "coordinator is in recovery mode")
            #expect(error?.status == .failedPrecondition && error?.code == .needsRecovery)
        }
        try await second.users.recover(shares.request(), from: Deployment.seedshareOwner())
        let after = try await second.users.getManifests()
        #expect(after.manifests == before.manifests && after.policies == before.policies)
        #expect(after.rootCA == before.rootCA)
        #expect(after.latestTransition == before.latestTransition)
        #expect(after.meshCA != before.meshCA)
        let again = try await second.mesh.newMeshCert(for: second.peer(Deployment.webHash), at: Deployment.now)
        #expect(again.workloadSecret == secret)
        #expect(try second.states.state().generation == 2)
        let error = await failure {
            try await second.users.recover(shares.request(), from: Deployment.seedshareOwner())
        }
        #expect(error?.message == "coordinator is already recovered")
        _ = try await second.users.setManifest(deployment.marked("c").request(), from: Deployment.owner())
        #expect(try await second.users.getManifests().manifests.count == 3)
    }

    @Test func onlySeedShareOwnersWithTheRightSeedRecover() async throws {
        let store = MemoryStore()
        let (_, shares) = try await TestCoordinator.serving(Deployment(), store)
        let good = try shares.request()
        let coordinator = try TestCoordinator(store)
        func recover(_ request: RecoverRequest, _ peer: Peer) async -> CoordinatorError? {
            await failure { try await coordinator.users.recover(request, from: peer) }
        }
        for peer in [Peer(), try Deployment.owner(), try Deployment.seedshareOwner(1)] {
            #expect(await recover(good, peer)?.status == .permissionDenied)
        }
        let owner = try Deployment.seedshareOwner()
        let random = try SecretBytes.random(count: 64)
        let cases: [(RecoverRequest, String)] = [
            (RecoverRequest(seed: good.seed.prefix(31), salt: good.salt), "seed must be"),
            (RecoverRequest(seed: good.seed, salt: good.salt.prefix(31)), "salt must be"),
            (RecoverRequest(seed: good.seed.prefix(63), salt: good.salt), "do not belong"),
            (RecoverRequest(seed: random, salt: good.salt), "do not belong"),
            (RecoverRequest(seed: good.seed, salt: random.prefix(32)), "do not belong"),
        ]
        for (request, text) in cases {
            let error = await recover(request, owner)
            #expect(error?.status == .invalidArgument)
            #expect(error?.message.contains(text) == true)
        }
        if case .stale = coordinator.states.standing {} else { Issue.record("it serves") }
        #expect(await recover(good, owner) == nil)
    }

    /// The host has set a manifest at a Coordinator of its own, and shows its store to the genuine one.
    @Test(arguments: [false, true])
    func aHistoryOfTheHostsOwnIsNotRecoveredWhereOwnersAreMeasured(fromPeer: Bool) async throws {
        // Its own Coordinator has a part in it, and sets no store on owners.
        var deployment = try Deployment(measured: [Keys.ownerHex()])
        let entry = try #require(deployment.manifest.policies[Hex.text(deployment.hostData)])
        deployment.documents.append(Deployment.coordinatorDocument)
        deployment.manifest.policies[Deployment.coordinatorHash] = entry
        let store = MemoryStore()
        let host = try TestCoordinator(store)
        let response = try await host.users.setManifest(deployment.request(), from: Peer())
        let shares = try #require(response.seedShares)
        let sent = try await host.mesh.recover(host.peer(Deployment.coordinatorHash))
        let coordinator = try TestCoordinator(store, hostData: deployment.hostData)
        func recover() async -> CoordinatorError? {
            await failure {
                if fromPeer {
                    try await coordinator.states.recover(from: sent, verifiedBy: coordinator.states.unproven())
                } else {
                    try await coordinator.users.recover(shares.request(), from: Deployment.seedshareOwner())
                }
            }
        }
        let transition = Transition(manifest: deployment.bytes)
        let digest = SHA256.digest(transition.ownerMessage)
        #expect(await recover()?.code == .invalidSignature)
        try History(store).setOwnerSignature(
            Keys.workloadOwner(1).sign(digest: digest, madeBy: .sha256), of: transition)
        #expect(await recover()?.code == .invalidSignature)
        if case .stale = coordinator.states.standing {} else { Issue.record("it serves") }
        // An owner vouches for it.
        try History(store).setOwnerSignature(
            Keys.workloadOwner().sign(digest: digest, madeBy: .sha256), of: transition)
        #expect(await recover() == nil)
    }

    /// Nobody can say of it whose history this is.
    @Test func aCoordinatorThatHasNoPartInAHistoryDoesNotRecoverIt() async throws {
        let store = MemoryStore()
        let (_, shares) = try await TestCoordinator.serving(Deployment(), store)
        let coordinator = try TestCoordinator(store, hostData: Deployment(measured: [Keys.ownerHex()]).hostData)
        let error = await failure {
            try await coordinator.users.recover(shares.request(), from: Deployment.seedshareOwner())
        }
        #expect(error?.message.contains("own policy") == true)
        #expect(await failure { _ = try await coordinator.states.unproven() } == error)
    }

    @Test func thereMustBeSomethingToRecover() async throws {
        let coordinator = try TestCoordinator()
        let request = RecoverRequest(seed: secret([1]), salt: secret([2]))
        let error = await failure { try await coordinator.users.recover(request, from: Deployment.seedshareOwner()) }
        #expect(error?.message == "no state to recover from")
        #expect(error?.status == .failedPrecondition)
    }

    @Test func readyPeersComeFirst() async throws {
        let store = MemoryStore()
        let (_, shares) = try await TestCoordinator.serving(Deployment(), store)
        let users = UserService(try TestCoordinator(store).states, readyPeers: { 2 })
        let owner = try Deployment.seedshareOwner()
        #expect(await failure { try await users.recover(shares.request(), from: owner) }?.status == .failedPrecondition)
        try await users.recover(shares.request(force: true), from: owner)
    }

    @Test func aPeerRecoversWithTheSameMeshCA() async throws {
        let store = MemoryStore()
        let deployment = try Deployment()
        let (first, _) = try await TestCoordinator.serving(deployment, store)
        let sent = try await first.mesh.recover(first.peer(Deployment.coordinatorHash))
        let second = try TestCoordinator(store)
        #expect(try await second.states.unproven().manifest == deployment.manifest)
        try await second.states.recover(from: sent, verifiedBy: second.states.unproven())
        let (one, two) = (try await first.users.getManifests(), try await second.users.getManifests())
        #expect(one == two)

        // Replicas show the same bytes; workloads get no seed.
        let error = await failure { _ = try await first.mesh.recover(first.peer(Deployment.webHash)) }
        #expect(error?.status == .permissionDenied)
    }

    /// A Coordinator with two manifests, whose host shows the record of the first one again, which is validly signed.
    private struct Rewound {
        let store = MemoryStore()
        let deployment: Deployment
        let coordinator: TestCoordinator
        let shares: SeedShareDocument
        /// Of the second manifest.
        let latest: [UInt8]

        init() async throws {
            deployment = try Deployment()
            (coordinator, shares) = try await TestCoordinator.serving(deployment, store)
            let old = try #require(try store.value(for: .latest))
            _ = try await coordinator.users.setManifest(deployment.marked("b").request(), from: Deployment.owner())
            latest = try #require(try store.value(for: .latest))
            try store.set(old, for: .latest)
        }

        func showLatest() throws { try store.set(latest, for: .latest) }

        /// What the Coordinator gives to a peer.
        func sent() async throws -> PeerState {
            try await coordinator.mesh.recover(coordinator.peer(Deployment.coordinatorHash))
        }
    }

    @Test func aPeerThatServesAnotherManifestIsRefused() async throws {
        let rewound = try await Rewound()
        let (deployment, sent) = (rewound.deployment, try await rewound.sent())
        let second = try TestCoordinator(rewound.store)
        #expect(
            await failure { try await second.states.recover(from: sent, verifiedBy: second.states.unproven()) }?.code
                == .manifestConflict)
        var broken = sent
        // A release that does not tell the transition.
        (broken.manifest, broken.latestTransition) = (deployment.bytes, nil)
        broken.meshKeyPEM = secret(Array("-----BEGIN EC PRIVATE KEY-----\n".utf8))
        let error = await failure { [broken] in
            try await second.states.recover(from: broken, verifiedBy: second.states.unproven())
        }
        #expect(error?.code == .invalidArgument)
        if case .stale = second.states.standing {} else { Issue.record("it serves") }
    }

    /// The host shows one history while peers are verified, and another one when a peer has answered.
    @Test func aHistoryThatChangesWhilePeersAreAskedIsRefused() async throws {
        let rewound = try await Rewound()
        let sent = try await rewound.sent()
        let second = try TestCoordinator(rewound.store)
        let shown = try await second.states.unproven()
        try rewound.showLatest()
        let error = await failure { try await second.states.recover(from: sent, verifiedBy: shown) }
        #expect(error?.code == .manifestConflict)
        if case .stale = second.states.standing {} else { Issue.record("it serves") }
        try await second.states.recover(from: sent, verifiedBy: second.states.unproven())
    }

    /// What was served once is not forgotten as long as the process lives.
    @Test func anOlderHistoryIsNoneToGoBackTo() async throws {
        let rewound = try await Rewound()
        let coordinator = rewound.coordinator
        try await coordinator.states.refresh()
        let request = try rewound.shares.request()
        let error = await failure { try await coordinator.users.recover(request, from: Deployment.seedshareOwner()) }
        #expect(error?.message.contains("served last") == true)
        try rewound.showLatest()
        try await coordinator.users.recover(request, from: Deployment.seedshareOwner())
        #expect(try coordinator.states.state().generation == 2)
    }

    /// Nobody but a seed share owner has a Coordinator ask its peers.
    @Test func strangersCauseNoRequests() async throws {
        let store = MemoryStore()
        let (_, shares) = try await TestCoordinator.serving(Deployment(), store)
        let states = try TestCoordinator(store).states
        let asked = Mutex(0)
        let users = UserService(
            states,
            readyPeers: {
                asked.withLock { $0 += 1 }; return 0
            })
        let request = try shares.request()
        for peer in [Peer(), try Deployment.owner()] {
            #expect(await failure { try await users.recover(request, from: peer) }?.status == .permissionDenied)
        }
        #expect(asked.withLock { $0 } == 0)
        try await users.recover(request, from: Deployment.seedshareOwner())
        #expect(asked.withLock { $0 } == 1)
    }

    /// A deployment that came back to its first manifest: the record of the first time is validly signed too.
    @Test func anOlderRecordOfTheSameManifestIsRefused() async throws {
        let store = MemoryStore()
        let deployment = try Deployment()
        let (first, _) = try await TestCoordinator.serving(deployment, store)
        let old = try #require(try store.value(for: .latest))
        for next in [deployment.marked("b"), deployment] {
            _ = try await first.users.setManifest(next.request(), from: Deployment.owner())
        }
        let sent = try await first.mesh.recover(first.peer(Deployment.coordinatorHash))
        let new = try #require(try store.value(for: .latest))
        try store.set(old, for: .latest)
        let second = try TestCoordinator(store)
        #expect(try await second.states.unproven().manifest == deployment.manifest)
        #expect(
            await failure { try await second.states.recover(from: sent, verifiedBy: second.states.unproven()) }?.code
                == .manifestConflict)
        try store.set(new, for: .latest)
        try await second.states.recover(from: sent, verifiedBy: second.states.unproven())
        #expect(try second.states.state().generation == 3)
    }

    @Test func aStoreThatWasEmptiedIsNoBeginning() async throws {
        let deployment = try Deployment()
        let store = ErasableStore()
        let (coordinator, shares) = try await TestCoordinator.serving(deployment, store)
        let kept = try #require(try store.value(for: .latest))
        store.isErased.withLock { $0 = true }
        for _ in 0..<3 { try await coordinator.states.refresh() }
        let error = await failure { _ = try await coordinator.users.setManifest(deployment.request(), from: Peer()) }
        #expect(error?.code == .needsRecovery)
        store.isErased.withLock { $0 = false }
        try await coordinator.states.refresh()
        try await coordinator.users.recover(shares.request(), from: Deployment.seedshareOwner())
        #expect(try coordinator.states.state().latest == LatestTransition(bytes: kept))
    }

    @Test func aHistoryThatGoesOnElsewhereMustBeRecovered() async throws {
        let store = MemoryStore()
        let deployment = try Deployment()
        let (first, shares) = try await TestCoordinator.serving(deployment, store)
        let second = try TestCoordinator(store)
        try await second.users.recover(shares.request(), from: Deployment.seedshareOwner())
        _ = try await second.users.setManifest(deployment.marked("b").request(), from: Deployment.owner())
        try await second.states.refresh()
        #expect(try second.states.state().generation == 2)

        let error = await failure {
            _ = try await first.users.setManifest(deployment.marked("c").request(), from: Deployment.owner())
        }
        #expect(error?.code == .manifestConflict)
        #expect(await failure { _ = try first.states.state() }?.code == .needsRecovery)
        try await first.users.recover(shares.request(), from: Deployment.seedshareOwner())
        #expect(try first.states.state().manifestBytes == deployment.marked("b").bytes)

        _ = try await second.users.setManifest(deployment.marked("d").request(), from: Deployment.owner())
        try await first.states.refresh()
        #expect(await failure { _ = try first.states.state() }?.code == .needsRecovery)
    }
}
