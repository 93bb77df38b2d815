// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR

/// Where the value of an option comes from; what comes first counts.
enum SettingOrigin {
    case commandLine
    /// The name of the variable.
    case environment(String)
    case file(SourceRange)
    case builtIn

    var description: String {
        switch self {
        case .commandLine: "command line"
        case .environment(let name): name
        case .file(let range):
            "\(range.file.path):\(range.file.position(at: range.start).line)"
        case .builtIn: "default"
        }
    }
}

/// The value that an option of a command has.
struct Setting {
    var option: ConfigurableOption
    /// As on the command line; `true` or `false` for flags; none when there is no value.
    var values: [String]
    var origin: SettingOrigin

    /// What makes the parser see it.
    var arguments: [String] {
        if option.isFlag { return values == ["true"] ? ["--\(option.name)"] : [] }
        return values.map { "--\(option.name)=\($0)" }
    }
}

/// The options of one command: those of the command line, else of the environment, else of `contrast.toml`.
struct Configuration {
    let command: CommandOptions
    let given: GivenArguments
    let file: ConfigurationFile

    /// Whether there is a file, or a variable that might belong to an option.
    static func isThere(_ given: GivenArguments) -> Bool {
        ConfigurationFile.location(given) != nil || Environment.has(prefix: variablePrefix)
    }

    /// - Throws: `ValidationError` for variables with values that their options do not take.
    func settings() throws -> [Setting] { try command.options.map(setting) }

    private func setting(_ option: ConfigurableOption) throws -> Setting {
        if let values = given.values(of: option) {
            return Setting(option: option, values: option.isFlag ? ["true"] : values, origin: .commandLine)
        }
        let variable = Self.variable(option)
        if let text = Environment[variable] {
            return Setting(option: option, values: try values(text, option), origin: .environment(variable))
        }
        if let setting = file.setting(option, of: command) {
            return Setting(option: option, values: setting.values, origin: .file(setting.range))
        }
        let value = option.isFlag ? "false" : option.defaultValue
        return Setting(option: option, values: value.map { [$0] } ?? [], origin: .builtIn)
    }

    private static let variablePrefix = "CONTRAST_"

    static func variable(_ option: ConfigurableOption) -> String {
        variablePrefix + option.name.uppercased().replacing("-", with: "_")
    }

    private func values(_ text: String, _ option: ConfigurableOption) throws -> [String] {
        let variable = Self.variable(option)
        if option.isFlag {
            switch text {
            case "1", "true": return ["true"]
            case "0", "false": return ["false"]
            default: throw ValidationError("\(variable) takes true or false, found '\(text)'")
            }
        }
        if !option.choices.isEmpty, !option.choices.contains(text) {
            let choices = option.choices.map { "'\($0)'" }.joined(separator: ", ")
            throw ValidationError("\(variable) takes one of \(choices), found '\(text)'")
        }
        return option.isRepeating ? text.split(separator: ",").map(String.init) : [text]
    }
}

extension ConfigurationFile {
    struct Location {
        var path: String
        /// The user has named it; else it is only there.
        var isNamed: Bool
    }

    /// The file that a command reads: the one that is named, else the one in the working directory if it is there.
    static func location(_ given: GivenArguments) -> Location? {
        if let path = given.configuration ?? Environment["CONTRAST_CONFIG"] {
            return Location(path: path, isNamed: true)
        }
        return FileSystem.info(defaultName) == nil ? nil : Location(path: defaultName, isNamed: false)
    }
}
