// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import Digests
internal import IR

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// `contrast reference-values list`.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List bundles: platform, runtime class, what is measured.",
        discussion: """
            Without files, the bundles that are part of the program.

            Example:
              contrast reference-values list
              contrast reference-values list bundles/*.json
            """)

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("Bundle files.", valueName: "file"))
    var files: [String] = []

    func run() throws {
        var diagnostics = Diagnostics()
        let names = files.isEmpty ? Platform.all.map(\.name) : files.map { $0.contains("/") ? $0 : "./\($0)" }
        let bundles = names.compactMap { BundleSource.read($0, &diagnostics) }
        let lines = bundles.map { BundleDescription(bundle: $0, today: .today).summary }
        try CommandOutput.write(lines, &diagnostics)
        try findings.report(diagnostics)
    }
}

/// `contrast reference-values show`.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Say in words what a bundle pins, and what it leaves open.",
        discussion: """
            Example:
              contrast reference-values show metal-qemu-snp
              contrast reference-values show ./bundle.json
            """)

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("A platform, or a bundle file.", valueName: "platform|file"))
    var bundle: String

    func run() throws {
        var diagnostics = Diagnostics()
        if let bundle = BundleSource.read(bundle, &diagnostics) {
            try CommandOutput.write(BundleDescription(bundle: bundle, today: .today).lines, &diagnostics)
        }
        try findings.report(diagnostics)
    }
}

/// Where a bundle comes from, by the argument that names it.
enum BundleSource {
    /// Whether an argument is a file and not a platform: when it has a slash or ends in `.json`.
    static func isFile(_ argument: String) -> Bool { argument.contains("/") || argument.hasSuffix(".json") }

    /// A bundle file, or that of a platform which is part of the program. `nil` with an error.
    static func read(
        _ argument: String, with reader: SourceReader = SourceReader(), _ diagnostics: inout Diagnostics
    ) -> Bundle? {
        if isFile(argument) {
            guard
                let source = reader.read(
                    argument, limit: SourceReader.manifestLimit, as: .bundle, &diagnostics)
            else { return nil }
            return Bundle.read(source, sha256: SHA256.digest, diagnostics: &diagnostics)
        }
        guard let platform = Platform(name: argument) else {
            diagnostics.error(
                .unknownPlatform, "there is no platform '\(argument)'",
                notes: [.init("platforms are \(Platform.all.map(\.name).joined(separator: ", "))")])
            return nil
        }
        return Bundle.shipped(for: platform, sha256: SHA256.digest, diagnostics: &diagnostics)
    }
}

/// Text on standard output.
enum CommandOutput {
    static func write(_ lines: [String], _ diagnostics: inout Diagnostics) throws {
        do throws(FileError) {
            try FileSystem.writeOutput(Array(lines.map { $0 + "\n" }.joined().utf8))
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
        }
    }
}

extension CalendarDay {
    /// By the system's clock, in UTC.
    static var today: CalendarDay { CalendarDay(secondsSince1970: Int64(time(nil))) }
}
