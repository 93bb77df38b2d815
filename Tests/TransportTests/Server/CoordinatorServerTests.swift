// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import Backends
import Client
import ClientConnection
import Coordinator
import Digests
import Enrollment
import History
import IR
import Logging
import Server
import TestSupport
import Testing
import Workload

/// A Coordinator with all its listeners, on loopback and a simulated platform.
@Suite struct CoordinatorServerTests {
    private static let documents = ["coordinator", "web"].map { Array("document of \($0)".utf8) }
    private static let hashes = documents.map { SHA256.digest($0) }
    private static let owner = Result { try ECDSAPrivateKey(generating: .p384) }

    private static func manifest() throws -> [UInt8] {
        var manifest = try SimulatedWorld.shared.get().manifest
        manifest.policies = [
            Hex.text(hashes[0]): PolicyEntry(sans: ["coordinator"], role: "coordinator"),
            Hex.text(hashes[1]): PolicyEntry(sans: ["web", "*"], workloadSecretID: "web"),
        ]
        manifest.workloadOwnerPubKeys = [Hex.text(try owner.get().spki)]
        return ManifestBackend.bytes(manifest)
    }

    /// Ports are those of user API, mesh API, HTTP API, transit API and probes.
    private func withCoordinator(_ body: @Sendable ([Int], StateGuard) async throws -> Void) async throws {
        let states = try StateGuard(
            History(MemoryStore()), CoordinatorConfiguration(allowsInsecurePlatforms: true))
        let server = try Self.server(states)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            try await body(try #require(await server.ports), states)
        }
    }

    private static func server(_ states: StateGuard, userPort: Int = 0, httpPort: Int = 0) throws -> CoordinatorServer {
        var options = CoordinatorServerOptions(policyHash: Hex.text(hashes[0]), version: "test")
        options.userAPI.port = userPort
        options.httpAPI.port = httpPort
        options.meshAPI.port = 0
        options.transitAPI.port = 0
        options.probes.port = 0
        options.hasMetrics = true
        options.simulation = SimulationConsent(environment: "1", command: true)
        return CoordinatorServer(
            states, issuer: try SimulatedWorld.shared.get().issuer(hashes[0]), options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func connection(_ port: Int) throws -> CoordinatorConnection {
        var verifier = try SimulatedWorld.shared.get().verifier(.coordinator)
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "manifest.json", bytes: try Self.manifest())
        verifier.manifest = try #require(Manifest.read(source, diagnostics: &diagnostics))
        return CoordinatorConnection(
            Endpoint(host: "127.0.0.1", port: port),
            ATLSClientConfiguration(server: .attested(verifier), identity: .none))
    }

    private func enrollment(
        _ ports: [Int], _ expectation: CoordinatorExpectation, hostData: [UInt8]
    ) throws -> Enrollment {
        Enrollment(
            userAPI: Endpoint(host: "127.0.0.1", port: ports[0]), meshAPI: Endpoint(host: "127.0.0.1", port: ports[1]),
            expectation: expectation, issuer: try SimulatedWorld.shared.get().issuer(hostData),
            simulation: SimulationConsent(environment: "1", command: true))
    }

    private func error(_ body: () async throws(EnrollmentError) -> IssuedIdentity) async -> EnrollmentError? {
        do throws(EnrollmentError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func workloadsGetTheirIdentityFromTheirCoordinator() async throws {
        try await withCoordinator { ports, _ in
            let manifest = try Self.manifest()
            let key = try ECDSAPrivateKey(generating: .p256).pkcs8PEM()
            let owners = CoordinatorExpectation.owners(
                [try OwnerKey(spki: Self.owner.get().spki, kind: .workloadOwner)])
            let workload = try enrollment(ports, owners, hostData: Self.hashes[1])
            // There is no manifest yet.
            guard
                case .call(.refused(_, let message)) = await error({ () async throws(EnrollmentError) in
                    try await workload.identity(key: key)
                })
            else {
                Issue.record("a Coordinator without manifest gave something")
                return
            }
            #expect(message == "no manifest configured")

            _ = try await connection(ports[0]).setManifest(manifest, policies: Self.documents)
            // Nobody has signed it.
            let unsigned = await error { () async throws(EnrollmentError) in try await workload.identity(key: key) }
            #expect(unsigned == .refused(.notSigned))
            let byPolicy = try enrollment(ports, .policies([Self.hashes[0]]), hostData: Self.hashes[1])
            _ = try await byPolicy.identity(key: key)
            let other = try enrollment(ports, .policies([Self.hashes[1]]), hostData: Self.hashes[1])
            let foreign = await error { () async throws(EnrollmentError) in try await other.identity(key: key) }
            guard case .call(.notVerified) = foreign else {
                Issue.record("\(String(describing: foreign))")
                return
            }
            // The same once more, signed.
            let latest = try await connection(ports[0]).latestTransition()
            let transition = TransitionSignature.next(manifest: manifest, after: latest)
            _ = try await connection(ports[0]).setManifest(
                manifest, policies: Self.documents, previous: latest,
                signature: TransitionSignature.sign(transition, with: try Self.owner.get()))
            _ = try await workload.identity(key: key)
            let history = try await connection(ports[0]).history()
            #expect(history.problems == [] && history.manifests == [manifest, manifest])
            #expect(history.trustsFirstUse == true)

            let impostor = try enrollment(ports, owners, hostData: [UInt8](repeating: 7, count: 32))
            let refused = await error { () async throws(EnrollmentError) in try await impostor.identity(key: key) }
            #expect("\(refused.map { "\($0)" } ?? "")".contains("does not accept this evidence"))
        }
    }

    private func curl(_ arguments: String...) throws -> (status: String, body: String) {
        let result = try Subprocess(
            executable: "/usr/bin/curl", arguments: ["-s", "--max-time", "20", "-w", "\n%{http_code}"] + arguments,
            directory: "/"
        ).run()
        let text = String(decoding: result.stdout, as: UTF8.self)
        let end = text.lastIndex(of: "\n") ?? text.startIndex
        return (String(text[end...].dropFirst()), String(text[..<end]))
    }

    @Test(.enabled(if: Files.exists("/usr/bin/curl"), "there is no curl")) func answersOverHTTP() async throws {
        try await withCoordinator { ports, _ in
            let (api, probes) = ("http://127.0.0.1:\(ports[2])", "http://127.0.0.1:\(ports[4])")
            let nonce = #"{"nonce":""# + Base64.text([UInt8](repeating: 1, count: 32)) + #""}"#
            let json = "Content-Type: application/json"
            #expect(try curl(probes + "/probe/readiness").status == "503")
            #expect(try curl(probes + "/nothing").status == "404")
            #expect(try curl("-X", "POST", probes + "/probe/liveness").status == "405")
            #expect(try curl("-H", json, "-d", nonce, api + "/attest").status == "412")
            _ = try await connection(ports[0]).setManifest(Self.manifest(), policies: Self.documents)
            #expect(try curl(probes + "/probe/readiness").status == "200")
            #expect(try curl(probes + "/metrics").body.contains("contrast_coordinator_manifest_generation 1\n"))
            let answer = try curl("-H", json, "-d", nonce, api + "/attest")
            #expect(answer.status == "200")
            #expect(try JSONParser.parse(answer.body)["attestation_type"] == [1, 3, 9901, 2, 1])
            let large = String(repeating: " ", count: 1025)
            #expect(try curl("-H", json, "-d", large, api + "/attest").status == "413")
            #expect(try curl(api + "/capabilities").status == "200")
            // The transit engine wants a certificate.
            #expect(try curl("-k", "https://127.0.0.1:\(ports[3])/v1/transit/encrypt/web").status == "000")
        }
    }

    @Test func aPortThatIsTakenEndsTheRun() async throws {
        try await withCoordinator { ports, states in
            for (user, http) in [(ports[0], 0), (0, ports[2])] {
                let second = try Self.server(states, userPort: user, httpPort: http)
                await #expect(throws: (any Error).self) { try await second.run() }
            }
        }
    }
}
