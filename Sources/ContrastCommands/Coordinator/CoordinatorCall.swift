// SPDX-License-Identifier: Apache-2.0

internal import ATLS
internal import Attestation
internal import ClientConnection
internal import Digests
internal import Endorsements
internal import EndorsementsHTTP
internal import IR

/// Calls of a Coordinator, which must be the one of the manifest.
struct CoordinatorCall {
    let options: CoordinatorOptions
    let manifest: Manifest
    let source: SourceFile
    /// Private key in PEM by which the Coordinator knows its owner.
    var key: SecretBytes?

    private static let pause = Duration.seconds(1)

    /// Calls until somebody answers or the time is up. `nil` with errors.
    func run<Value: Sendable>(
        _ diagnostics: inout Diagnostics,
        _ body: @Sendable @escaping (CoordinatorConnection) async throws(CallError) -> Value
    ) -> Value? {
        guard let endpoint = Endpoint(options.coordinator),
            let roots = options.insecure.roots(for: manifest, path: source.path, &diagnostics)
        else { return nil }
        let fetching = EndorsementSource(
            userAgent: ToolVersion.text,
            directory: Environment.directory("XDG_CACHE_HOME", inHome: ".cache").map { "\($0)/contrast/kds" },
            proxy: options.collateralProxy.flatMap { CollateralProxy($0) }, isOffline: options.offline)
        let verifier = ManifestVerifier(
            manifest: manifest, policy: .coordinator, snpAnchors: roots.snp, tdxRoots: roots.tdx
        ) { evidence in
            var verifier = EvidenceVerifier(time: .now())
            verifier.snpAnchors = roots.snp
            verifier.tdxRoots = roots.tdx
            return await fetching.endorsements(for: evidence, verifier)
        }
        let connection = CoordinatorConnection(
            endpoint,
            ATLSClientConfiguration(server: .attested(verifier), identity: key.map { .key($0) } ?? .none))
        let isTerminal = FileSystem.isTerminal(2)
        let timeLimit = Duration.seconds(options.connectTimeout)
        let result: Result<Value, CallError> = Blocking.run {
            let clock = ContinuousClock()
            let end = clock.now + timeLimit
            var attempts = 0
            defer { if isTerminal, attempts > 0 { FileSystem.writeError([0x0A]) } }
            while true {
                do throws(CallError) {
                    return .success(try await body(connection))
                } catch {
                    guard error.mayPass, clock.now + Self.pause <= end else { return .failure(error) }
                    if isTerminal {
                        FileSystem.writeError(Array((attempts == 0 ? "  Waiting for coordinator ." : ".").utf8))
                    }
                    attempts += 1
                    try? await Task.sleep(for: Self.pause)
                }
            }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error):
            report(error, &diagnostics)
            return nil
        }
    }

    private func report(_ error: CallError, _ diagnostics: inout Diagnostics) {
        switch error {
        case .unreachable(let reason):
            diagnostics.error(.coordinatorUnreachable, "no Coordinator answers at \(options.coordinator): \(reason)")
        case .handshake(let reason):
            diagnostics.error(.coordinatorNotVerified, "\(options.coordinator): \(reason)")
        case .notVerified(.failed(let failure)):
            for step in failure.steps {
                diagnostics.add(
                    EvidenceVerifyCommand.finding(
                        step, in: source, evidence: options.coordinator, code: .coordinatorNotVerified))
            }
        case .notVerified(let refusal):
            diagnostics.error(.coordinatorNotVerified, "\(options.coordinator): \(refusal)")
        case .tooLarge: diagnostics.error(.coordinatorRefused, "\(error)")
        case .refused(let code, let message):
            let hint = Self.hints.first { message.contains($0.key) }?.value
            diagnostics.error(
                .coordinatorRefused, "the Coordinator refuses: \(message) (\(code))",
                notes: hint.map { [.init($0)] } ?? [])
        }
    }

    /// What to do about answers that every Coordinator may give.
    private static let hints = [
        "recovery mode": "it was restarted; 'contrast recover' gives it its seed",
        "no manifest configured": "'contrast set' sets the first manifest",
        "not authorized": "the manifest that is active lists the keys that may change it; give one with "
            + "'--workload-owner-key', or a signature",
        "does not match latest state": "'contrast verify' fetches the latest transition",
    ]
}
