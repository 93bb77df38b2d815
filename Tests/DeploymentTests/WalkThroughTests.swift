// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The whole way, as `make run` goes it and as users know it: with the programs themselves, on loopback.
@Suite struct WalkThroughTests {
    @Test(.enabled(if: isBuilt, "simulated-platform was not built; CONTRAST_SIMULATION=1 does"))
    func fromYAMLToARecoveredDeployment() throws {
        let contrast = try Locations.contrast()
        let directory = URL(fileURLWithPath: contrast).deletingLastPathComponent().path
        let result = try Subprocess(
            executable: Locations.repository + "/scripts/run-deployment.sh", arguments: [directory],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
            directory: Locations.repository
        ).run()
        let output = String(decoding: result.stdout, as: UTF8.self)
        #expect(result.status == 0, "\(output)\n\(result.errorText)")
        // In this order, each once or more.
        var rest = output[...]
        for line in [
            "✔️ Manifest set successfully", "✔️ Seed shares received",
            "✔️ Successfully verified Coordinator CVM based on reference values from manifest",
            "✔️ Manifest active at Coordinator matches expected manifest", "bew morf olleh",
            "exit code 1", "✔️ Successfully recovered the Coordinator",
            "✔️ Manifest active at Coordinator matches expected manifest", "handshake refused",
        ] {
            guard let found = rest.firstRange(of: line) else {
                Issue.record("'\(line)' is missing in\n\(output)\n\(result.errorText)")
                break
            }
            rest = rest[found.upperBound...]
        }
        for reason in [
            "coordinator is in recovery mode (failedPrecondition)", "which was measured with this workload",
            "the Coordinator does not accept this evidence",
        ] { #expect(result.errorText.contains(reason), "\(result.errorText)") }
        try noSecretWasPrinted(output + result.errorText)
    }

    /// What owners and workloads keep to themselves is in no output and no log.
    private func noSecretWasPrinted(_ output: String) throws {
        let directory = Locations.repository + "/.build/deployment"
        let log = try Files.text(directory + "/coordinator.log")
        for path in ["web", "emoji"].map({ "\(directory)/guests/\($0)/contrast" }) {
            let key = try Files.text(path + "/tls-config/key.pem")
            let line = try #require(key.split(separator: "\n").dropFirst().first)
            #expect(!output.contains(line) && !log.contains(line))
            let secret = path + "/secrets/workload-secret-seed"
            if Files.exists(secret) {
                let text = try Files.text(secret)
                #expect(text.count == 128)
                #expect(!output.contains(text) && !log.contains(text))
            }
        }
        #expect(!log.contains("PRIVATE KEY") && !output.contains("PRIVATE KEY"))
    }
}
