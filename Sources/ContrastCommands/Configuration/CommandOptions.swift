// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR

/// An option that may stand in a configuration.
struct ConfigurableOption {
    /// The long name, without dashes.
    var name: String
    var letter: String?
    var isFlag: Bool
    var isRepeating: Bool
    /// All that it takes; empty when that is no enumeration.
    var choices: [String]
    var defaultValue: String?
}

/// A command and its options, as the argument parser describes them.
struct CommandOptions {
    /// The words after `contrast`.
    var path: [String]
    var options: [ConfigurableOption]

    var name: String { path.joined(separator: " ") }

    subscript(option: String) -> ConfigurableOption? { options.first { $0.name == option } }

    /// Consents to be given by hand each time, and what says where the configuration is.
    private static let excluded: Set<String> = ["help", "version", "config", "INSECURE"]

    /// The command that arguments start with the name of; `nil` when that is no command, or one without options.
    static func of(_ arguments: [String]) -> CommandOptions? {
        leaves().first { arguments.starts(with: $0.path) }.flatMap { describe($0.type, $0.path) }
    }

    /// All commands that have options.
    static func all() -> [CommandOptions] { leaves().compactMap { describe($0.type, $0.path) } }

    private static func leaves() -> [(path: [String], type: any ParsableCommand.Type)] {
        var leaves: [(path: [String], type: any ParsableCommand.Type)] = []
        var rest: [(path: [String], type: any ParsableCommand.Type)] = [([], ContrastCommand.self)]
        while let (path, type) = rest.popLast() {
            let children = type.configuration.subcommands
            if children.isEmpty { leaves.append((path, type)) }
            for child in children.reversed() where child != ConfigCommand.self {
                rest.append((path + [child._commandName], child))
            }
        }
        return leaves
    }

    private static func describe(_ type: any ParsableCommand.Type, _ path: [String]) -> CommandOptions? {
        let description = try? JSONParser.parse(Array(type._dumpHelp().utf8))
        let arguments = description?["command"]?["arguments"]?.array ?? []
        let options = arguments.compactMap { argument -> ConfigurableOption? in
            let kind = argument["kind"]?.string
            guard kind == "option" || kind == "flag", argument["shouldDisplay"]?.bool == true,
                let name = names(argument, "long").first, !excluded.contains(name)
            else { return nil }
            return ConfigurableOption(
                name: name, letter: names(argument, "short").first, isFlag: kind == "flag",
                isRepeating: argument["isRepeating"]?.bool == true,
                choices: argument["allValues"]?.array?.compactMap(\.string) ?? [],
                defaultValue: argument["defaultValue"]?.string)
        }
        return options.isEmpty ? nil : CommandOptions(path: path, options: options)
    }

    private static func names(_ argument: JSONValue, _ kind: String) -> [String] {
        (argument["names"]?.array ?? []).filter { $0["kind"]?.string == kind }.compactMap { $0["name"]?.string }
    }
}
