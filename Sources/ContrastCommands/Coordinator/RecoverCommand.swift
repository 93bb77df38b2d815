// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Client
internal import ClientConnection
internal import Digests
internal import IR
internal import Identity

/// `contrast recover`.
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Give a restarted Coordinator its seed, so that it serves its manifest again.",
        discussion: """
            The Coordinator is attested with the reference values of the manifest first. Then it gets the seed, which a \
            seed share owner's key decrypts. It makes a new mesh CA: workloads must be restarted to get new certificates.

            Example:
              contrast recover -c "${coordinator}:1313"
            """)

    @OptionGroup(title: "Coordinator") var options: CoordinatorOptions

    @Option(
        help: ArgumentHelp(
            "Private key of a seed share owner, PEM. (default: seedshare-owner.pem)", valueName: "file"))
    var seedshareOwnerKey: String?

    @Option(
        help: ArgumentHelp("Seed shares, as 'contrast set' wrote them. (default: seed-shares.json)", valueName: "file"))
    var seed: String?

    @Option(help: ArgumentHelp("Accepted for compatibility; has no effect.", visibility: .hidden))
    var workloadOwnerKey: String?

    @Flag(help: "Recover although other Coordinators could give the seed.")
    var force = false

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    func run() throws {
        var diagnostics = Diagnostics()
        let lines = recover(&diagnostics)
        try CommandOutput.write(lines, &diagnostics)
        try findings.report(diagnostics)
    }

    private func recover(_ diagnostics: inout Diagnostics) -> [String] {
        guard let (manifest, source) = options.workspace.readManifest(&diagnostics) else { return [] }
        let keyPath = options.workspace.path(seedshareOwnerKey, default: "seedshare-owner.pem")
        let sharesPath = options.workspace.path(seed, default: "seed-shares.json")
        guard let shares = shares(sharesPath, &diagnostics),
            let owner = OwnerKeyFile.read(keyPath, default: keyPath, .seedshareOwner, &diagnostics),
            let decrypted = decrypt(shares, owner, sharesPath, &diagnostics)
        else { return [] }
        let salt = shares.salt
        let call = CoordinatorCall(options: options, manifest: manifest, source: source, key: owner.pem)
        let force = force
        guard
            call.run(
                &diagnostics,
                { connection throws(CallError) in
                    try await connection.recover(seed: decrypted, salt: salt, force: force)
                }) != nil
        else { return [] }
        return [
            "✔️ Successfully recovered the Coordinator",
            "  The mesh CA is a new one: restart the workloads, so that they get certificates of it",
        ]
    }

    private func shares(_ path: String, _ diagnostics: inout Diagnostics) -> SeedShareDocument? {
        guard let file = SourceReader().read(path, limit: SeedShareFile.sizeLimit, &diagnostics) else { return nil }
        do throws(ClientError) {
            return try SeedShareFile.read(file.bytes)
        } catch {
            diagnostics.error(.seedShareUnusable, "\(error)", path: path)
            return nil
        }
    }

    private func decrypt(
        _ shares: SeedShareDocument, _ owner: OwnerKeyFile, _ path: String, _ diagnostics: inout Diagnostics
    ) -> SecretBytes? {
        guard let share = shares.share(of: owner.key) else {
            diagnostics.error(.seedShareUnusable, "no matching seed share found for this key", path: path)
            return nil
        }
        do {
            return try share.seed(pem: owner.pem)
        } catch {
            diagnostics.error(.seedShareUnusable, "the seed share cannot be decrypted: \(error)", path: path)
            return nil
        }
    }
}
