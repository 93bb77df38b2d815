// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import IR

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension DiagnosticsFormat: ExpressibleByArgument {}

/// How findings are reported.
struct DiagnosticsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Form of the findings.", valueName: "format"))
    var diagnosticsFormat = DiagnosticsFormat.text

    @Option(help: ArgumentHelp("Write the findings to a file instead of stderr.", valueName: "file"))
    var diagnosticsOutput: String?

    @Flag(help: "Exit with 1 when there are warnings.")
    var warningsAsErrors = false

    @Option(help: ArgumentHelp("Least severe findings to show: error, warn, info or debug.", valueName: "level"))
    var logLevel = LogLevel.info

    /// Reports findings and exits if they are errors.
    func report(_ diagnostics: Diagnostics) throws {
        try show(diagnostics)
        if fails(diagnostics) { throw ExitCode(1) }
    }

    func fails(_ diagnostics: Diagnostics) -> Bool {
        diagnostics.hasErrors || (warningsAsErrors && diagnostics.all.contains { $0.severity == .warning })
    }

    func show(_ diagnostics: Diagnostics) throws {
        var shown = Diagnostics()
        for finding in diagnostics.all where finding.severity >= logLevel.least { shown.add(finding) }
        let isTerminal = diagnosticsOutput == nil && FileSystem.isTerminal(2)
        let renderer = DiagnosticsRenderer(
            baseDirectory: FileSystem.workingDirectory, showsSource: isTerminal,
            usesColours: isTerminal && getenv("NO_COLOR") == nil, toolVersion: ToolVersion.number)
        let bytes = renderer.render(shown, as: diagnosticsFormat)
        guard let path = diagnosticsOutput else {
            FileSystem.writeError(bytes)
            return
        }
        do throws(FileError) {
            var transaction = FileTransaction()
            try transaction.stage(path, bytes)
            try transaction.commit()
        } catch {
            // The findings must not be lost.
            FileSystem.writeError(bytes)
            let message = "\(path): error: the findings cannot be written: \(error.reason)\n"
            FileSystem.writeError(Array(message.utf8))
            throw ExitCode(1)
        }
    }
}

/// The least severe findings that are shown.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case error, warn, info, debug

    var least: Severity {
        switch self {
        case .error: .error
        case .warn: .warning
        case .info, .debug: .note
        }
    }
}
