// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Client
internal import ClientConnection
internal import Compiler
internal import Digests
internal import Driver
internal import IR
internal import InitDataFormat
internal import Identity

/// `contrast set`.
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Make a manifest the active one of a Coordinator.",
        discussion: """
            The Coordinator is attested with the reference values of the manifest first. Then it gets the manifest, and \
            the policies of the compiled workloads, which must be those that the manifest lists. Writes \
            coordinator-root-ca.pem and mesh-ca.pem, and after the first set seed-shares.json: keep it, the Coordinator \
            cannot be recovered without it.

            Example:
              contrast set -c "${coordinator}:1313" deployment/
            """)

    @OptionGroup(title: "Coordinator") var options: CoordinatorOptions

    @Option(
        help: ArgumentHelp(
            "Private key of a workload owner, PEM. (default: workload-owner.pem if there is one)", valueName: "file"))
    var workloadOwnerKey: String?

    @Flag(help: "Succeed only when nobody else has set a manifest since the latest known transition.")
    var atomic = false

    @Option(
        help: ArgumentHelp(
            "With '--atomic', the latest known transition. (default: verify/latest-transition, else none)",
            valueName: "hex"))
    var latestTransition: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Signature by 'contrast sign', DER.", valueName: "file"))
    var signature: String?

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("Compiled files, directories of them, or '-'.", valueName: "path"))
    var paths: [String]

    func validate() throws {
        if latestTransition != nil, !atomic { throw ValidationError("'--latest-transition' needs '--atomic'") }
    }

    func run() throws {
        var diagnostics = Diagnostics()
        let lines = set(&diagnostics)
        try CommandOutput.write(lines, &diagnostics)
        try findings.report(diagnostics)
    }

    private func set(_ diagnostics: inout Diagnostics) -> [String] {
        guard let (manifest, source) = options.workspace.readManifest(&diagnostics) else { return [] }
        let key = OwnerKeyFile.read(
            workloadOwnerKey, default: options.workspace.path(nil, default: "workload-owner.pem"), .workloadOwner,
            &diagnostics)
        warn(of: key?.key, manifest, &diagnostics)
        var previous: [UInt8]?
        if atomic {
            previous = options.workspace.latestTransition(latestTransition, &diagnostics)
            if previous == nil { return [] }
        }
        var signed: [UInt8]?
        if let signature {
            guard let file = SourceReader().read(signature, limit: 1 << 10, &diagnostics) else { return [] }
            signed = file.bytes
        }
        guard let policies = policies(of: manifest, &diagnostics), !diagnostics.hasErrors else { return [] }
        let call = CoordinatorCall(options: options, manifest: manifest, source: source, key: key?.pem)
        let bytes = source.bytes
        let documents = PolicyDocuments.sent(policies, with: manifest)
        let (expected, given, owner) = (previous, signed, key)
        guard
            let answer = call.run(
                &diagnostics,
                { connection throws(CallError) in
                    var signature = given
                    if signature == nil, let owner {
                        // Workloads that were compiled with owner keys look for this.
                        let latest = try await connection.latestTransition()
                        signature = try? owner.sign(
                            TransitionSignature.next(manifest: bytes, after: expected ?? latest))
                    }
                    return try await connection.setManifest(
                        bytes, policies: documents.plain, packedPolicies: documents.packed, previous: expected,
                        signature: signature)
                })
        else { return [] }
        return store(answer, &diagnostics)
    }

    private func warn(of key: OwnerKey?, _ manifest: Manifest, _ diagnostics: inout Diagnostics) {
        let listed = (manifest.workloadOwnerPubKeys ?? []).map(\.asciiLowercased)
        let digests = (manifest.workloadOwnerKeyDigests ?? []).map(\.asciiLowercased)
        if listed.isEmpty, digests.isEmpty {
            diagnostics.warning(
                .missingOwnerKey, "the manifest lists no workload owner key: nobody can change it once it is set",
                path: options.workspace.manifestPath)
        } else if let key, !listed.contains(key.hex), !digests.contains(key.digestHex) {
            diagnostics.warning(
                .missingOwnerKey,
                "the manifest does not list your workload owner key: you cannot change it once it is set",
                path: options.workspace.manifestPath)
        }
    }

    private func policies(of manifest: Manifest, _ diagnostics: inout Diagnostics) -> [[UInt8]]? {
        let inputs = InputDiscovery(excluded: [options.workspace.manifestPath]).find(paths, into: &diagnostics)
        var attached: [PolicyDocuments.Attached] = []
        for input in inputs {
            guard let source = input.load(into: &diagnostics) else { continue }
            attached += PolicyAnnotations.read(source, into: &diagnostics).map { policy in
                let document =
                    switch policy.content {
                    case .initData(let document, _): document
                    case .policy(let text): text
                    }
                return PolicyDocuments.Attached(workload: policy.workload ?? input.path, bytes: document)
            }
        }
        if diagnostics.hasErrors { return nil }
        do throws(ClientError) {
            return try PolicyDocuments.matched(attached, with: manifest)
        } catch .mismatch(let reasons) {
            for reason in reasons {
                diagnostics.error(
                    .policiesMismatch, reason, path: options.workspace.manifestPath,
                    notes: [.init("'contrast generate' brings workloads and manifest together")])
            }
        } catch {
            diagnostics.error(.policiesMismatch, "\(error)", path: options.workspace.manifestPath)
        }
        return nil
    }

    private func store(_ answer: ManifestSet, _ diagnostics: inout Diagnostics) -> [String] {
        let workspace = options.workspace
        var lines = ["✔️ Manifest set successfully"]
        var transaction = FileTransaction()
        do throws(FileError) {
            if let shares = answer.seedShares {
                let path = workspace.path(nil, default: "seed-shares.json")
                try SeedShareBackup.keep(path)
                try transaction.stage(path, SeedShareFile.json(shares))
                lines.append("✔️ Seed shares received")
            }
            try transaction.stage(workspace.path(nil, default: VerifiedFiles.rootCA), answer.rootCA)
            try transaction.stage(workspace.path(nil, default: VerifiedFiles.meshCA), answer.meshCA)
            try transaction.commit()
        } catch {
            transaction.rollBack()
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
            // They are given once only.
            if let shares = answer.seedShares {
                lines.append("seed-shares.json:")
                lines.append(String(decoding: SeedShareFile.json(shares), as: UTF8.self))
            }
        }
        return lines
    }
}

/// Seed shares of an older deployment are not lost to those of a new one.
enum SeedShareBackup {
    static func keep(_ path: String) throws(FileError) {
        guard FileSystem.info(path)?.kind == .file else { return }
        for number in 1...1000 {
            do throws(FileError) {
                return try FileSystem.link(path, as: "\(path).\(number).old")
            } catch {
                guard error.isExisting else { throw error }
            }
        }
        throw FileError(path, reason: "there are a thousand older ones beside it")
    }
}
