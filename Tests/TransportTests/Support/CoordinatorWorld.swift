// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import Backends
import ClientConnection
import Coordinator
import Digests
import Enrollment
import History
import IR
import Identity
import InitDataFormat
import Logging
import Server
import TestSupport
import Testing
import Workload

/// Coordinators with all their listeners, on loopback and a simulated platform, and the deployment that they serve.
enum CoordinatorWorld {
    /// Of the Coordinator, of workloads that know its policy, its owner and another policy, and of one that knows nothing.
    static let documents = {
        let coordinator = document("coordinator", nil)
        let hash = Hex.text(SHA256.digest(coordinator))
        let key = (try? owner.get().spki).map { Hex.text($0) } ?? ""
        return [
            coordinator, document("web", CoordinatorInfo(coordinatorPolicyHashes: [hash])),
            document("owned", CoordinatorInfo(workloadOwnerPubKeys: [key])),
            document("misled", CoordinatorInfo(coordinatorPolicyHashes: [String(repeating: "cd", count: 32)])),
            document("free", nil),
        ]
    }()
    static let hashes = documents.map { SHA256.digest($0) }
    static let owner = Result { try ECDSAPrivateKey(generating: .p384) }
    static let seedshareOwner = Result { try GeneratedKey(.seedshareOwner) }

    private static func document(_ name: String, _ info: CoordinatorInfo?) -> [UInt8] {
        var initData = InitData(data: [InitData.policyKey: "package \(name)"])
        initData.data[CoordinatorInfo.initDataKey] = info.map { String(decoding: $0.json, as: UTF8.self) }
        return initData.document
    }

    static func manifest(names: [String] = ["web", "*"]) throws -> [UInt8] {
        var manifest = try SimulatedWorld.shared.get().manifest
        manifest.policies = [
            Hex.text(hashes[0]): PolicyEntry(sans: ["coordinator"], role: "coordinator"),
            Hex.text(hashes[1]): PolicyEntry(sans: names, workloadSecretID: "web"),
            Hex.text(hashes[2]): PolicyEntry(sans: ["owned"], workloadSecretID: "owned"),
            Hex.text(hashes[3]): PolicyEntry(sans: ["misled"], workloadSecretID: "misled"),
            Hex.text(hashes[4]): PolicyEntry(sans: ["free"], workloadSecretID: "free"),
        ]
        manifest.workloadOwnerPubKeys = [Hex.text(try owner.get().spki)]
        manifest.seedshareOwnerPubKeys = [try seedshareOwner.get().publicKey.hex]
        return ManifestBackend.bytes(manifest)
    }

    /// How one of the Coordinators differs from the others.
    struct Setup {
        var store: any HistoryStore = MemoryStore()
        var configuration = CoordinatorConfiguration(hostData: hashes[0], allowsInsecurePlatforms: true)
        /// What its evidence says that it runs with.
        var hostData = hashes[0]
        var change: @Sendable (inout CoordinatorServerOptions) -> Void = { _ in }
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }

    /// Ports are those of user API, mesh API, HTTP API, transit API and probes.
    static func withCoordinator(
        _ setup: Setup = Setup(), _ body: @Sendable ([Int], StateGuard) async throws -> Void
    ) async throws {
        let states = try StateGuard(History(setup.store), setup.configuration)
        let server = try server(states, setup)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            try await body(try #require(await server.ports), states)
        }
    }

    static func server(_ states: StateGuard, _ setup: Setup = Setup()) throws -> CoordinatorServer {
        var options = CoordinatorServerOptions(version: "test")
        options.userAPI.port = 0
        options.httpAPI.port = 0
        options.meshAPI.port = 0
        options.transitAPI.port = 0
        options.probes.port = 0
        options.hasMetrics = true
        options.simulation = SimulationConsent(environment: "1", command: true)
        setup.change(&options)
        return CoordinatorServer(
            states, issuer: try SimulatedWorld.shared.get().issuer(setup.hostData), options, logger: setup.logger)
    }

    /// Calls as the CLI makes them.
    static func connection(_ port: Int, _ identity: ClientIdentity = .none) throws -> CoordinatorConnection {
        var verifier = try SimulatedWorld.shared.get().verifier(.coordinator)
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "manifest.json", bytes: try manifest())
        verifier.manifest = try #require(Manifest.read(source, diagnostics: &diagnostics))
        return CoordinatorConnection(
            Endpoint(host: "127.0.0.1", port: port),
            ATLSClientConfiguration(server: .attested(verifier), identity: identity))
    }

    /// The same with the owner's key.
    static func ownerConnection(_ port: Int) throws -> CoordinatorConnection {
        try connection(port, .key(try owner.get().pkcs8PEM()))
    }

    /// - Parameter evidence: host data of its evidence, where that is another.
    static func enrollment(
        _ ports: [Int], hostData: [UInt8], evidence: [UInt8]? = nil
    ) throws -> Enrollment {
        Enrollment(
            userAPI: Endpoint(host: "127.0.0.1", port: ports[0]), meshAPI: Endpoint(host: "127.0.0.1", port: ports[1]),
            hostData: hostData, issuer: try SimulatedWorld.shared.get().issuer(evidence ?? hostData),
            simulation: SimulationConsent(environment: "1", command: true))
    }

    /// Waits until something is so, for half a minute.
    static func eventually(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<600 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw HarnessError("waited in vain")
    }
}
