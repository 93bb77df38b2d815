// SPDX-License-Identifier: Apache-2.0

extension PolicyProfile {
    /// The rules of the profile.
    package var rules: RuleSet {
        switch self {
        case .compat: CompatRules.rules
        case .strict: StrictRules.rules
        }
    }

    /// All rules of the profile ready for evaluation.
    package var program: RuleProgram {
        switch self {
        case .compat: CompatRules.program
        case .strict: StrictRules.program
        }
    }
}

extension PolicyData {
    /// The rules that are in the text of the policy.
    package var rules: RuleSet { profile.rules(for: features) }

    /// The same, ready for evaluation.
    package var program: RuleProgram { profile == .compat ? CompatRules.program : RuleProgram(rules) }
}

extension PolicyProfile {
    /// The rules of the profile for policies with these features. Those of compat are the same for all.
    package func rules(for features: PolicyFeatures) -> RuleSet {
        self == .compat ? CompatRules.rules : StrictRules.rules.linked(features)
    }
}
