// SPDX-License-Identifier: Apache-2.0

/// The arguments as they were given, before the parser reads them.
struct GivenArguments {
    /// All but `--config`.
    let arguments: [String]
    /// The value of `--config`.
    private(set) var configuration: String?

    static let ofProcess = GivenArguments(Array(CommandLine.arguments.dropFirst()))

    init(_ given: [String]) {
        var kept: [String] = []
        var index = 0
        while index < given.count {
            let argument = given[index]
            index += 1
            if argument == "--" {
                kept += given[(index - 1)...]
                break
            } else if argument == "--config", index < given.count {
                configuration = given[index]
                index += 1
            } else if argument.hasPrefix("--config=") {
                configuration = String(argument.dropFirst("--config=".count))
            } else {
                kept.append(argument)
            }
        }
        arguments = kept
    }

    /// The values that an option is given, none for a flag; `nil` when it is not given. A value never looks like an
    /// option, for the parser wants `--name=value` then.
    func values(of option: ConfigurableOption) -> [String]? {
        let tokens = arguments.prefix { $0 != "--" }
        var values: [String]?
        for (index, token) in tokens.enumerated() {
            if token.hasPrefix("--\(option.name)=") {
                values = (values ?? []) + [String(token.dropFirst(option.name.count + 3))]
            } else if token == "--\(option.name)" || Self.isGroup(token, with: option.letter) {
                let next = option.isFlag || index + 1 == tokens.count ? [] : [tokens[index + 1]]
                values = (values ?? []) + next
            }
        }
        return values
    }

    /// Whether it is `-x`, or several letters with `x` among them.
    private static func isGroup(_ token: String, with letter: String?) -> Bool {
        guard let letter, token.hasPrefix("-"), !token.hasPrefix("--") else { return false }
        return token.dropFirst().contains(letter)
    }
}
