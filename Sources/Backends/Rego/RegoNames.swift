// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The names of functions and variables in the text of a policy: as short as can be, since the text is part of every
/// annotation. Functions have capital letters, so no variable is ever taken for one, nor for a word of the language.
struct RegoNames {
    private let functions: [String: String]
    private var variables: [String: String] = [:]

    private let isDebug: Bool

    /// In the order of the rules.
    init(_ rules: RuleSet, _ layout: PolicyLayout) {
        isDebug = layout == .debug
        var functions: [String: String] = [:]
        for function in rules.functions {
            functions[function.name] = Self.name(functions.count, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        }
        self.functions = isDebug ? [:] : functions
    }

    func function(_ name: String) -> String { functions[name] ?? name }

    mutating func startBody() { variables = [:] }

    mutating func variable(_ name: String) -> String {
        if isDebug { return name }
        if let known = variables[name] { return known }
        let made = Self.name(variables.count, of: "abcdefghijklmnopqrstuvwxyz")
        variables[name] = made
        return made
    }

    /// Letters with a digit behind them where one letter does not do.
    private static func name(_ number: Int, of letters: String) -> String {
        let letters = Array(letters)
        let round = number / letters.count
        return String(letters[number % letters.count]) + (round == 0 ? "" : String(round))
    }
}
