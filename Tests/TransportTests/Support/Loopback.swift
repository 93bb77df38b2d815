// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import CoordinatorAPI
import GRPCCore
import Synchronization

/// What became of the handshakes of a server, in their order.
final class Outcomes: Sendable {
    private let list = Mutex<[HandshakeOutcome]>([])

    func add(_ outcome: HandshakeOutcome) { list.withLock { $0.append(outcome) } }

    var refusals: [ATLSError] {
        list.withLock { $0.compactMap { if case .refused(let error, _) = $0 { error } else { nil } } }
    }

    var accepted: [ATLSPeer] {
        list.withLock { $0.compactMap { if case .accepted(let peer) = $0 { peer } else { nil } } }
    }

    /// Waits until there is a refusal, for five seconds.
    func firstRefusal() async throws -> ATLSError? {
        for _ in 0..<500 {
            if let first = refusals.first { return first }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }
}

/// A server on a free port of the loopback interface, for as long as the body runs.
func withServer<Result: Sendable>(
    _ clients: ClientRequirement = .keyIfGiven, issuer: (any EvidenceIssuer)? = nil, limits: ATLSLimits = ATLSLimits(),
    _ body: @Sendable (_ server: ATLSServer, _ port: Int, _ outcomes: Outcomes) async throws -> Result
) async throws -> Result {
    let world = try SimulatedWorld.shared.get()
    let outcomes = Outcomes()
    let configuration = ATLSServerConfiguration(
        issuer: issuer ?? world.issuer(SimulatedWorld.coordinator), clients: clients, limits: limits,
        observe: { outcomes.add($0) })
    let server = ATLSServer(
        host: "127.0.0.1", port: 0, configuration, services: [TestUserService(), TestMeshService()],
        aliases: ServiceAliases.user.merging(ServiceAliases.mesh) { $1 })
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        defer { group.cancelAll() }
        guard let port = await server.port else { throw RPCError(code: .unavailable, message: "does not listen") }
        return try await body(server, port, outcomes)
    }
}

extension ATLSClientConfiguration {
    /// A client that accepts the Coordinator of the simulated world.
    static func simulated(_ identity: ClientIdentity = .none) throws -> ATLSClientConfiguration {
        ATLSClientConfiguration(
            server: .attested(try SimulatedWorld.shared.get().verifier(.coordinator)), identity: identity)
    }

    /// The same as a workload that attests.
    static func workload(_ change: (inout SimulatedIssuer) -> Void = { _ in }) throws -> ATLSClientConfiguration {
        var issuer = try SimulatedWorld.shared.get().issuer(SimulatedWorld.workload)
        change(&issuer)
        return try simulated(.evidence(issuer, key: nil))
    }
}

/// One request, on a connection of its own.
func getManifests(_ port: Int, _ configuration: ATLSClientConfiguration) async throws -> GetManifestsResponse {
    try await ATLSClient.connect(to: "127.0.0.1", port: port, configuration) { client in
        try await UserAPI.Client(wrapping: client).getManifests(GetManifestsRequest())
    }
}

func newMeshCert(_ port: Int, _ configuration: ATLSClientConfiguration) async throws -> NewMeshCertResponse {
    try await ATLSClient.connect(to: "127.0.0.1", port: port, configuration) { client in
        try await MeshAPI.Client(wrapping: client).newMeshCert(NewMeshCertRequest())
    }
}
