// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation

/// The root of the command line. No release has this program.
@main
struct SimulatedPlatformCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulated-platform",
        abstract: "Makes evidence without the hardware, for development. It protects nothing.",
        subcommands: [InitCommand.self, AttestCommand.self])
}

/// What every subcommand asks for first.
struct ConsentOptions: ParsableArguments {
    @Flag(name: .customLong("INSECURE"), help: "Simulate; also needs the variable \(SimulationConsent.variable)=1.")
    var insecure = false

    func validate() throws {
        let value = System.variable(SimulationConsent.variable)
        guard SimulationConsent(environment: value, command: insecure) != nil else {
            throw ValidationError("'--INSECURE' and the variable \(SimulationConsent.variable)=1 are both needed")
        }
    }

    func announce() { System.warn("INSECURE: a simulated platform; its evidence proves nothing") }
}

/// Files of a workspace's platform.
enum PlatformFiles {
    static func key(_ directory: String) -> String { "\(directory)/platform.pem" }
    static func bundle(_ directory: String) -> String { "\(directory)/bundle.json" }
}
