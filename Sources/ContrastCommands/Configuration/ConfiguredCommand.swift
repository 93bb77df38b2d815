// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR

/// A command whose options come from the command line, the environment and `contrast.toml`.
enum ConfiguredCommand {
    /// - Throws: what the argument parser throws; `ExitCode` after findings about the file were shown.
    static func parse(_ given: GivenArguments) throws -> any ParsableCommand {
        // To describe the options takes longer than to parse them.
        guard Configuration.isThere(given), let command = CommandOptions.of(given.arguments),
            !given.arguments.contains(where: { ["-h", "--help", "--version"].contains($0) })
        else { return try ContrastCommand.parseAsRoot(given.arguments) }
        let configuration = try Configuration(command: command, given: given, file: file(given))
        let settings = try configuration.settings().filter { setting in
            switch setting.origin {
            case .environment, .file: !setting.arguments.isEmpty
            case .commandLine, .builtIn: false
            }
        }
        do {
            return try parse(configuration, settings)
        } catch  where !settings.isEmpty {
            throw try blame(error, configuration, settings)
        }
    }

    private static func parse(_ configuration: Configuration, _ settings: [Setting]) throws -> any ParsableCommand {
        let path = configuration.command.path
        let rest = configuration.given.arguments.dropFirst(path.count)
        return try ContrastCommand.parseAsRoot(path + settings.flatMap(\.arguments) + rest)
    }

    private static func file(_ given: GivenArguments) throws -> ConfigurationFile {
        guard let location = ConfigurationFile.location(given) else { return ConfigurationFile() }
        var diagnostics = Diagnostics()
        guard let file = ConfigurationFile.read(location, &diagnostics) else { throw try report(diagnostics, given) }
        return file
    }

    /// The error of a setting of the configuration if all is well without it; else the one that was found.
    private static func blame(
        _ error: any Error, _ configuration: Configuration, _ settings: [Setting]
    ) throws -> any Error {
        let message = ContrastCommand.message(for: error)
        for (index, setting) in settings.enumerated() {
            var others = settings
            others.remove(at: index)
            guard (try? parse(configuration, others)) != nil else { continue }
            switch setting.origin {
            case .environment(let variable): return ValidationError("\(variable): \(message)")
            case .file(let range):
                var diagnostics = Diagnostics()
                diagnostics.error(.malformedConfiguration, message, at: range)
                return try report(diagnostics, configuration.given)
            case .commandLine, .builtIn: break
            }
        }
        return error
    }

    /// Shows findings as the command line and the environment say, for the file is not to be relied on.
    static func report(_ diagnostics: Diagnostics, _ given: GivenArguments) throws -> ExitCode {
        var arguments: [String] = []
        if let command = CommandOptions.of(DiagnosticsOptions.holder) {
            for option in command.options where DiagnosticsOptions.names.contains(option.name) {
                let variable = Environment[Configuration.variable(option)].map { [$0] } ?? []
                let values = option.isFlag ? [] : given.values(of: option) ?? variable
                arguments += values.map { "--\(option.name)=\($0)" }
            }
        }
        let options = try? DiagnosticsOptions.parse(arguments)
        try (options ?? DiagnosticsOptions.parse([])).show(diagnostics)
        return ExitCode(1)
    }
}

extension DiagnosticsOptions {
    /// A command that has them.
    fileprivate static let holder = ["generate"]
    fileprivate static let names: Set<String> = ["diagnostics-format", "diagnostics-output"]
}
