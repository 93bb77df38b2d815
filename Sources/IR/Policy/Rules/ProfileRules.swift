// SPDX-License-Identifier: Apache-2.0

extension PolicyProfile {
    /// The rules of the profile. A profile without rules allows nothing.
    package var rules: RuleSet {
        switch self {
        case .compat: CompatRules.rules
        case .strict: Self.noRules
        }
    }

    /// The rules ready for evaluation.
    package var program: RuleProgram {
        switch self {
        case .compat: CompatRules.program
        case .strict: Self.emptyProgram
        }
    }

    private static let noRules = RuleSet(profile: .strict, entries: [], library: [])
    private static let emptyProgram = RuleProgram(noRules)
}
