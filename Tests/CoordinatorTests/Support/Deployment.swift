// SPDX-License-Identifier: Apache-2.0

import Attestation
import Backends
import Coordinator
import Digests
import History
import IR
import Identity
import InitDataFormat
import Testing

/// A manifest that is whole, with its documents, and requests around it.
struct Deployment {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let coordinatorDocument = InitData(data: [InitData.policyKey: "package coordinator"]).document
    static let webDocument = Array("version = \"0.1.0\"\n# web".utf8)
    static let coordinatorHash = Hex.text(SHA256.digest(coordinatorDocument))
    static let webHash = Hex.text(SHA256.digest(webDocument))

    var manifest: Manifest
    var documents: [[UInt8]]

    /// - Parameter measured: owners that the Coordinator's own document names.
    init(measured: [String] = []) throws {
        let coordinator = measured.isEmpty ? Self.coordinatorDocument : Self.coordinatorDocument(measured)
        documents = [coordinator, Self.webDocument]
        manifest = Manifest(
            policies: [
                Hex.text(SHA256.digest(coordinator)): PolicyEntry(
                    sans: ["coordinator", "*"], workloadSecretID: "apps/v1/StatefulSet/default/coordinator",
                    role: PolicyEntry.coordinatorRole),
                Self.webHash: PolicyEntry(sans: ["web", "*"], workloadSecretID: "apps/v1/Deployment/default/web"),
            ],
            workloadOwnerPubKeys: [try Keys.ownerHex()],
            seedshareOwnerPubKeys: [try Keys.seedshareOwner().publicKey.hex])
        var entry = SNPReferenceValues(platform: "Metal-QEMU-SNP", productName: "Milan")
        entry.trustedMeasurement = String(repeating: "ab", count: 48)
        entry.minimumTCB = MinimumTCB(bootloaderVersion: 1, teeVersion: 0, snpVersion: 2, microcodeVersion: 3)
        manifest.referenceValues.snp = [entry]
    }

    /// Of a Coordinator with which owners were measured.
    private static func coordinatorDocument(_ owners: [String]) -> [UInt8] {
        let info = String(decoding: CoordinatorInfo(workloadOwnerPubKeys: owners).json, as: UTF8.self)
        return InitData(data: [InitData.policyKey: "package coordinator", CoordinatorInfo.initDataKey: info]).document
    }

    /// Of the Coordinator.
    var hostData: [UInt8] { SHA256.digest(documents[0]) }

    var bytes: [UInt8] { ManifestBackend.bytes(manifest) }

    func request(after previous: [UInt8]? = nil, signature: [UInt8]? = nil) -> SetManifestRequest {
        SetManifestRequest(
            manifest: bytes, policies: documents, previousTransitionHash: previous, signature: signature)
    }

    /// Another manifest than all with another mark.
    func marked(_ mark: String) -> Deployment {
        var other = self
        other.manifest.policies[Self.webHash]?.sans = ["web", "*", mark]
        return other
    }

    static func owner(_ index: Int = 0) throws -> Peer { Peer(publicKey: try Keys.workloadOwner(index).spki) }

    static func seedshareOwner(_ index: Int = 0) throws -> Peer {
        Peer(publicKey: try spki(of: Keys.seedshareOwner(index)))
    }

    /// SubjectPublicKeyInfo of an RSA key.
    private static func spki(of key: GeneratedKey) throws -> [UInt8] {
        let der = key.publicKey.der
        return DERWriter.sequence(
            DERWriter.sequence(DERWriter.objectIdentifier("1.2.840.113549.1.1.1"), [0x05, 0x00]),
            DERWriter.bitString(der))
    }
}

/// A Coordinator and the store behind it.
struct TestCoordinator {
    let store: any HistoryStore
    let states: StateGuard
    var users: UserService { UserService(states) }
    var mesh: MeshService { MeshService(states) }

    init(
        _ store: any HistoryStore = MemoryStore(), hostData: [UInt8] = SHA256.digest(Deployment.coordinatorDocument),
        change: (inout CoordinatorConfiguration) -> Void = { _ in }
    ) throws {
        self.store = store
        var configuration = CoordinatorConfiguration(hostData: hostData)
        change(&configuration)
        states = try StateGuard(History(store), configuration)
    }

    /// One that serves a manifest.
    static func serving(
        _ deployment: Deployment, _ store: any HistoryStore = MemoryStore()
    ) async throws -> (TestCoordinator, SeedShareDocument) {
        let coordinator = try TestCoordinator(store, hostData: deployment.hostData)
        let response = try await coordinator.users.setManifest(deployment.request(), from: Peer())
        return (coordinator, try #require(response.seedShares))
    }

    func peer(_ policyHash: String, address: String? = nil) throws -> AttestedPeer {
        AttestedPeer(
            publicKey: try ECDSAPrivateKey(generating: .p256).spki, address: address, policyHash: policyHash,
            claims: [], state: try states.state())
    }
}

extension SeedShareDocument {
    /// What the first owner sends to recover.
    func request(force: Bool = false) throws -> RecoverRequest {
        let owner = try Keys.seedshareOwner()
        let share = try #require(self.share(of: owner.publicKey))
        return RecoverRequest(seed: try share.seed(pem: owner.pem), salt: secret(salt), force: force)
    }
}

func secret(_ bytes: [UInt8]) -> SecretBytes { bytes.withUnsafeBytes { SecretBytes(copying: $0) } }

extension SecretBytes {
    var array: [UInt8] { withBytes { Array($0) } }
}

/// What a call fails with.
func failure(_ body: () async throws -> Void) async -> CoordinatorError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? CoordinatorError
    }
}
