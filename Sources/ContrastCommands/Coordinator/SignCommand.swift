// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Client
internal import Digests
internal import History
internal import IR

/// `contrast sign`.
struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Authorise a manifest with an owner's key, without talking to the Coordinator.",
        discussion: """
            Signs the transition from the latest manifest to this one, for 'contrast set --signature'. With '--prepare' \
            only the text to be signed is written, for keys that another program holds.

            Example:
              contrast sign --out transition.sig
              contrast sign --prepare --out transition.hex
              openssl dgst -sha256 -sign workload-owner.pem -out transition.sig transition.hex
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Option(
        help: ArgumentHelp(
            "Private key of a workload owner, PEM. (default: workload-owner.pem)", valueName: "file"))
    var workloadOwnerKey: String?

    @Option(
        help: ArgumentHelp(
            "The latest known transition. (default: verify/latest-transition, else none)", valueName: "hex"))
    var latestTransition: String?

    @Flag(help: "Write what is to be signed instead of a signature.")
    var prepare = false

    @Option(help: ArgumentHelp("File to write.", valueName: "file"))
    var out: String

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    func run() throws {
        var diagnostics = Diagnostics()
        let lines = sign(&diagnostics)
        try CommandOutput.write(lines, &diagnostics)
        try findings.report(diagnostics)
    }

    private func sign(_ diagnostics: inout Diagnostics) -> [String] {
        guard let (_, source) = workspace.readManifest(&diagnostics),
            let latest = workspace.latestTransition(latestTransition, &diagnostics)
        else { return [] }
        let transition = TransitionSignature.next(manifest: source.bytes, after: latest)
        if prepare {
            return write(
                transition.ownerMessage, "Next transition hash written to \(out).", &diagnostics)
        }
        let path = workspace.path(workloadOwnerKey, default: "workload-owner.pem")
        guard let file = OwnerKeyFile.read(path, default: path, .workloadOwner, &diagnostics) else { return [] }
        do {
            return write(
                try file.sign(transition), "Transition hash signed and signature written to \(out).", &diagnostics)
        } catch {
            diagnostics.error(.malformedKey, "\(error)", path: path)
            return []
        }
    }

    private func write(_ bytes: [UInt8], _ line: String, _ diagnostics: inout Diagnostics) -> [String] {
        do throws(FileError) {
            var transaction = FileTransaction()
            try transaction.stage(out, bytes)
            try transaction.commit()
            return [line]
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
            return []
        }
    }
}
