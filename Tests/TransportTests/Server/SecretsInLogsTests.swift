// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import Client
import ClientConnection
import Coordinator
import Digests
import Enrollment
import Foundation
import GRPCCore
import History
import IR
import Identity
import NIOSSL
import Server
import Synchronization
import TestSupport
import Testing
import Workload

/// A run of everything that a Coordinator does, in one process, so that all secrets are known: also those that are never
/// in a file.
@Suite struct SecretsInLogsTests {
    private let world = CoordinatorWorld.self

    private final class Seen: Sendable {
        private let text = Mutex("")

        var all: String { text.withLock { $0 } }

        /// Keeps all that could be printed of a value.
        func add(_ value: Any) {
            var dumped = ""
            dump(value, to: &dumped)
            let forms = ["\(value)", String(reflecting: value), dumped].joined(separator: "\n")
            text.withLock { $0 += forms + "\n" }
        }

        /// Keeps what a call fails with.
        func failure(_ body: () async throws -> Void) async {
            do { try await body() } catch { return add(error) }
            Issue.record("a call has succeeded that must fail")
        }
    }

    private func pem(_ key: SecretBytes) -> String { key.withBytes { String(decoding: $0, as: UTF8.self) } }

    @Test func aFullRunPrintsNoSecret() async throws {
        let store = MemoryStore()
        let (lines, seen) = (LogLines(), Seen())
        let search = Mutex(SecretSearch())
        let owner = try world.seedshareOwner.get()
        let workloadKey = try ECDSAPrivateKey(generating: .p256).pkcs8PEM()
        var setup = CoordinatorWorld.Setup(store: store)
        setup.logger = lines.logger
        try await world.withCoordinator(setup) { [setup] ports, states in
            let users = try world.connection(ports[0])
            let workload = try world.enrollment(ports, hostData: world.hashes[1])
            await seen.failure { _ = try await workload.enroll(key: workloadKey) }
            let set = try await users.setManifest(world.manifest(), policies: world.documents)
            let document = try #require(set.seedShares)
            let share = try #require(document.share(of: owner.publicKey))
            let seed = try share.seed(pem: owner.pem)
            let salt = document.salt
            seen.add(try await users.history())
            let enrolled = try await workload.enroll(key: workloadKey)
            seen.add(enrolled)
            let impostor = try world.enrollment(
                ports, hostData: world.hashes[1], evidence: [UInt8](repeating: 7, count: 32))
            await seen.failure { _ = try await impostor.enroll(key: workloadKey) }
            await seen.failure { _ = try await users.setManifest([1, 2, 3], policies: []) }
            await seen.failure { _ = try await users.setManifest(world.manifest(), policies: world.documents) }
            // Signed by nobody, and set again by the owner.
            await seen.failure {
                _ = try await users.setManifest(
                    world.manifest(), policies: world.documents, signature: [UInt8](repeating: 1, count: 70))
            }
            _ = try await world.ownerConnection(ports[0]).setManifest(world.manifest(), policies: world.documents)

            // Another Coordinator is recovered, rightly and wrongly.
            let mesh = CoordinatorConnection(
                Endpoint(host: "127.0.0.1", port: ports[1]),
                ATLSClientConfiguration(
                    server: .none,
                    identity: .evidence(try SimulatedWorld.shared.get().issuer(world.hashes[0]), key: nil)))
            seen.add(try await mesh.recoverySecrets())
            let foreign = CoordinatorConnection(
                Endpoint(host: "127.0.0.1", port: ports[1]),
                ATLSClientConfiguration(
                    server: .none,
                    identity: .evidence(try SimulatedWorld.shared.get().issuer(world.hashes[1]), key: nil)))
            await seen.failure { _ = try await foreign.recoverySecrets() }
            try await world.withCoordinator(setup) { others, _ in
                let owners = try world.connection(others[0], .key(owner.pem))
                await seen.failure {
                    try await world.connection(others[0]).recover(seed: seed, salt: salt, force: false)
                }
                for (seed, salt) in [
                    (seed.prefix(31), salt), (seed, Array(salt.dropLast())), (seed.prefix(60), salt),
                    (try SecretBytes.random(count: 64), salt),
                ] {
                    await seen.failure { try await owners.recover(seed: seed, salt: salt, force: true) }
                }
                try await owners.recover(seed: seed, salt: salt, force: false)
                await seen.failure { try await owners.recover(seed: seed, salt: salt, force: false) }
            }
            var peers = setup
            peers.change = { $0.peers = [Endpoint(host: "127.0.0.1", port: ports[1])] }
            try await world.withCoordinator(peers) { others, third in
                try await world.eventually { (try? third.state()) != nil }
                seen.add(third)
                let url = try #require(URL(string: "http://127.0.0.1:\(others[4])/metrics"))
                let metrics = try Data(contentsOf: url)
                seen.add(String(decoding: metrics, as: UTF8.self))
            }
            seen.add(states)
            seen.add(try states.state())

            let engine = try SeedEngine(seed: seed, salt: salt.withUnsafeBytes { SecretBytes(copying: $0) })
            let meshKey = try states.state().authority.meshKey
            try search.withLock { search in
                try search.add("seed", seed.withBytes { Array($0) })
                try search.add("salt", salt)
                try search.add("seed share", share.encryptedSeed)
                try search.add("workload secret", engine.workloadSecret(id: "web").withBytes { Array($0) })
                try search.add("transit key", engine.transitKey(id: "web", version: 0).withBytes { Array($0) })
                for (name, key) in [
                    ("root CA key", try engine.rootKey.pkcs8PEM()), ("mesh CA key", try meshKey.pkcs8PEM()),
                    ("transition key", try engine.transitionKey.pkcs8PEM()), ("workload key", workloadKey),
                    ("workload owner key", try world.owner.get().pkcs8PEM()), ("seed share owner key", owner.pem),
                ] {
                    try search.add(name, privateKey: pem(key))
                }
            }
        }
        let logged = lines.all.joined(separator: "\n")
        for word in [
            "method=Recover ", "method=RecoverPeer", "method=NewMeshCert", "recovered from a peer", "handshake refused",
        ] {
            #expect(logged.contains(word), "\(word) was not logged")
        }
        #expect(seen.all.contains("(secret)") && seen.all.contains("contrast_grpc_server_started_total"))
        let text = logged + seen.all
        #expect(search.withLock { $0.findings(in: text) } == [])
        #expect(!text.contains("PRIVATE KEY-----"))
    }
}
