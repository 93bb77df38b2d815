// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import IR

/// `contrast.toml`: options of commands, as on the command line but without dashes. A table has the name of a command,
/// or `all`, whose keys mean every command that has the option.
struct ConfigurationFile {
    struct Setting {
        var table: [String]
        var name: String
        /// As on the command line; `true` or `false` for flags.
        var values: [String]
        /// Of the value.
        var range: SourceRange
    }

    static let defaultName = "contrast.toml"
    static let sizeLimit = 1 << 20
    static let commonTable = ["all"]
    /// Options that run programs. Whoever compiles somebody else's directory must not run what its file says.
    private static let executed: Set<String> = ["render-command"]

    private(set) var settings: [Setting] = []

    /// `nil` with an error.
    static func read(_ location: Location, _ diagnostics: inout Diagnostics) -> ConfigurationFile? {
        let path = location.path
        guard let source = SourceReader().read(path, limit: sizeLimit, &diagnostics) else { return nil }
        let entries: [TOMLParser.Entry]
        do throws(TOMLError) {
            entries = try TOMLParser.parse(source.bytes)
        } catch {
            let range = error.offset.map { SourceRange(source, $0, $0) }
            diagnostics.error(.malformedConfiguration, error.message, at: range, path: path)
            return nil
        }
        let commands = CommandOptions.all()
        var file = ConfigurationFile()
        for entry in entries { file.add(entry, source, commands, &diagnostics) }
        if !location.isNamed {
            for setting in file.settings where executed.contains(setting.name) {
                diagnostics.error(
                    .malformedConfiguration,
                    "'\(setting.name)' runs a program, so it counts only in a file that is named", at: setting.range,
                    notes: [.init("'--config' or CONTRAST_CONFIG names one")])
            }
        }
        return diagnostics.hasErrors ? nil : file
    }

    /// What is said for an option of a command: in its own table, else in the common one.
    func setting(_ option: ConfigurableOption, of command: CommandOptions) -> Setting? {
        settings.last { $0.table == command.path && $0.name == option.name }
            ?? settings.last { $0.table == Self.commonTable && $0.name == option.name }
    }

    private mutating func add(
        _ entry: TOMLParser.Entry, _ source: SourceFile, _ commands: [CommandOptions],
        _ diagnostics: inout Diagnostics
    ) {
        let key = SourceRange(source, entry.keyRange.lowerBound, entry.keyRange.upperBound)
        let table = Array(entry.key.dropLast())
        let isCommon = table == Self.commonTable
        let holders = commands.filter { isCommon || $0.path == table }
        guard let name = entry.key.last, !holders.isEmpty else {
            return diagnostics.error(
                .malformedConfiguration, Self.unknownTable(table, commands), at: key,
                notes: [.init("a table is called as a command, such as generate or policy.show, or 'all'")])
        }
        guard let option = holders.lazy.compactMap({ $0[name] }).first else {
            return Self.reportUnknown(name, holders, commands, key, entry, &diagnostics)
        }
        let range = SourceRange(source, entry.valueRange.lowerBound, entry.valueRange.upperBound)
        guard let values = Self.values(entry.value, for: option) else {
            return diagnostics.error(
                .malformedConfiguration,
                "'\(name)' takes \(Self.expectation(option)), found \(entry.value.kindName)", at: range)
        }
        if !option.choices.isEmpty, let value = values.first(where: { !option.choices.contains($0) }) {
            return diagnostics.error(
                .malformedConfiguration, "'\(name)' takes one of \(Self.list(option.choices)), found '\(value)'",
                at: range)
        }
        settings.append(Setting(table: table, name: name, values: values, range: range))
    }

    private static func tableName(_ command: CommandOptions) -> String { command.path.joined(separator: ".") }

    private static func unknownTable(_ table: [String], _ commands: [CommandOptions]) -> String {
        guard !table.isEmpty else { return "an option stands in the table of its command, or in 'all'" }
        let name = table.joined(separator: ".")
        let near = NearestName.of(name, among: commands.map(tableName) + ["all"])
        return "unknown table '\(name)'" + (near.map { ", did you mean '\($0)'?" } ?? "")
    }

    private static func reportUnknown(
        _ name: String, _ holders: [CommandOptions], _ commands: [CommandOptions], _ key: SourceRange,
        _ entry: TOMLParser.Entry, _ diagnostics: inout Diagnostics
    ) {
        let near = NearestName.of(name, among: Set(holders.flatMap { $0.options.map(\.name) }))
        let others = commands.filter { $0[name] != nil }.map { "'\($0.name)'" }
        // The key may be quoted or have a table's name before it.
        let isPlain = key.end - key.start == name.utf8.count
        diagnostics.error(
            .malformedConfiguration,
            "unknown key '\(name)' in '\(entry.key.dropLast().joined(separator: "."))'"
                + (near.map { ", did you mean '\($0)'?" } ?? ""), at: key,
            notes: others.isEmpty ? [] : [.init("it is an option of \(others.joined(separator: ", "))")],
            fixIts: near.map { isPlain ? [.init("write '\($0)'", at: key, replacement: $0)] : [] } ?? [])
    }

    private static func values(_ value: TOMLValue, for option: ConfigurableOption) -> [String]? {
        switch value {
        case .boolean(let flag): option.isFlag ? [flag ? "true" : "false"] : nil
        case .string(let text): option.isFlag ? nil : [text]
        case .integer(let number): option.isFlag ? nil : [String(number)]
        case .array(let items): option.isRepeating ? texts(items) : nil
        }
    }

    private static func texts(_ items: [TOMLValue]) -> [String]? {
        var texts: [String] = []
        for item in items {
            guard case .string(let text) = item else { return nil }
            texts.append(text)
        }
        return texts
    }

    private static func expectation(_ option: ConfigurableOption) -> String {
        if option.isFlag { return "true or false" }
        return option.isRepeating ? "a string or an array of strings" : "a string or an integer"
    }

    private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}
