// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import Backends
internal import IR

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// `contrast evidence verify`.
struct EvidenceVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify that evidence is genuine, and that it meets a manifest.",
        discussion: """
            Without a manifest only genuineness is verified: that a processor of AMD or Intel made the evidence, not \
            which guest it is of. Roots are built in. Endorsements that the evidence does not bring along are given as \
            files: the VCEK or VLEK certificate, its chain and CRL (PEM or DER); collateral of Intel (JSON). Nothing is \
            fetched without '--fetch'. Exits with 1 when the evidence falls short.

            Example:
              contrast evidence verify report.bin --endorsements vcek.der --manifest manifest.json --explain
              contrast evidence verify quote.bin --endorsements collateral.json --time 2025-07-01T00:00:00Z
              contrast evidence verify report.bin --fetch --manifest manifest.json
            """)

    @Option(help: ArgumentHelp("A file of endorsements; may be given again.", valueName: "file"))
    var endorsements: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("Compare the evidence with this manifest.", valueName: "file"))
    var manifest: String?

    @Option(help: ArgumentHelp("Verify as of this time, e.g. 2025-07-01T00:00:00Z, instead of now.", valueName: "time"))
    var time: String?

    @Option(help: ArgumentHelp("The 64 bytes that the evidence must be bound to.", valueName: "hex"))
    var reportData: String?

    @Option(
        help: ArgumentHelp(
            "Accept a TDX platform with this status too, e.g. SWHardeningNeeded; may be given again.",
            valueName: "status"))
    var acceptTcbStatus: [String] = []

    @Flag(help: "The guest must be the Coordinator.")
    var coordinator = false

    @OptionGroup var insecure: InsecureOption

    @Flag(help: "Tell each step, and where it is specified.")
    var explain = false

    @OptionGroup(title: "Fetching") var fetching: FetchOptions

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("A report or quote, raw or as on the wire; or '-'.", valueName: "file"))
    var file: String

    func validate() throws {
        if let time, Timestamp(time) == nil {
            throw ValidationError("'\(time)' is no time; expected one as 2025-07-01T00:00:00Z or a date")
        }
        if let reportData, Hex.decode(reportData)?.count != 64 {
            throw ValidationError("'--report-data' needs 128 hexadecimal digits")
        }
        if let status = acceptTcbStatus.first(where: { Self.acceptable[$0] == nil }) {
            let known = Self.acceptable.keys.sorted().joined(separator: ", ")
            throw ValidationError("'\(status)' is no status that can be accepted; expected one of \(known)")
        }
        if manifest == nil, reportData != nil || coordinator {
            throw ValidationError("'--report-data' and '--coordinator' need a manifest")
        }
    }

    private static let acceptable = Dictionary(
        uniqueKeysWithValues: TCBStatus.allCases.filter { $0 != .revoked }.map { ($0.rawValue, $0) })

    func run() throws {
        var diagnostics = Diagnostics()
        let evidence = EvidenceFiles.evidence(file, &diagnostics)
        var files = EvidenceFiles.endorsements(endorsements, &diagnostics)
        let expected = manifest.flatMap { EvidenceFiles.manifest($0, &diagnostics) }
        guard let evidence, manifest == nil || expected != nil, !diagnostics.hasErrors else {
            return try findings.report(diagnostics)
        }
        let now = time.flatMap { Timestamp($0) } ?? Timestamp(seconds: Int64(Glibc_time()))
        let expectation = expected.map { manifest, _ in
            Expectation(
                manifest: manifest, policy: coordinator ? .coordinator : .any,
                reportData: reportData.flatMap { Hex.decode($0) })
        }
        var verifier = EvidenceVerifier(time: now)
        verifier.tcbStatuses.formUnion(acceptTcbStatus.compactMap { Self.acceptable[$0] })
        var lines: [String] = []
        guard let roots = insecure.roots(for: expected?.0, path: manifest, &diagnostics) else {
            return try findings.report(diagnostics)
        }
        verifier.snpAnchors = roots.snp
        verifier.tdxRoots = roots.tdx
        fetching.complete(&files, for: evidence, verifier, &diagnostics)
        var trace = Trace()
        do throws(VerificationFailure) {
            lines = Self.summary(try verifier.verify(evidence, files, expectation, trace: &trace))
        } catch {
            for step in error.steps {
                diagnostics.add(Self.finding(step, in: expected?.1, evidence: file))
            }
        }
        for step in trace.steps {
            guard case .skipped(let reason) = step.outcome else { continue }
            diagnostics.warning(
                .evidenceNotFullyVerified, "it was not verified that \(step.rule.summary): \(reason)", path: file)
        }
        EvidenceFiles.write((explain ? trace.steps.flatMap(Self.explanation) : []) + lines, &diagnostics)
        try findings.report(diagnostics)
    }

    /// A step that failed, at the place in the manifest where the expectation stands.
    static func finding(
        _ step: Step, in manifest: SourceFile?, evidence path: String, code: DiagnosticCode = .evidenceRefused
    ) -> Diagnostic {
        let shortfall = step.shortfall
        let range = manifest.flatMap { source in
            shortfall?.origin.map { ManifestLocator.range(of: $0, in: source) }
        }
        return Diagnostic(
            .error, code, shortfall.map { "\($0)" } ?? step.rule.summary, at: range, path: path,
            notes: [.init("required: \(step.rule.summary) [\(step.rule.id); \(step.rule.clause)]")])
    }

    private static func explanation(_ step: Step) -> [String] {
        let outcome: (word: String, more: String?) =
            switch step.outcome {
            case .met: ("met", nil)
            case .failed(let shortfall): ("FAILED", "\(shortfall)")
            case .skipped(let reason): ("skipped", reason)
            }
        let word = outcome.word + String(repeating: " ", count: 8 - outcome.word.count)
        return ["\(word)\(step.rule.id): \(step.rule.summary) [\(step.rule.clause)]"]
            + (outcome.more.map { ["        \($0)"] } ?? [])
    }

    private static func summary(_ verified: VerifiedEvidence) -> [String] {
        let genuine =
            switch verified.genuine {
            case .snp(let genuine):
                "genuine: SEV-SNP report, version \(genuine.report.version), \(genuine.product.rawValue), "
                    + "firmware \(genuine.reportedTCB)"
            case .tdx(let genuine):
                "genuine: TDX quote, version \(genuine.quote.header.version), platform \(genuine.tcb.status.rawValue)"
            case .unjudgedTDX(let quote):
                "genuine: TDX quote, version \(quote.header.version), platform not judged"
            }
        guard let entry = verified.entry, let policy = verified.policyHash else {
            return [genuine, "not compared with a manifest: any guest has such evidence"]
        }
        return [genuine, "meets: \(entry.text)", "policy: \(policy)"]
    }
}

/// Seconds since 1970; the command's own member hides the call's name.
private func Glibc_time() -> Int { Int(time(nil)) }
