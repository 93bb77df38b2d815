// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The names of functions and variables in the text of a policy: as short as can be, since the text is part of every
/// annotation. Functions have capital letters, so no variable is ever taken for one, nor for a word of the language.
struct RegoNames {
    private let functions: [String: String]
    /// Those of the body, with their names in the order of these.
    private var variables: [String] = []

    private let isDebug: Bool

    /// In the order of the rules.
    init(_ rules: RuleSet, _ layout: PolicyLayout) {
        isDebug = layout == .debug
        var functions: [String: String] = [:]
        for function in rules.functions {
            functions[function.name] = Self.name(functions.count, from: "A")
        }
        self.functions = isDebug ? [:] : functions
    }

    func function(_ name: String) -> String { functions[name] ?? name }

    mutating func startBody() { variables.removeAll(keepingCapacity: true) }

    mutating func variable(_ name: String) -> String {
        if isDebug { return name }
        if let known = variables.firstIndex(of: name) { return Self.name(known, from: "a") }
        variables.append(name)
        return Self.name(variables.count - 1, from: "a")
    }

    /// A letter of the alphabet that starts with this one, with a digit behind it where one letter does not do.
    private static func name(_ number: Int, from first: Unicode.Scalar) -> String {
        let letter = String(Unicode.Scalar(UInt8(ascii: first) + UInt8(number % 26)))
        return number < 26 ? letter : letter + String(number / 26)
    }
}
