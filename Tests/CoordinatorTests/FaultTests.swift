// SPDX-License-Identifier: Apache-2.0

import Coordinator
import Digests
import Foundation
import History
import IR
import Identity
import Testing

struct FaultTests {
    /// The store fails for good at each of its calls during a set: after a restart and recovery the old manifest or the
    /// new one is served, whole, and the new one where the set was confirmed.
    @Test func aStoppedSetLeavesTheOldOrTheNewManifest() async throws {
        let deployment = try Deployment()
        let next = deployment.marked("b")
        var served: Set<[UInt8]> = []
        for calls in 0... {
            let store = MemoryStore()
            let (first, shares) = try await TestCoordinator.serving(deployment, store)
            let stopping = StoppingStore(store, after: calls)
            let second = try TestCoordinator(store)
            try await second.users.recover(shares.request(), from: Deployment.seedshareOwner())
            _ = first
            let stopped = try await recovered(stopping, shares)
            stopping.start()
            let error = await failure {
                _ = try await stopped.users.setManifest(next.request(), from: Deployment.owner())
            }
            #expect((error == nil) == !stopping.isStopped)
            let restarted = try await recovered(store, shares)
            let history = try await restarted.users.getManifests()
            let last = try #require(history.manifests.last)
            served.insert(last)
            #expect(history.manifests == [deployment.bytes] || history.manifests == [deployment.bytes, next.bytes])
            #expect(history.latestTransition.transitionHash == Transition.hash(of: history.manifests))
            #expect(Set(history.policies) == Set(deployment.documents))
            #expect(error != nil || last == next.bytes)
            if !stopping.isStopped { break }
        }
        #expect(served.contains(next.bytes) && served.contains(deployment.bytes))
    }

    private func recovered(_ store: any HistoryStore, _ shares: SeedShareDocument) async throws -> TestCoordinator {
        let coordinator = try TestCoordinator(store)
        try await coordinator.users.recover(shares.request(), from: Deployment.seedshareOwner())
        return coordinator
    }

    /// The swap has happened, but the store could not say so: what is served must not be guessed.
    @Test func anUncertainSwapNeedsRecovery() async throws {
        let deployment = try Deployment()
        let store = MemoryStore()
        let (_, shares) = try await TestCoordinator.serving(deployment, store)
        let uncertain = UncertainStore(store)
        let coordinator = try await recovered(uncertain, shares)
        let error = await failure {
            _ = try await coordinator.users.setManifest(deployment.marked("b").request(), from: Deployment.owner())
        }
        #expect(error?.status == .internal)
        #expect(await failure { _ = try coordinator.states.state() }?.code == .needsRecovery)
        try await coordinator.users.recover(shares.request(), from: Deployment.seedshareOwner())
        #expect(try coordinator.states.state().manifestBytes == deployment.marked("b").bytes)
    }

    @Test func changedObjectsAreNeverServed() async throws {
        let deployment = try Deployment()
        let store = MemoryStore()
        let (first, shares) = try await TestCoordinator.serving(deployment, store)
        let transition = try #require(try first.states.state().transitions.last)
        let keys = [
            StoreKey("manifests", Hex.text(transition.manifestHash)), StoreKey("policies", Deployment.webHash),
            StoreKey("transitions", Hex.text(transition.hash)), .latest,
        ]
        for key in keys {
            let key = try #require(key)
            let good = try #require(try store.value(for: key))
            for bad in [[], Array(good.dropLast()), [good[0] ^ 1] + good.dropFirst()] {
                try store.set(bad, for: key)
                let coordinator = try TestCoordinator(store)
                let error = await failure {
                    try await coordinator.users.recover(shares.request(), from: Deployment.seedshareOwner())
                }
                #expect(error != nil)
                #expect(await failure { _ = try coordinator.states.state() }?.code == .needsRecovery)
            }
            try store.set(good, for: key)
        }
        let coordinator = try await recovered(store, shares)
        #expect(try await coordinator.users.getManifests().manifests == [deployment.bytes])
    }

    @Test func twoCoordinatorsCannotShareADirectory() async throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("coordinator-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: url) }
        let deployment = try Deployment()
        let shares: SeedShareDocument
        do {
            let store = try DirectoryStore(path: url.path)
            shares = try await TestCoordinator.serving(deployment, store).1
            #expect(throws: StoreError.locked) { try DirectoryStore(path: url.path) }
        }
        let restarted = try await recovered(DirectoryStore(path: url.path), shares)
        #expect(try await restarted.users.getManifests().manifests == [deployment.bytes])
    }
}
