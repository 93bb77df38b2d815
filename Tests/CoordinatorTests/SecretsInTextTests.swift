// SPDX-License-Identifier: Apache-2.0

import Coordinator
import Digests
import History
import IR
import Identity
import Testing

/// What anybody could print of what a Coordinator holds, returns and throws must not have a secret in it.
struct SecretsInTextTests {
    private static func texts(_ value: Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return String(describing: value) + "\n" + String(reflecting: value) + "\n" + dumped
    }

    /// The usual ways in which bytes are printed: eight of them in each form.
    private static func forms(_ secret: [UInt8]) -> [String] {
        let part = Array(secret[8..<16])
        let hex = Hex.text(part)
        // Base64 groups start at multiples of three.
        let base64 = Base64.text(Array(secret[9..<18]))
        let lines = part.map { "- \($0)" }.joined(separator: "\n")
        return [
            part.map(String.init).joined(separator: ", "), part.map(String.init).joined(separator: " "), hex,
            hex.uppercased(), base64, lines,
        ]
    }

    @Test func nothingPrintsASecret() async throws {
        let store = MemoryStore()
        let deployment = try Deployment()
        let (coordinator, shares) = try await TestCoordinator.serving(deployment, store)
        let recovery = try shares.request()
        let meshPeer = try coordinator.peer(Deployment.coordinatorHash)
        let sent = try await coordinator.mesh.recover(meshPeer)
        let workload = try await coordinator.mesh.newMeshCert(
            for: coordinator.peer(Deployment.webHash), at: Deployment.now)
        let workloadSecret = try #require(workload.workloadSecret)

        let restarted = try TestCoordinator(store)
        var errors: [any Error] = []
        func collect(_ body: () async throws -> Void) async {
            do {
                try await body()
            } catch {
                errors.append(error)
            }
        }
        let random = try SecretBytes.random(count: 64)
        let owner = try Deployment.seedshareOwner()
        await collect { try await restarted.users.recover(recovery, from: Peer()) }
        await collect {
            try await restarted.users.recover(RecoverRequest(seed: random, salt: recovery.salt), from: owner)
        }
        await collect {
            try await restarted.users.recover(RecoverRequest(seed: recovery.seed, salt: random), from: owner)
        }
        await collect {
            try await restarted.users.recover(RecoverRequest(seed: recovery.salt, salt: recovery.salt), from: owner)
        }
        await collect { try await coordinator.users.recover(recovery, from: owner) }
        await collect {
            try await restarted.states.recover(
                from: PeerState(seed: sent.seed, salt: sent.salt, meshKeyPEM: sent.seed, manifest: sent.manifest),
                verifiedBy: restarted.states.unproven())
        }
        #expect(errors.count == 6)

        let history = try await coordinator.users.getManifests()
        let metrics = Metrics(coordinator.states)
        let values: [Any] = [
            coordinator.states, try coordinator.states.state(), coordinator.states.standing, recovery, sent, workload,
            meshPeer, coordinator.users, coordinator.mesh, history, metrics, errors,
        ]
        var text = values.map(Self.texts).joined(separator: "\n")
        text += String(decoding: metrics.respond().body, as: UTF8.self)
        #expect(text.contains("(secret)"))
        // The search finds what is there: the salt is handed out in the clear to owners, with their shares.
        #expect(Self.forms(shares.salt).contains { Self.texts(shares).contains($0) })
        let meshKey = sent.meshKeyPEM.array
        for (name, bytes) in [
            ("seed", recovery.seed.array), ("salt", recovery.salt.array), ("workload secret", workloadSecret.array),
            ("mesh key", Array(meshKey.dropFirst(40))),
        ] {
            for form in Self.forms(bytes) where text.contains(form) { Issue.record("the \(name) is printed") }
        }
        #expect(!text.contains("PRIVATE KEY-----"))
    }
}
