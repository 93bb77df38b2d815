// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import IR
internal import SimulatedPlatform

/// `simulated-platform attest`.
struct AttestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "Make the evidence of a guest that a manifest expects.",
        discussion: """
            The guest is as the manifest's entry for this platform wants it, and runs with the policy of the given hash.

            Example:
              simulated-platform attest --INSECURE simulated -m manifest.json --policy 1f2e… -o evidence.bin
              contrast evidence verify --INSECURE -m manifest.json evidence.bin
            """)

    @OptionGroup var consent: ConsentOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The manifest.", valueName: "file"))
    var manifest: String

    @Option(help: ArgumentHelp("SHA-256 of the guest's initdata, as the manifest lists it.", valueName: "hex"))
    var policy: String

    @Option(help: ArgumentHelp("The 64 bytes that the evidence is bound to. (default: zeros)", valueName: "hex"))
    var reportData = String(repeating: "00", count: 64)

    @Option(
        name: .shortAndLong, help: ArgumentHelp("A new file for the evidence. (default: stdout)", valueName: "file"))
    var output: String?

    @Argument(help: ArgumentHelp("What 'init' has made.", valueName: "directory"))
    var directory: String

    func validate() throws {
        if Hex.decode(policy)?.count != 32 { throw ValidationError("'--policy' needs 64 hexadecimal digits") }
        if Hex.decode(reportData)?.count != 64 { throw ValidationError("'--report-data' needs 128 hexadecimal digits") }
    }

    func run() throws {
        consent.announce()
        let simulated = try SimulatedSNPPlatform(pem: try System.read(PlatformFiles.key(directory)))
        var diagnostics = Diagnostics()
        let source = SourceFile(path: manifest, bytes: try System.read(manifest))
        let entries = Manifest.read(source, diagnostics: &diagnostics)?.referenceValues.snp ?? []
        guard let entry = entries.first(where: { $0.insecureRoots.contains(simulated.root) }) else {
            throw ValidationError("the manifest has no entry with the root of '\(directory)'")
        }
        let attestation = try simulated.attest(
            as: entry, hostData: Hex.decode(policy) ?? [], reportData: Hex.decode(reportData) ?? [])
        guard let bytes = attestation.protobuf else { return }
        if let output { try System.create(output, bytes) } else { try System.print(bytes) }
    }
}
