// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR

/// `contrast config`.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Work with the configuration.", subcommands: [ConfigShowCommand.self])
}

/// `contrast config show`.
struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Say which options have which values, and where these come from.",
        discussion: """
            What the command line says comes first, then variables such as CONTRAST_POLICY_PROFILE, then contrast.toml \
            in the working directory or the file of '--config', then the defaults. Without a command, what is set for \
            any of them is shown.

            Example:
              contrast config show
              contrast config show generate --policy-profile compat
            """)

    @Option(help: "How the values are printed.")
    var format = OutputFormat.text

    @Argument(
        parsing: .captureForPassthrough, help: ArgumentHelp("A command, with options of it.", valueName: "command"))
    var arguments: [String] = []

    func run() throws {
        let given = GivenArguments(arguments)
        var diagnostics = Diagnostics()
        var file = ConfigurationFile()
        if let location = ConfigurationFile.location(GivenArguments.ofProcess) {
            guard let read = ConfigurationFile.read(location, &diagnostics) else {
                throw try ConfiguredCommand.report(diagnostics, given)
            }
            file = read
        }
        var commands = CommandOptions.all()
        if !arguments.isEmpty {
            guard let command = CommandOptions.of(given.arguments) else {
                throw ValidationError(
                    "'\(arguments.joined(separator: " "))' does not start with a command with options")
            }
            commands = [command]
        }
        var lines: [(text: String, origin: String)] = []
        var values: [JSONValue] = []
        for command in commands {
            for setting in try Configuration(command: command, given: given, file: file).settings() {
                if arguments.isEmpty, case .builtIn = setting.origin { continue }
                lines.append((Self.line(setting, command), setting.origin.description))
                values.append(Self.json(setting, command))
            }
        }
        let width = lines.map(\.text.count).max() ?? 0
        let texts = lines.map { line in
            line.text + String(repeating: " ", count: width - line.text.count) + "  # \(line.origin)"
        }
        format.write(texts, .array(values), &diagnostics)
        if diagnostics.hasErrors { throw try ConfiguredCommand.report(diagnostics, given) }
    }

    /// A line of TOML, or a comment when there is no value.
    private static func line(_ setting: Setting, _ command: CommandOptions) -> String {
        let key = (command.path + [setting.option.name]).joined(separator: ".")
        if setting.option.isRepeating {
            return "\(key) = [\(setting.values.map(quoted).joined(separator: ", "))]"
        }
        guard let value = setting.values.last else { return "# \(key)" }
        return "\(key) = \(setting.option.isFlag ? value : quoted(value))"
    }

    private static func quoted(_ text: String) -> String { JSONPrinter.text(.string(text)) }

    private static func json(_ setting: Setting, _ command: CommandOptions) -> JSONValue {
        let value: JSONValue =
            if setting.option.isFlag {
                .bool(setting.values == ["true"])
            } else if setting.option.isRepeating {
                .array(setting.values.map { .string($0) })
            } else {
                setting.values.last.map { .string($0) } ?? .null
            }
        return [
            "command": .string(command.name), "option": .string(setting.option.name), "value": value,
            "origin": .string(setting.origin.description),
        ]
    }
}
