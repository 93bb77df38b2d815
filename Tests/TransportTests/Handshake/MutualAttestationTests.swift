// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import CoordinatorAPI
import Digests
import FoundationEssentials
import GRPCCore
import IR
import Testing

struct MutualAttestationTests {
    @Test("a client without a certificate verifies the server and is served")
    func oneSided() async throws {
        try await withServer { _, port, outcomes in
            let answer = try await getManifests(port, .simulated())
            #expect(answer.manifests == [.init(), .init("127.0.0.1".utf8)])
            #expect(answer.policies.isEmpty)
            #expect(outcomes.accepted.count == 1 && outcomes.refusals.isEmpty)
        }
    }

    @Test("a client's key is known to the handler", arguments: OwnerKey.Kind.allCases)
    func keyOnly(_ kind: OwnerKey.Kind) async throws {
        let key = try GeneratedKey(kind)
        try await withServer { _, port, _ in
            let answer = try await getManifests(port, .simulated(.key(key.pem)))
            let found = Array(answer.manifests.first ?? .init())
            let pem = "-----BEGIN PUBLIC KEY-----\n\(Base64.text(found))\n-----END PUBLIC KEY-----\n"
            let known = try OwnerKey(pem: Array(pem.utf8), kind: kind)
            #expect(known.der == key.publicKey.der)
        }
    }

    @Test("both sides attest, and the server knows the client's policy and key")
    func mutual() async throws {
        let world = try SimulatedWorld.shared.get()
        let key = try GeneratedKey(.workloadOwner)
        try await withServer(.attested(world.verifier(.workload))) { _, port, outcomes in
            let fresh = try await newMeshCert(port, .workload())
            #expect(fresh.certChain == .init(Hex.text(SimulatedWorld.workload).utf8))
            let configuration = try ATLSClientConfiguration.simulated(
                .evidence(world.issuer(SimulatedWorld.workload), key: key.pem))
            let own = try await newMeshCert(port, configuration)
            #expect(Array(own.workloadSecret) == key.publicKey.der)
            #expect(fresh.workloadSecret != own.workloadSecret)
            #expect(outcomes.accepted.count == 2 && outcomes.refusals.isEmpty)
        }
    }

    @Test("a client that has nothing to compare with may believe its server")
    func unverified() async throws {
        let world = try SimulatedWorld.shared.get()
        try await withServer(.attested(world.verifier(.workload))) { _, port, _ in
            let configuration = ATLSClientConfiguration(
                server: .none, identity: .evidence(world.issuer(SimulatedWorld.workload), key: nil))
            let answer = try await newMeshCert(port, configuration)
            #expect(!answer.certChain.isEmpty)
        }
    }

    @Test("each connection has its own nonce, also of one client")
    func freshNonces() async throws {
        let world = try SimulatedWorld.shared.get()
        let asked = Recorder()
        var issuer = world.issuer(SimulatedWorld.coordinator)
        issuer.reportData = { asked.add($0) }
        try await withServer(issuer: issuer) { _, port, _ in
            for _ in 0..<3 { _ = try await getManifests(port, .simulated()) }
        }
        #expect(Set(asked.all).count == 3)
    }

    @Test("many clients are served at once, each with its own identity")
    func concurrent() async throws {
        let world = try SimulatedWorld.shared.get()
        try await withServer(.attested(world.verifier(.workload))) { _, port, outcomes in
            let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<40 {
                    group.addTask { try await Array(newMeshCert(port, .workload()).workloadSecret) }
                }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            }
            #expect(keys.count == 40)
            #expect(keys == Set(outcomes.accepted.compactMap(\.publicKey)))
        }
    }
}
