// SPDX-License-Identifier: Apache-2.0

internal import ATLS
package import Attestation
package import Coordinator
internal import CoordinatorAPI
internal import IR
package import Logging
internal import ServiceLifecycle

/// All listeners of a Coordinator.
///
///     let server = CoordinatorServer(states, issuer: issuer, options, logger: logger)
///     try await server.run()
package struct CoordinatorServer: Service {
    private let userAPI: ATLSServer
    private let meshAPI: ATLSServer
    private let httpAPI: HTTPServer
    private let transitAPI: HTTPServer
    private let probesServer: HTTPServer
    private let probes: Probes
    private let upkeep: Upkeep
    private let logger: Logger

    /// - Parameter issuer: makes evidence of the guest that this process runs in.
    package init(
        _ states: StateGuard, issuer: any EvidenceIssuer, _ options: CoordinatorServerOptions, logger: Logger
    ) {
        let metrics = Metrics(states)
        let probes = Probes(states)
        let calls = CallLog(metrics: metrics, logger: logger)
        let recovery = PeerRecovery(
            states: states, peers: options.peers, issuer: issuer, logger: logger,
            verifier: { manifest throws(EvidenceRefusal) in try Self.verifier(manifest, .coordinator, options) })
        let users = UserService(
            states, readyPeers: { await recovery.attempt() },
            onFirstUse: { logger.warning("no owner key was measured: whoever came first has set the first manifest") })
        upkeep = Upkeep(states: states, recovery: recovery, interval: options.upkeepInterval, logger: logger)
        self.probes = probes
        self.logger = logger
        userAPI = ATLSServer(
            host: options.userAPI.host, port: options.userAPI.port,
            ATLSServerConfiguration(
                issuer: issuer, clients: .keyIfGiven,
                observe: { Self.log($0, "user API", logger) }),
            services: [UserAPIAdapter(users: users, calls: calls)], aliases: ServiceAliases.user)
        meshAPI = ATLSServer(
            host: options.meshAPI.host, port: options.meshAPI.port,
            ATLSServerConfiguration(
                issuer: issuer, clients: .attested(Self.meshVerifier(states, options)), limits: Self.meshLimits,
                observe: { outcome in
                    if case .refused(.evidence, _) = outcome { metrics.attestationFailed() }
                    Self.log(outcome, "mesh API", logger)
                }),
            services: [MeshAPIAdapter(mesh: MeshService(states), calls: calls)], aliases: ServiceAliases.mesh)
        let api = HTTPAPI(
            users: users, states: states, issuer: DocumentIssuer(issuer: issuer), version: options.version)
        httpAPI = HTTPServer(
            host: options.httpAPI.host, port: options.httpAPI.port, logger: logger, bodyLimit: HTTPAPI.bodyLimit
        ) { request, _ in await api.respond(to: request) }
        let transit = TransitEngine(states)
        let tls = TransitTLS(states)
        transitAPI = HTTPServer(
            host: options.transitAPI.host, port: options.transitAPI.port, logger: logger,
            bodyLimit: { _ in TransitEngine.bodyLimit }, tls: { try tls.handler() }
        ) { request, client in
            guard let certificate = client.flatMap({ try? Certificate(der: $0) }) else {
                return HTTPResponse(status: 401)
            }
            return transit.respond(to: request, from: certificate, at: .now())
        }
        let hasMetrics = options.hasMetrics
        probesServer = HTTPServer(host: options.probes.host, port: options.probes.port, logger: logger) { request, _ in
            guard request.method == "GET" || request.method == "HEAD" else {
                return HTTPResponse(status: 405, allow: "GET, HEAD")
            }
            if hasMetrics, request.path == "/metrics" { return metrics.respond() }
            return probes.respond(to: request.path) ?? HTTPResponse(status: 404)
        }
    }

    /// Workloads ask in a few bytes, and get a few certificates.
    private static var meshLimits: ATLSLimits {
        var limits = ATLSLimits()
        limits.requestSize = 64 << 10
        limits.messages = 8 << 20
        return limits
    }

    private static func meshVerifier(_ states: StateGuard, _ options: CoordinatorServerOptions) -> MeshVerifier {
        MeshVerifier(states: states) { state throws(EvidenceRefusal) in try verifier(state.manifest, .any, options) }
    }

    /// Of peers under a manifest.
    private static func verifier(
        _ manifest: Manifest, _ policy: ExpectedPolicy, _ options: CoordinatorServerOptions
    ) throws(EvidenceRefusal) -> ManifestVerifier {
        var verifier = ManifestVerifier(manifest: manifest, policy: policy, endorsements: options.endorsements)
        guard let consent = options.simulation else { return verifier }
        do throws(SimulationError) {
            if let anchors = try SimulatedAnchors(manifest.referenceValues, consent) {
                verifier.snpAnchors = anchors.snp
                verifier.tdxRoots = anchors.tdx
            }
            return verifier
        } catch {
            throw .notReady("\(error)")
        }
    }

    private static func log(_ outcome: HandshakeOutcome, _ listener: String, _ logger: Logger) {
        guard case .refused(let error, let address) = outcome else { return }
        logger.warning(
            "handshake refused",
            metadata: ["listener": "\(listener)", "peer": "\(address ?? "unknown")", "reason": "\(error)"])
    }

    /// The ports of user API, mesh API, HTTP API, transit API and probes, once all listen;
    /// `nil` when one cannot.
    package var ports: [Int]? {
        get async {
            let ports = [
                await userAPI.port, await meshAPI.port, await httpAPI.port, await transitAPI.port,
                await probesServer.port,
            ]
            return ports.contains(nil) ? nil : ports.compactMap { $0 }
        }
    }

    /// Runs until the task is cancelled, or the service group that it is in shuts down.
    package func run() async throws {
        // Not awaited: a listener that cannot listen may leave its port open for good.
        let announcement = Task { await announce() }
        defer { announcement.cancel() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in [userAPI, meshAPI, httpAPI, transitAPI, probesServer] as [any Service] {
                group.addTask { try await service.run() }
            }
            group.addTask { await upkeep.run(afterFirst: { probes.reach(.peersAsked) }) }
            // Unlike waiting for all of them, this ends with the first that fails; the group cancels the others.
            while try await group.next() != nil {}
        }
    }

    /// Says that all listen, once they do.
    private func announce() async {
        guard let ports = await ports, !Task.isCancelled else { return }
        probes.reach(.userAPIListens)
        probes.reach(.meshAPIListens)
        logger.info(
            "listening",
            metadata: [
                "userapi": "\(ports[0])", "meshapi": "\(ports[1])", "httpapi": "\(ports[2])",
                "transitapi": "\(ports[3])", "probes": "\(ports[4])",
            ])
    }
}

/// Evidence for the HTTP API, with the object identifier in arcs.
private struct DocumentIssuer: AttestationIssuer {
    let issuer: any EvidenceIssuer

    func issue(reportData: [UInt8]) async throws -> AttestationDocument {
        let document = try await issuer.issue(reportData: reportData)
        return AttestationDocument(type: document.kind.arcs, bytes: document.bytes)
    }
}

extension EvidenceDocument.Kind {
    /// 1.3.9901.2.1 and 1.3.9901.2.2.
    fileprivate var arcs: [Int] {
        switch self {
        case .snp: [1, 3, 9901, 2, 1]
        case .tdx: [1, 3, 9901, 2, 2]
        }
    }
}
