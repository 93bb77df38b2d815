// SPDX-License-Identifier: Apache-2.0

internal import ATLS
internal import ArgumentParser
internal import Attestation
internal import ClientConnection
internal import Coordinator
internal import Endorsements
internal import EndorsementsHTTP
internal import History
internal import IR
internal import Identity
internal import Logging
internal import PlatformEvidence
internal import Server
internal import ServiceLifecycle
internal import UnixSignals
internal import Workload

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Runs a Coordinator.
@main
struct CoordinatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Attests workloads, issues their certificates and secrets, and keeps the manifests of a deployment.",
        discussion: """
            Listens on loopback unless '--listen' says otherwise: 1313 user API, 1314 HTTP, 7777 mesh API, 8200 transit, \
            9102 probes. Evidence comes from the kernel. State is kept in a directory, or in memory without one.

            A Coordinator that finds a history when it starts gets the seed to it from another one that serves the same \
            manifest ('--peer'), or from an owner ('contrast recover').

            Example:
              coordinator --listen 0.0.0.0 --store /mnt/state --peer coordinator-ready.shop
            """)

    @Option(help: ArgumentHelp("Address to listen at.", valueName: "address"))
    var listen = "127.0.0.1"

    @Option(
        help: ArgumentHelp("Port of the user API; the others are where they stand relative to 1313.", valueName: "port")
    )
    var userApiPort = 1313

    @Option(help: ArgumentHelp("Port of the mesh API.", valueName: "port"))
    var meshApiPort = 7777

    @Option(help: ArgumentHelp("Port of the HTTP API.", valueName: "port"))
    var httpApiPort = 1314

    @Option(help: ArgumentHelp("Port of the transit API.", valueName: "port"))
    var transitApiPort = 8200

    @Option(help: ArgumentHelp("Port of probes and metrics.", valueName: "port"))
    var probesPort = 9102

    @Option(
        help: ArgumentHelp("Directory that keeps the history; it must be there. (default: memory)", valueName: "dir"))
    var store: String?

    @Option(
        help: ArgumentHelp(
            "The mesh API of other Coordinators, which are asked for the seed, at all addresses of the name. Repeatable.",
            valueName: "host[:port]"))
    var peer: [Endpoint] = []

    @Option(
        help: ArgumentHelp(
            "How long certificates of workloads are good, from 10m to 3650d.", valueName: "n(m|h|d)"))
    var certificateLifetime = CertificatePolicy.standard

    @Option(
        help: ArgumentHelp(
            "Program that makes the evidence instead of the kernel, with its arguments.", valueName: "command"))
    var evidenceCommand: String?

    @Option(help: ArgumentHelp("Ask this cache of AMD's and Intel's services first.", valueName: "url"))
    var collateralProxy: String?

    @Flag(help: "Fetch no endorsements: peers must bring all of them along.")
    var offline = false

    @Flag(help: "Remove the guest's rule that drops what comes from outside; for pods.")
    var removeDefaultDeny = false

    @Flag(help: "Take only manifests whose reference values list the machines that they allow.")
    var requireMachineLists = false

    @Flag(name: .customLong("INSECURE"), help: "Take manifests of simulated platforms.")
    var insecure = false

    @Option(
        help: ArgumentHelp("Least severe messages: trace, debug, info, warning or error.", valueName: "level"),
        transform: { try Logger.Level(argument: $0) })
    var logLevel = Logger.Level.info

    func validate() throws {
        if insecure, consent == nil {
            throw ValidationError("'--INSECURE' also needs the variable \(SimulationConsent.variable)=1")
        }
        if let collateralProxy, CollateralProxy(collateralProxy) == nil {
            throw ValidationError("'\(collateralProxy)' is no URL of HTTP or HTTPS without credentials and query")
        }
        for port in [userApiPort, meshApiPort, httpApiPort, transitApiPort, probesPort] where !(0...65535 ~= port) {
            throw ValidationError("\(port) is no port")
        }
    }

    private var consent: SimulationConsent? {
        SimulationConsent(
            environment: getenv(SimulationConsent.variable).map { String(cString: $0) }, command: insecure)
    }

    func run() async throws {
        if insecure { warn("INSECURE: simulated platforms are accepted; their evidence proves nothing") }
        var logger = Logger(label: "coordinator") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        if let files = OpenFiles.raiseLimit(), files < OpenFiles.wanted {
            logger.warning(
                "few files may be open; connections may have to wait",
                metadata: ["limit": "\(files)", "wanted": "\(OpenFiles.wanted)"])
        }
        if removeDefaultDeny {
            let report = try DefaultDeny().remove()
            logger.log(
                level: report.isCertain ? .info : .warning, "the guest's rule against what comes from outside",
                metadata: ["outcome": "\(report)"])
        }
        let issuer = PlatformEvidenceIssuer.make(command: evidenceCommand)
        guard let hostData = try await OwnHostData(issuer) else {
            throw ValidationError("this guest's evidence has no host data")
        }
        if let warning = hostData.warning { logger.warning("\(warning)") }
        let configuration = CoordinatorConfiguration(
            hostData: hostData.bytes, allowsInsecurePlatforms: consent != nil,
            requiresMachineLists: requireMachineLists, certificates: certificateLifetime)
        let states = try StateGuard(try History(makeStore()), configuration)
        var options = CoordinatorServerOptions(host: listen, version: "0.1.0")
        options.userAPI.port = userApiPort
        options.meshAPI.port = meshApiPort
        options.httpAPI.port = httpApiPort
        options.transitAPI.port = transitApiPort
        options.probes.port = probesPort
        options.hasMetrics = getenv("CONTRAST_METRICS") != nil
        options.peers = peer
        options.simulation = consent
        let source = EndorsementSource(
            userAgent: "contrast-coordinator", proxy: collateralProxy.flatMap { CollateralProxy($0) },
            isOffline: offline
        ).sharing()
        options.endorsements = { await source.endorsements(for: $0, EvidenceVerifier(time: .now())) }
        let server = CoordinatorServer(states, issuer: issuer, options, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: server)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            await source.close()
            throw error
        }
        await source.close()
    }

    private func makeStore() throws -> any HistoryStore {
        guard let store else { return MemoryStore() }
        return try DirectoryStore(path: store)
    }

    private func warn(_ line: String) { _ = (line + "\n").withCString { write(2, $0, strlen($0)) } }
}

extension Endpoint: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument, defaultPort: 7777) }
}

extension CertificatePolicy: ExpressibleByArgument {
    /// Minutes, hours or days.
    package init?(argument: String) {
        let units: [Character: Int64] = ["m": Self.minute, "h": 60 * Self.minute, "d": Self.day]
        guard let unit = argument.last.flatMap({ units[$0] }), argument.utf8.count <= 8,
            let number = Int64(argument.dropLast())
        else { return nil }
        self.init(leafLifetime: number * unit)
    }

    package var defaultValueDescription: String { "\(leafLifetime / Self.day)d" }
}

extension Logger.Level {
    fileprivate init(argument: String) throws {
        guard let level = Logger.Level(rawValue: argument) else {
            throw ValidationError("'\(argument)' is no level of messages")
        }
        self = level
    }
}
