// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import IR

/// `contrast render`.
struct RenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Print the Kubernetes objects that a deployment needs besides its own.",
        subcommands: [RenderCoordinatorCommand.self, RenderRuntimeCommand.self, RenderPortForwarderCommand.self])
}

/// What all of it is rendered with.
struct RenderOptions: ParsableArguments {
    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Namespace of the objects.", valueName: "name"))
    var namespace: String?

    @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Write a file instead of stdout.", valueName: "file"))
    var output: String?

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    func validate() throws {
        if let namespace { try ObjectName.check(namespace, option: "--namespace") }
    }

    /// Writes the objects, unless there are errors, and reports.
    func finish(_ yaml: String?, _ diagnostics: Diagnostics) throws {
        var diagnostics = diagnostics
        if let yaml, !diagnostics.hasErrors {
            do throws(FileError) {
                if let output {
                    var transaction = FileTransaction()
                    try transaction.stage(output, Array(yaml.utf8))
                    try transaction.commit()
                } else {
                    try FileSystem.writeOutput(Array(yaml.utf8))
                }
            } catch {
                diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
            }
        }
        try findings.report(diagnostics)
    }
}

/// Names that stand on the command line.
enum ObjectName {
    /// RFC 1123 labels: what namespaces are named, and Services closely enough.
    static func check(_ name: String, option: String) throws {
        let isAlphanumeric = { (byte: UInt8) in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        }
        let bytes = Array(name.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63, isAlphanumeric(first),
            isAlphanumeric(last), bytes.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
        else {
            throw ValidationError(
                "'\(option)' takes up to 63 lower-case letters, digits and '-', none of these first or last")
        }
    }

    static func checkImage(_ image: String, option: String) throws {
        do throws(ImageReferenceError) {
            _ = try ImageReference(image)
        } catch {
            throw ValidationError("'\(option)': \(error.reason)")
        }
    }
}
