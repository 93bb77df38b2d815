// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import Digests
internal import IR
internal import SimulatedPlatform

/// `simulated-platform init`.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the platform of a workspace: random keys and roots, and the bundle that pins them.",
        discussion: """
            Writes platform.pem, the private key and certificates, which only its owner can read, and bundle.json for \
            'contrast generate --reference-values'. Nothing is overwritten.

            Example:
              export CONTRAST_ALLOW_INSECURE_RUNTIMES=1
              simulated-platform init --INSECURE simulated
              contrast generate --INSECURE --reference-values simulated/bundle.json deployment/
            """)

    @OptionGroup var consent: ConsentOptions

    @Option(help: ArgumentHelp("The simulated platform.", valueName: "name"))
    var platform = "metal-qemu-snp-insecure"

    @Option(help: ArgumentHelp("Milan or Genoa.", valueName: "name"))
    var product = "Milan"

    @Option(help: ArgumentHelp("How long its certificates are good.", valueName: "n"))
    var days: Int64 = 365

    @Argument(help: ArgumentHelp("A directory, which is made when there is none.", valueName: "directory"))
    var directory: String

    private var choice: (platform: Platform, product: SNPProduct)? {
        guard let platform = Platform(name: platform), platform.isInsecure, platform.technology == .snp,
            let product = SNPProduct(rawValue: product), product != .turin
        else { return nil }
        return (platform, product)
    }

    func validate() throws {
        if choice == nil { throw ValidationError("expected a platform '…-snp-insecure', and Milan or Genoa") }
        if !(1...36_500).contains(days) { throw ValidationError("'--days' takes a number from 1 to 36500") }
    }

    func run() throws {
        consent.announce()
        guard let choice else { return }
        let now = System.now
        let simulated = try SimulatedSNPPlatform(
            choice.product, notBefore: Timestamp(seconds: now), notAfter: Timestamp(seconds: now + days * 86_400))
        let shipped = try JSONParser.parse(Bundle.shippedSource(for: choice.platform).bytes).object ?? JSONObject()
        try System.makeDirectory(directory)
        try simulated.pem().withBytes { bytes in
            try System.create(PlatformFiles.key(directory), bytes, isSecret: true)
        }
        try System.create(PlatformFiles.bundle(directory), simulated.bundle(updating: shipped))
    }
}
