// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Client
internal import ClientConnection
internal import IR

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// `contrast verify`.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Attest a Coordinator, and compare its active manifest with the expected one.",
        discussion: """
            The Coordinator is attested with the reference values of the manifest. Its history goes to the directory \
            verify: the CA certificates, all manifests, and the documents of all their policies, which are for you to \
            look at. Exits with 1 when the active manifest is another than the expected one, and says what differs.

            Example:
              contrast verify -c "${coordinator}:1313"
              openssl s_client -CAfile verify/mesh-ca.pem -verify_return_error -connect "${service}:443"
            """)

    @OptionGroup(title: "Coordinator") var options: CoordinatorOptions
    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    func run() throws {
        var diagnostics = Diagnostics()
        let lines = verify(&diagnostics)
        try CommandOutput.write(lines, &diagnostics)
        try findings.report(diagnostics)
    }

    private func verify(_ diagnostics: inout Diagnostics) -> [String] {
        guard let (manifest, source) = options.workspace.readManifest(&diagnostics) else { return [] }
        let call = CoordinatorCall(options: options, manifest: manifest, source: source)
        guard
            let history = call.run(
                &diagnostics, { connection throws(CallError) in try await connection.history() })
        else { return [] }
        var lines = ["✔️ Successfully verified Coordinator CVM based on reference values from manifest"]
        let directory = options.workspace.path(nil, default: VerifiedFiles.directory)
        guard write(VerifiedFiles.all(of: history), to: directory, &diagnostics) else { return lines }
        lines.append("✔️ Wrote Coordinator configuration and keys to \(directory)")
        for problem in history.problems { diagnostics.error(.historyDamaged, problem, path: directory) }
        if history.trustsFirstUse == true {
            diagnostics.warning(
                .trustOnFirstUse, "whoever reached this Coordinator first could set its first manifest",
                path: directory, notes: [.init("look at \(directory)/manifest.0.json, and whether it is yours")])
        }
        compare(history, with: source, &lines, &diagnostics)
        return lines
    }

    private func compare(
        _ history: DeploymentHistory, with source: SourceFile, _ lines: inout [String],
        _ diagnostics: inout Diagnostics
    ) {
        let path = source.path
        do throws(ClientError) {
            switch try history.compare(with: source.bytes) {
            case .identical: break
            case .equivalent:
                diagnostics.note(.manifestDiffers, "the active manifest says the same in other bytes", path: path)
            case .different(let differences):
                return diagnostics.error(
                    .manifestDiffers, "active manifest does not match expected manifest", path: path,
                    notes: differences.map { .init($0) })
            }
        } catch {
            return diagnostics.error(.manifestDiffers, "\(error)", path: path)
        }
        lines.append("✔️ Manifest active at Coordinator matches expected manifest")
        lines.append("  Please verify the manifest history and policies")
    }

    /// Replaces what an earlier run has left.
    private func write(
        _ files: [VerifiedFiles.File], to directory: String, _ diagnostics: inout Diagnostics
    ) -> Bool {
        do throws(FileError) {
            if mkdir(directory, 0o755) != 0, errno != EEXIST { throw FileError(directory, errno) }
            var transaction = FileTransaction()
            for file in files { try transaction.stage("\(directory)/\(file.name)", file.bytes) }
            try transaction.commit()
            let names = Set(files.map(\.name))
            for name in try FileSystem.names(in: directory)
            where VerifiedFiles.isOurs(name) && !names.contains(name) { unlink("\(directory)/\(name)") }
            return true
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
            return false
        }
    }
}
