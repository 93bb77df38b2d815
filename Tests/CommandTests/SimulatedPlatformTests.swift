// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import TestSupport
import Testing

/// From a workspace's platform to evidence that `contrast` accepts, and who lacks the code for it.
@Suite struct SimulatedPlatformTests {
    private static let simulator = try? Locations.executable("simulated-platform")
    private let consent = ["CONTRAST_ALLOW_INSECURE_RUNTIMES": "1"]
    private let generate = "generate --INSECURE --locked --log-level error -m manifest.json"

    private static func contains(_ file: String, _ text: String) throws -> Bool {
        try Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped).range(of: Data(text.utf8)) != nil
    }

    /// The program is built here as it is for a release, but for its optimisation: of the same targets.
    @Test func theProgramHasNoneOfIt() throws {
        let contrast = try Locations.contrast()
        #expect(try Self.contains(contrast, "SNPVerifier"))
        for name in ["SimulatedPlatform", "SimulatedSNPPlatform", "SNPAuthority"] {
            #expect(try !Self.contains(contrast, name), "\(name)")
        }
        if let simulator = Self.simulator { #expect(try Self.contains(simulator, "SNPAuthority")) }
    }

    private func simulate(_ workspace: Workspace, _ arguments: String, status: Int = 0) throws -> Subprocess.Result {
        try workspace.run(#require(Self.simulator), [arguments], environment: consent, status: status)
    }

    @Test(.enabled(if: simulator != nil, "simulated-platform was not built; CONTRAST_SIMULATION=1 does"))
    func itsEvidenceMeetsWhatGeneratePins() throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        let made = try simulate(workspace, "init --INSECURE simulated")
        #expect(made.errorText.hasPrefix("INSECURE"))
        #expect(try Files.mode(workspace.path + "/simulated/platform.pem") == 0o600)
        #expect(try Files.mode(workspace.path + "/simulated") == 0o700)
        #expect(try !Files.text(workspace.path + "/simulated/bundle.json").contains("PRIVATE"))
        // Nothing is overwritten, and two platforms are two.
        #expect(try simulate(workspace, "init --INSECURE simulated", status: 1).errorText.contains("File exists"))
        _ = try simulate(workspace, "init --INSECURE other --product Milan")
        let roots = try ["simulated", "other"].map { directory in
            let bundle = try JSONParser.parse(Files.read("\(workspace.path)/\(directory)/bundle.json"))
            return try #require(bundle["referenceValues"]?["snp"]?.array?.first?["InsecureRoots"])
        }
        #expect(roots[0] != roots[1])

        let refused = generate.replacing("--INSECURE ", with: "")
        try workspace.contrast(
            refused, "--reference-values simulated/bundle.json report.yaml", environment: consent, status: 1)
        try workspace.contrast(
            generate, "--reference-values simulated/bundle.json report.yaml", environment: consent)
        let manifest = try JSONParser.parse(Files.read(workspace.path + "/manifest.json"))
        let entries = try #require(manifest["ReferenceValues"]?["snp"]?.array)
        #expect(entries.map { $0["InsecureRoots"] } == [roots[0]])
        let policy = try #require(manifest["Policies"]?.object?.members.first?.0)

        let attest = "attest --INSECURE -m manifest.json --policy \(policy)"
        _ = try simulate(workspace, "\(attest) -o evidence.bin simulated")
        let wrong = try simulate(workspace, "\(attest) -o wrong.bin other", status: 64)
        #expect(wrong.errorText.contains("no entry with the root"))
        let verify = "evidence verify -m manifest.json evidence.bin"
        let good = try workspace.contrast(verify, "--INSECURE", environment: consent)
        let text = String(decoding: good.stdout, as: UTF8.self)
        #expect(text.hasPrefix("INSECURE") && text.contains("meets: ReferenceValues.snp[0]\npolicy: \(policy)\n"))
        // Without consent its roots are nobody's; without the variable the flag is refused.
        try workspace.contrast(verify, environment: consent, status: 1)
        try workspace.contrast(verify, "--INSECURE", status: 64)

        // Another root is told, and taken only on request.
        let again = try workspace.contrast(
            generate.replacing("level error", with: "level warn"),
            "--reference-values other/bundle.json report.yaml", environment: consent)
        #expect(again.errorText.contains("'InsecureRoots' differs"))
        try workspace.contrast(verify, "--INSECURE", environment: consent)
        try workspace.contrast(
            generate, "--refresh --reference-values other/bundle.json report.yaml", environment: consent)
        try workspace.contrast(verify, "--INSECURE", environment: consent, status: 1)
    }

    @Test(.enabled(if: simulator != nil, "simulated-platform was not built; CONTRAST_SIMULATION=1 does"))
    func itTakesConsent() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let simulator = try #require(Self.simulator)
        try workspace.run(simulator, ["init simulated"], environment: consent, status: 64)
        try workspace.run(simulator, ["init --INSECURE simulated"], status: 64)
        for options in ["--platform metal-qemu-snp", "--platform metal-qemu-tdx-insecure", "--product Turin"] {
            try workspace.run(
                simulator, ["init --INSECURE simulated", options], environment: consent, status: 64)
        }
        #expect(try workspace.tree().isEmpty)
    }
}
