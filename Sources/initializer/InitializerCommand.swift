// SPDX-License-Identifier: Apache-2.0

internal import ATLS
internal import ArgumentParser
internal import Attestation
internal import ClientConnection
internal import Endorsements
internal import EndorsementsHTTP
internal import Digests
internal import Enrollment
internal import IR
internal import Logging
internal import PlatformEvidence
internal import Workload

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Gets the pod's certificates and secrets.
@main
struct InitializerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "initializer",
        abstract: "Attests the pod to the Coordinator, and gets its certificates and secrets.",
        subcommands: [RunCommand.self, ReportCommand.self], defaultSubcommand: RunCommand.self)
}

/// Where evidence comes from.
struct EvidenceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Program that makes the evidence instead of the kernel, with its arguments.", valueName: "command"))
    var evidenceCommand: String?

    var issuer: any EvidenceIssuer { PlatformEvidenceIssuer.make(command: evidenceCommand) }
}

/// `initializer run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Ask the Coordinator until it has issued everything, and write it below /contrast.",
        discussion: """
            COORDINATOR_HOST names the Coordinator. Which Coordinator may answer is what the pod's measured initdata says. \
            CRYPTSETUP_DEVICE names the device of an encrypted volume, which is open as long as this program runs. Where \
            CONTRAST_DISABLE_SERVICE_MESH is set, nothing else will let others reach the pod: then this program removes \
            the guest's rule against them.

            Example:
              COORDINATOR_HOST=coordinator-ready.shop initializer run --renew
            """)

    @OptionGroup var evidence: EvidenceOptions

    @Option(help: ArgumentHelp("A directory that stands for '/'.", valueName: "dir"))
    var root = "/"

    @Option(help: ArgumentHelp("Port of the Coordinator's user API.", valueName: "port"))
    var userApiPort = 1313

    @Option(help: ArgumentHelp("Port of the Coordinator's mesh API.", valueName: "port"))
    var meshApiPort = 7777

    @Option(help: ArgumentHelp("Ask this cache of AMD's and Intel's services first.", valueName: "url"))
    var collateralProxy: String?

    @Flag(help: "Fetch no endorsements: the Coordinator must bring all of them along.")
    var offline = false

    @Option(help: ArgumentHelp("Give up after this number of attempts; 0 for never.", valueName: "number"))
    var attempts = 0

    @Flag(help: "Stay, and replace the certificate before it ends; always so with an encrypted volume.")
    var renew = false

    @Flag(name: .customLong("INSECURE"), help: "Accept a Coordinator on a simulated platform.")
    var insecure = false

    @Option(
        help: ArgumentHelp("Least severe messages: trace, debug, info, warning or error.", valueName: "level"),
        transform: { try Logger.Level(argument: $0) })
    var logLevel = Logger.Level.info

    func validate() throws {
        if insecure, consent == nil {
            throw ValidationError("'--INSECURE' also needs the variable \(SimulationConsent.variable)=1")
        }
        for port in [userApiPort, meshApiPort] where !(1...65535 ~= port) {
            throw ValidationError("\(port) is no port")
        }
        guard attempts >= 0 else { throw ValidationError("'--attempts' takes a number from 0") }
    }

    private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private var consent: SimulationConsent? {
        SimulationConsent(environment: variable(SimulationConsent.variable), command: insecure)
    }

    func run() async throws {
        if insecure { Standard.error("INSECURE: a simulated platform is trusted; its evidence proves nothing") }
        var logger = Logger(label: "initializer") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        guard let host = variable("COORDINATOR_HOST"), let meshAPI = Endpoint(host, defaultPort: meshApiPort) else {
            throw ValidationError("COORDINATOR_HOST must name the Coordinator")
        }
        if variable(ContrastName.disableServiceMesh)?.isEmpty == false {
            let report = try DefaultDeny().remove()
            logger.log(
                level: report.isCertain ? .info : .warning, "the guest's rule against what comes from outside",
                metadata: ["outcome": "\(report)"])
        }
        let issuer = evidence.issuer
        var enrollment = Enrollment(
            userAPI: Endpoint(host: meshAPI.host, port: userApiPort), meshAPI: meshAPI,
            hostData: try await hostData(issuer, logger), issuer: issuer, simulation: consent)
        let source = EndorsementSource(
            userAgent: "contrast-initializer", proxy: collateralProxy.flatMap { CollateralProxy($0) },
            isOffline: offline)
        enrollment.endorsements = { await source.endorsements(for: $0, EvidenceVerifier(time: .now())) }
        let key = try ECDSAPrivateKey(generating: .p256).pkcs8PEM()
        var generator = SystemRandomNumberGenerator()
        var failures = 0
        let enrolled = try await RetrySchedule().run(
            using: &generator,
            wait: { delay in
                if attempts > 0, failures >= attempts { throw ExitCode.failure }
                try await Task.sleep(for: delay)
            },
            report: { error, delay in
                failures += 1
                logger.warning("no identity yet", metadata: ["reason": "\(error)", "next": "\(delay)"])
            }
        ) { try await enrollment.enroll(key: key) }
        if let warning = enrolled.expectation.warning { logger.warning("\(warning)") }
        let files = WorkloadFiles(root: root)
        try files.write(enrolled.identity)
        let device = variable("CRYPTSETUP_DEVICE") ?? ""
        if !device.isEmpty {
            let volume = SecureVolume(device: device, passphraseFile: files.workloadSecret)
            let outcome = try volume.setUp(on: LinuxVolumeHost())
            logger.info("the volume is in place", metadata: ["volume": "\(outcome.rawValue)"])
        }
        try files.markDone()
        logger.info(
            "certificates and secrets are in place",
            metadata: ["good-until": "\(enrolled.certificate.notAfter)"])
        // A volume is there as long as this process lives.
        guard renew || !device.isEmpty else { return }
        try await CertificateRenewal(enrollment, key: key, files: files).run(after: enrolled) { [logger] event in
            switch event {
            case .renewed(let end): logger.info("the certificate was renewed", metadata: ["good-until": "\(end)"])
            case .failed(let error, let delay):
                logger.warning(
                    "the certificate was not renewed", metadata: ["reason": "\(error)", "next": "\(delay)"])
            }
        }
    }

    /// SHA-256 of the document that was measured with this pod.
    private func hostData(_ issuer: any EvidenceIssuer, _ logger: Logger) async throws -> [UInt8] {
        guard let hostData = try await OwnHostData(issuer) else {
            throw ValidationError("this guest's evidence has no host data")
        }
        if let warning = hostData.warning { logger.warning("\(warning)") }
        return hostData.bytes
    }
}

extension Logger.Level {
    fileprivate init(argument: String) throws {
        guard let level = Logger.Level(rawValue: argument) else {
            throw ValidationError("'\(argument)' is no level of messages")
        }
        self = level
    }
}

/// `initializer report`.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print evidence of this guest that is bound to nothing, in base64.",
        discussion: """
            Example:
              initializer report | base64 -d > evidence.bin
              contrast evidence show evidence.bin
            """)

    @OptionGroup var evidence: EvidenceOptions

    func run() async throws {
        let document = try await evidence.issuer.issue(reportData: [UInt8](repeating: 0, count: 64))
        print(Base64.text(document.bytes))
    }
}

/// Standard error, for what must be seen whatever is logged.
enum Standard {
    static func error(_ line: String) { _ = (line + "\n").withCString { write(2, $0, strlen($0)) } }
}
