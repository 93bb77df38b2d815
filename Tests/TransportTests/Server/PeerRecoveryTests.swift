// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import Client
import ClientConnection
import Coordinator
import Digests
import Foundation
#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif
import History
import IR
import Identity
import Server
import Synchronization
import Testing

/// Coordinators that share a store, one after the other, with simulated evidence.
@Suite struct PeerRecoveryTests {
    private let world = CoordinatorWorld.self

    private func follower(
        _ store: any HistoryStore, of port: Int, hostData: [UInt8] = CoordinatorWorld.hashes[0],
        interval: Duration = .milliseconds(200)
    ) -> CoordinatorWorld.Setup {
        CoordinatorWorld.Setup(
            store: store, hostData: hostData,
            change: {
                $0.peers = [Endpoint(host: "localhost", port: port)]
                $0.upkeepInterval = interval
            })
    }

    private func isStale(_ states: StateGuard) -> Bool { if case .stale = states.standing { true } else { false } }

    @Test func aRestartedCoordinatorServesAfterAskingItsPeer() async throws {
        let store = MemoryStore()
        try await world.withCoordinator(.init(store: store)) { ports, first in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
            try await world.withCoordinator(follower(store, of: ports[1])) { others, second in
                try await world.eventually { !isStale(second) }
                let (mine, theirs) = (try first.state(), try second.state())
                // The same mesh CA, so that workloads of both know each other.
                #expect(mine.authority.meshPEM == theirs.authority.meshPEM)
                #expect(mine.authority.rootPEM == theirs.authority.rootPEM && mine.latest == theirs.latest)
                let history = try await world.connection(others[0]).history()
                #expect(history.manifests == [try world.manifest()])
            }
        }
    }

    @Test func theFirstAttemptComesBeforeTheProbe() async throws {
        let store = MemoryStore()
        try await world.withCoordinator(.init(store: store)) { ports, _ in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
            // No second attempt comes.
            try await world.withCoordinator(follower(store, of: ports[1], interval: .seconds(3600))) { others, second in
                try await world.eventually {
                    let url = try #require(URL(string: "http://127.0.0.1:\(others[4])/probe/startup"))
                    return try await URLSession.shared.data(from: url).1.isOK
                }
                #expect(!isStale(second))
            }
        }
    }

    @Test func aManifestThatIsSetElsewhereIsNoticedAndRecovered() async throws {
        let store = MemoryStore()
        try await world.withCoordinator(.init(store: store)) { ports, first in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
            try await world.withCoordinator(follower(store, of: ports[1])) { others, second in
                try await world.eventually { !isStale(second) }
                let next = try world.manifest(names: ["web", "web.example"])
                _ = try await world.ownerConnection(ports[0]).setManifest(next, policies: world.documents)
                try await world.eventually { (try? second.state())?.manifestBytes == next }
                #expect(try first.state().authority.meshPEM == second.state().authority.meshPEM)
            }
        }
    }

    /// An impostor that is asked: its evidence is genuine, but it runs as a workload, or on another platform.
    @Test func noSeedIsTakenFromAnImpostor() async throws {
        let store = MemoryStore()
        try await world.withCoordinator(.init(store: store)) { ports, _ in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
        }
        // It serves the very manifest, under a seed of its own.
        try await world.withCoordinator(.init(hostData: world.hashes[1])) { ports, _ in
            let connection = CoordinatorConnection(
                Endpoint(host: "127.0.0.1", port: ports[0]), ATLSClientConfiguration(server: .none, identity: .none))
            _ = try await connection.setManifest(world.manifest(), policies: world.documents)
            let lines = LogLines()
            var setup = follower(store, of: ports[1])
            setup.logger = lines.logger
            try await world.withCoordinator(setup) { others, second in
                try await world.eventually { lines.all.contains { $0.contains("a peer has not helped") } }
                #expect(isStale(second))
                let reason = try #require(lines.all.first { $0.contains("a peer has not helped") })
                #expect(reason.contains(Hex.text(world.hashes[1])), "\(reason)")
                // Ready peers would keep owners from recovering it; this one is none.
                let users = try await refusal {
                    try await world.connection(others[0]).recover(seed: .random(count: 64), salt: [], force: false)
                }
                #expect(users?.contains("peer not authorized") == true, "\(users ?? "")")
            }
        }
    }

    /// A genuine Coordinator of the manifest, whose seed is not the one that the history is signed with.
    @Test func theSeedOfAnotherDeploymentIsOfNoUse() async throws {
        let store = MemoryStore()
        try await world.withCoordinator(.init(store: store)) { ports, _ in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
        }
        try await world.withCoordinator { ports, _ in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
            let lines = LogLines()
            var setup = follower(store, of: ports[1])
            setup.logger = lines.logger
            try await world.withCoordinator(setup) { _, second in
                try await world.eventually { lines.all.contains { $0.contains("do not belong") } }
                #expect(isStale(second))
            }
        }
    }

    /// An impostor that asks: a workload of the manifest, and a guest that the manifest does not know.
    @Test(arguments: [CoordinatorWorld.hashes[1], [UInt8](repeating: 9, count: 32)])
    func noSeedIsGivenToAnImpostor(_ hostData: [UInt8]) async throws {
        let store = MemoryStore()
        try await world.withCoordinator(.init(store: store)) { ports, _ in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
            let lines = LogLines()
            var setup = follower(store, of: ports[1], hostData: hostData)
            setup.logger = lines.logger
            try await world.withCoordinator(setup) { _, second in
                try await world.eventually { lines.all.contains { $0.contains("a peer has not helped") } }
                #expect(isStale(second))
            }
        }
    }

    @Test func ownersNeedNotRecoverWhatAPeerCan() async throws {
        let store = MemoryStore()
        let owner = try world.seedshareOwner.get()
        let shares = SharesBox()
        try await world.withCoordinator(.init(store: store)) { ports, _ in
            shares.value = try await world.connection(ports[0])
                .setManifest(world.manifest(), policies: world.documents).seedShares
        }
        let document = try #require(shares.value)
        let seed = try #require(document.share(of: owner.publicKey)).seed(pem: owner.pem)
        // Both were restarted, and the second asks the first in vain before an owner has recovered that.
        try await world.withCoordinator(.init(store: store)) { ports, first in
            let lines = LogLines()
            var setup = follower(store, of: ports[1], interval: .seconds(3600))
            setup.logger = lines.logger
            try await world.withCoordinator(setup) { others, second in
                try await world.eventually { lines.all.contains { $0.contains("a peer has not helped") } }
                #expect(isStale(first) && isStale(second))
                let key = ClientIdentity.key(owner.pem)
                try await world.connection(ports[0], key).recover(seed: seed, salt: document.salt, force: false)
                let message = try await refusal {
                    try await world.connection(others[0], key).recover(seed: seed, salt: document.salt, force: false)
                }
                #expect(message?.contains("1 other Coordinators are ready") == true, "\(message ?? "")")
                #expect(try first.state().authority.meshPEM == second.state().authority.meshPEM)
            }
        }
    }

    @Test func aNameStandsForAllItsAddresses() async {
        #expect(
            await PeerAddresses.resolve(Endpoint(host: "127.0.0.1", port: 7)) == [Endpoint(host: "127.0.0.1", port: 7)])
        let local = await PeerAddresses.resolve(Endpoint(host: "localhost", port: 7))
        #expect(local.contains(Endpoint(host: "127.0.0.1", port: 7)))
        let unknown = Endpoint(host: "no-such-name.invalid", port: 7)
        #expect(await PeerAddresses.resolve(unknown) == [unknown])
    }

    /// What a call was refused with.
    private func refusal(_ body: () async throws -> Void) async throws -> String? {
        do {
            try await body()
            return nil
        } catch let error as CallError {
            return error.description
        }
    }
}

private final class SharesBox: Sendable {
    private let box = Mutex<SeedShareDocument?>(nil)

    var value: SeedShareDocument? {
        get { box.withLock { $0 } }
        set { box.withLock { $0 = newValue } }
    }
}

extension URLResponse {
    fileprivate var isOK: Bool { (self as? HTTPURLResponse)?.statusCode == 200 }
}
