// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The program.
public enum Contrast {
    /// Runs the command that the process was started with, and exits.
    public static func main() {
        do {
            var command = try ConfiguredCommand.parse(.ofProcess)
            try command.run()
        } catch let error as ExitCode {
            ContrastCommand.exit(withError: error)
        } catch {
            guard ContrastCommand.exitCode(for: error) == .failure else { ContrastCommand.exit(withError: error) }
            FileSystem.writeError(Array("internal failure: \(error)\n".utf8))
            ContrastCommand.exit(withError: ExitCode.internalFailure)
        }
    }
}

/// The root of the command line.
struct ContrastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contrast",
        abstract: "Compiles Kubernetes deployments into confidential ones.",
        discussion: """
            An independent implementation, compatible with Contrast.

            Options may also stand in a file, or in variables such as CONTRAST_POLICY_PROFILE; see \
            'contrast config show --help'.

            Exit codes: 0 clean (warnings allowed), 1 errors in the input, 2 a check found a change, 64 wrong usage, \
            70 internal failure.
            """,
        version: ToolVersion.text,
        subcommands: [
            GenerateCommand.self, VerifyBuildCommand.self, LockCommand.self, InspectCommand.self, PolicyCommand.self,
            ExplainCommand.self, ExplainCodeCommand.self, DiffCommand.self,
            SimulateCommand.self, SetCommand.self, VerifyCommand.self,
            RecoverCommand.self, SignCommand.self, RenderCommand.self, ReferenceValuesCommand.self,
            EvidenceCommand.self,
            CacheCommand.self, ConfigCommand.self,
        ])

    // Any command has it, and it is read before the rest; see `GivenArguments`.
    @Option(
        help: ArgumentHelp(
            "Configuration to read, for any command. (default: contrast.toml if it is there)", valueName: "file"))
    var config: String?
}

/// The version of this program.
enum ToolVersion {
    static let number = "0.1.0"
    static let text = "contrast \(number)"
}

/// Exit codes beyond those of the argument parser.
extension ExitCode {
    /// `--check` found that something would change.
    static let changeFound = ExitCode(2)
    /// An error that no command expects; `EX_SOFTWARE`.
    static let internalFailure = ExitCode(70)
}
