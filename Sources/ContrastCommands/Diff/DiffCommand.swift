// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import Driver
internal import IR

extension TrustKind: ExpressibleByArgument {}
extension ReviewRenderer.Format: ExpressibleByArgument {}

/// `contrast diff`.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Review what changes in trust from one compiled deployment to another.",
        discussion: """
            Compares what policies and manifests allow, not how files are written. Each side is a directory of compiled \
            YAML with its manifest, a compiled file (with the manifest.json beside it), a manifest alone, or one of these \
            in a git revision, as REVISION:PATH. With '--git' the one path is compared with how it was in that revision.

            Exits with 2 when something is allowed that was not, unless all of that is of a kind that '--allow' accepts. \
            Values that come from Secrets are never shown.

            Kinds: \(TrustKind.allCases.map(\.rawValue).joined(separator: ", ")).

            Example:
              contrast diff released/ deployment/
              contrast diff --git origin/main --format markdown --allow image deployment/
              contrast diff v1.2:deploy/manifest.json deploy/manifest.json
            """)

    @Option(
        name: .customLong("git"),
        help: ArgumentHelp("Compare with the one path as it was in this revision.", valueName: "revision"))
    var revision: String?

    @Option(help: "Form of the output: text, json or markdown.")
    var format = ReviewRenderer.Format.text

    @Option(help: ArgumentHelp("Accept what is of this kind, e.g. image. May be repeated.", valueName: "kind"))
    var allow: [TrustKind] = []

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("Old and new deployment; with '--git' the new one alone.", valueName: "path"))
    var paths: [String] = []

    func validate() throws {
        if revision == nil, paths.count != 2 { throw ValidationError("give the old and the new deployment") }
        if revision != nil, paths.count != 1 { throw ValidationError("with '--git' give one path") }
        if let revision { try GitRevision.check(revision) }
    }

    func run() throws {
        var diagnostics = Diagnostics()
        let source = try revision.map { DeploymentSource(paths[0], in: GitRevision($0)) } ?? DeploymentSource(paths[0])
        let sides = [source, try DeploymentSource(paths[paths.count - 1])].map {
            DeploymentSnapshot(files: $0.read(&diagnostics), into: &diagnostics)
        }
        if !diagnostics.hasErrors, sides.allSatisfy({ $0.workloads.isEmpty && $0.manifest == nil }) {
            diagnostics.error(.nothingToCompile, "there is neither a workload nor a manifest in either of the two")
        }
        if !diagnostics.hasErrors, (sides[0].manifest == nil) != (sides[1].manifest == nil) {
            diagnostics.warning(
                .policiesMismatch, "only one of the two has a manifest, so that all of it counts as changed",
                path: sides[0].manifest?.source.path ?? sides[1].manifest?.source.path)
        }
        guard !findings.fails(diagnostics) else { return try findings.report(diagnostics) }
        let review = ReviewRenderer(TrustReview(from: sides[0], to: sides[1]).findings, accepted: Set(allow))
        do throws(FileError) {
            try FileSystem.writeOutput(review.render(as: format))
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
        }
        try findings.report(diagnostics)
        if !review.widening.isEmpty { throw ExitCode.changeFound }
    }
}
