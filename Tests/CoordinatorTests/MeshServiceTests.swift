// SPDX-License-Identifier: Apache-2.0

import Attestation
import Coordinator
import Digests
import IR
import Identity
import Testing

struct MeshServiceTests {
    @Test func aWorkloadGetsItsCertificateAndSecret() async throws {
        let (coordinator, _) = try await TestCoordinator.serving(Deployment())
        let peer = try coordinator.peer(Deployment.webHash, address: "10.1.2.3")
        let response = try await coordinator.mesh.newMeshCert(for: peer, at: Deployment.now)
        let chain = try PEMFile(response.certificateChain).certificates
        let mesh = try #require(try PEMFile(response.meshCA).certificates.first)
        let root = try #require(try PEMFile(response.rootCA).certificates.first)
        try CertificatePath.validate(chain, root: root, algorithm: .ecdsaWithSHA384, at: Deployment.now)
        try CertificatePath.validate([chain[0]], root: mesh, algorithm: .ecdsaWithSHA384, at: Deployment.now)
        #expect(chain[0].publicKey.spki == peer.publicKey)
        #expect(chain[0].commonName == "web")
        // "web", "*" and the address.
        let names: [UInt8] = [0x30, 0x0E, 0x82, 3] + Array("web".utf8) + [0x82, 1, 0x2A, 0x87, 4, 10, 1, 2, 3]
        #expect(chain[0].extension("2.5.29.17")?.value == names)
        #expect(CertificateExtension.workloadSecretID(in: chain[0]) == "apps/v1/Deployment/default/web")
        #expect(response.workloadSecret?.count == 64)
        let replica = try await coordinator.mesh.newMeshCert(
            for: coordinator.peer(Deployment.webHash), at: Deployment.now)
        #expect(replica.workloadSecret == response.workloadSecret)
    }

    @Test func noNamesAndNoSecretGiveACertificateAllTheSame() async throws {
        var deployment = try Deployment()
        deployment.manifest.policies[Deployment.webHash] = PolicyEntry(sans: nil)
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        let response = try await coordinator.mesh.newMeshCert(
            for: coordinator.peer(Deployment.webHash), at: Deployment.now)
        let certificate = try #require(try PEMFile(response.certificateChain).certificates.first)
        #expect(certificate.commonName == Deployment.webHash)
        #expect(certificate.extension("2.5.29.17") == nil)
        #expect(response.workloadSecret == nil)
        let seen = try await coordinator.mesh.newMeshCert(
            for: coordinator.peer(Deployment.webHash, address: "fd00::1"), at: Deployment.now)
        #expect(
            try PEMFile(seen.certificateChain).certificates.first?.extension("2.5.29.17")?.value.prefix(4) == [
                0x30, 18, 0x87, 16,
            ])
    }

    @Test func unknownPoliciesGetNothing() async throws {
        let (coordinator, _) = try await TestCoordinator.serving(Deployment())
        let peer = try coordinator.peer(String(repeating: "0", count: 64))
        for call in [
            { _ = try await coordinator.mesh.newMeshCert(for: peer, at: Deployment.now) },
            { _ = try await coordinator.mesh.recover(peer) },
        ] as [() async throws -> Void] {
            let error = await failure(call)
            #expect(error?.status == .permissionDenied)
        }
    }

    @Test func whoWasVerifiedAgainstAnOlderManifestMustConnectAgain() async throws {
        let deployment = try Deployment()
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        let peer = try coordinator.peer(Deployment.webHash)
        let secondCoordinator = try coordinator.peer(Deployment.coordinatorHash)
        _ = try await coordinator.users.setManifest(deployment.marked("b").request(), from: Deployment.owner())
        let error = await failure { _ = try await coordinator.mesh.newMeshCert(for: peer, at: Deployment.now) }
        #expect(error?.status == .unavailable)
        #expect(await failure { _ = try await coordinator.mesh.recover(secondCoordinator) }?.status == .unavailable)
    }

    @Test func lifetimesFollowThePolicy() async throws {
        let policy = try #require(CertificatePolicy(leafLifetime: 30 * CertificatePolicy.minute))
        let coordinator = try TestCoordinator { $0.certificates = policy }
        _ = try await coordinator.users.setManifest(Deployment().request(), from: Peer())
        // Clocks may jump: only the time of issue counts.
        for time in [Deployment.now, Timestamp(seconds: 0), Timestamp(seconds: 4_000_000_000)] {
            let response = try await coordinator.mesh.newMeshCert(for: coordinator.peer(Deployment.webHash), at: time)
            let certificate = try #require(try PEMFile(response.certificateChain).certificates.first)
            #expect(certificate.notAfter.seconds == time.seconds + 1800)
        }
    }

    @Test func theCoordinatorCertifiesItself() async throws {
        let (coordinator, _) = try await TestCoordinator.serving(Deployment())
        let state = try coordinator.states.state()
        let spki = try ECDSAPrivateKey(generating: .p256).spki
        let chain = try PEMFile(
            state.certificate(
                spki: spki, policyHash: Deployment.coordinatorHash, at: Deployment.now, policy: .standard)
        ).certificates
        #expect(chain.first?.commonName == "coordinator")
        let error = await failure {
            _ = try state.certificate(
                spki: spki, policyHash: Deployment.webHash, at: Deployment.now, policy: .standard)
        }
        #expect(error?.status == .permissionDenied)
    }
}
