// SPDX-License-Identifier: Apache-2.0

internal import ATLS
internal import Attestation
internal import ClientConnection
internal import Coordinator
internal import IR
internal import Logging

/// Gets a restarted Coordinator its seed from one that runs.
///
/// Both show evidence: the one that asks believes a Coordinator of the manifest that it has stored, and that one gives
/// its seed to a Coordinator of the manifest that it serves. What comes is believed only when the stored history is
/// signed with it.
struct PeerRecovery: Sendable {
    /// Time for one peer, from the connection to the answer.
    static let timeLimit = Duration.seconds(15)

    let states: StateGuard
    let peers: [Endpoint]
    let issuer: any EvidenceIssuer
    let logger: Logger
    /// Makes the verifier of Coordinators under a manifest; throws when its roots cannot be used.
    let verifier: @Sendable (Manifest) throws(EvidenceRefusal) -> ManifestVerifier

    /// Asks one peer after the other until this Coordinator serves.
    ///
    /// - Returns: how many peers have shown that they are Coordinators of the stored manifest, and serve.
    func attempt() async -> Int {
        guard !peers.isEmpty, case .stale = states.standing else { return 0 }
        let stored: StoredHistory
        let requirement: ServerRequirement
        do {
            stored = try await states.unproven()
            requirement = .attested(try verifier(stored.manifest))
        } catch {
            logger.warning("the stored history cannot be recovered", metadata: ["reason": "\(error)"])
            return 0
        }
        var ready = 0
        for name in peers {
            for peer in await PeerAddresses.resolve(name) {
                if await ask(peer, requirement, stored) { ready += 1 }
                guard case .stale = states.standing else { return ready }
            }
        }
        return ready
    }

    /// - Returns: whether the peer has answered.
    private func ask(_ peer: Endpoint, _ requirement: ServerRequirement, _ stored: StoredHistory) async -> Bool {
        var configuration = ATLSClientConfiguration(server: requirement, identity: .evidence(issuer, key: nil))
        configuration.handshakeLimit = Self.timeLimit
        let connection = CoordinatorConnection(peer, configuration)
        let metadata: Logger.Metadata = ["peer": "\(peer.host):\(peer.port)"]
        let secrets: PeerSecrets
        do {
            secrets = try await withTimeLimit(Self.timeLimit) { () async throws(CallError) in
                try await connection.recoverySecrets()
            }
        } catch {
            logger.warning("a peer has not helped", metadata: metadata.merging(["reason": "\(error)"]) { $1 })
            return false
        }
        do {
            try await states.recover(from: PeerState(secrets), verifiedBy: stored)
            logger.info("recovered from a peer", metadata: metadata)
        } catch {
            logger.warning(
                "what a peer has sent cannot be used", metadata: metadata.merging(["reason": "\(error)"]) { $1 })
        }
        return true
    }

    private func withTimeLimit<Value: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw CallError.unreachable("no answer within \(limit)")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}

extension PeerState {
    fileprivate init(_ secrets: PeerSecrets) {
        self.init(
            seed: secrets.seed, salt: secrets.salt, meshKeyPEM: secrets.meshKeyPEM, manifest: secrets.manifest,
            latestTransition: secrets.latestTransition)
    }
}
