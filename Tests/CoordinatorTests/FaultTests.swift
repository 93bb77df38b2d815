// SPDX-License-Identifier: Apache-2.0

import Coordinator
import Digests
import Foundation
import History
import HistoryFixtures
import IR
import Identity
import Testing

struct FaultTests {
    /// A directory in which a Coordinator has set one manifest.
    private struct Prepared {
        let scratch: Scratch
        let shares: SeedShareDocument
        let deployment: Deployment

        init() async throws {
            scratch = try Scratch()
            deployment = try Deployment()
            try FileManager.default.createDirectory(at: scratch.file("0"), withIntermediateDirectories: false)
            shares = try await TestCoordinator.serving(deployment, DirectoryStore(path: scratch.file("0").path)).1
        }

        func copy(_ name: String) throws -> String {
            let path = scratch.file(name).path
            try FileManager.default.copyItem(atPath: scratch.file("0").path, toPath: path)
            return path
        }
    }

    /// What a Coordinator serves after a restart: the manifests of a history that is whole.
    private func served(_ store: any HistoryStore, _ shares: SeedShareDocument) async throws -> [[UInt8]] {
        let history = try await recovered(store, shares).users.getManifests()
        #expect(history.latestTransition.transitionHash == Transition.hash(of: history.manifests))
        #expect(Set(history.policies) == [Deployment.coordinatorDocument, Deployment.webDocument])
        return history.manifests
    }

    /// A Coordinator is killed at each system call of a set: after a restart and recovery the old manifest or the new
    /// one is served, and the new one where the set was confirmed.
    @Test func aKilledCoordinatorLeavesTheOldOrTheNewManifest() async throws {
        let prepared = try await Prepared()
        let (old, next) = (prepared.deployment, prepared.deployment.marked("b"))
        var outcomes: Set<[[UInt8]]> = []
        for calls in 0... {
            let path = try prepared.copy("copy-\(calls)")
            let system = StoppingSystem()
            var error: CoordinatorError?
            do {
                let coordinator = try await recovered(DirectoryStore(path: path, system: system), prepared.shares)
                system.stop(after: calls)
                error = await failure {
                    _ = try await coordinator.users.setManifest(next.request(), from: Deployment.owner())
                }
            }
            #expect((error != nil) == system.isStopped)
            let manifests = try await served(DirectoryStore(path: path), prepared.shares)
            #expect(manifests == [old.bytes] || manifests == [old.bytes, next.bytes])
            #expect(error != nil || manifests.count == 2)
            outcomes.insert(manifests)
            try FileManager.default.removeItem(atPath: path)
            if !system.isStopped { break }
        }
        #expect(outcomes.count == 2)
    }

    /// The same when the power fails, with a disk that has lost all that was not synchronised.
    @Test func aPowerCutLeavesTheOldOrTheNewManifest() async throws {
        let old = try Deployment()
        let next = old.marked("b")
        let disk = ModelDisk()
        let shares = try await TestCoordinator.serving(old, DirectoryStore(path: "/", system: disk)).1
        let prepared = disk.durableCopy()
        for calls in 0... {
            let disk = prepared.durableCopy()
            let coordinator = try await recovered(DirectoryStore(path: "/", system: disk), shares)
            disk.failPower(after: calls)
            let error = await failure {
                _ = try await coordinator.users.setManifest(next.request(), from: Deployment.owner())
            }
            let hasFailed = disk.hasFailed
            disk.restart()
            let manifests = try await served(DirectoryStore(path: "/", system: disk), shares)
            #expect(manifests == [old.bytes] || manifests == [old.bytes, next.bytes])
            #expect(error != nil || manifests.count == 2)
            if !hasFailed { break }
        }
    }

    @Test func aFullDiskChangesNothing() async throws {
        let prepared = try await Prepared()
        let system = FullDisk()
        let path = try prepared.copy("full")
        let coordinator = try await recovered(DirectoryStore(path: path, system: system), prepared.shares)
        let next = prepared.deployment.marked("b").request()
        for writes in [0, 1, 20, 40] {
            system.fill(after: writes)
            let error = await failure { _ = try await coordinator.users.setManifest(next, from: Deployment.owner()) }
            #expect(error?.status == .internal)
            #expect(try await coordinator.users.getManifests().manifests == [prepared.deployment.bytes])
        }
        system.free()
        _ = try await coordinator.users.setManifest(next, from: Deployment.owner())
        #expect(try await coordinator.users.getManifests().manifests.count == 2)
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
        let scratch = try Scratch()
        let deployment = try Deployment()
        let shares: SeedShareDocument
        do {
            let store = try DirectoryStore(path: scratch.path)
            shares = try await TestCoordinator.serving(deployment, store).1
            #expect(throws: StoreError.locked) { try DirectoryStore(path: scratch.path) }
        }
        #expect(try await served(DirectoryStore(path: scratch.path), shares) == [deployment.bytes])
    }
}
