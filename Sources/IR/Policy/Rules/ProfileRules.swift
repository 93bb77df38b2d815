// SPDX-License-Identifier: Apache-2.0

extension PolicyProfile {
    /// The rules of the profile.
    package var rules: RuleSet {
        switch self {
        case .compat: CompatRules.rules
        case .strict: StrictRules.rules
        }
    }

    /// The rules ready for evaluation.
    package var program: RuleProgram {
        switch self {
        case .compat: CompatRules.program
        case .strict: StrictRules.program
        }
    }
}
