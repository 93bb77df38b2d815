// SPDX-License-Identifier: Apache-2.0

package import IR

/// Policies as text for the agent's policy engine.
///
/// The text is a header that names format and profile, the rules of the profile, a marker line, and the data of the
/// pod. All before the data is the same for every policy of a profile.
package enum RegoBackend {
    static let marker = "# Data\npolicy_data := "

    /// The text of a policy.
    package static func emit(_ policy: SandboxPolicy) -> [UInt8] { emit(PolicyData(policy)) }

    package static func emit(_ data: PolicyData) -> [UInt8] {
        var text = constantPrefix(data.profile)
        RegoData.print(data.document, into: &text)
        text.append(0x0A)
        return text
    }

    /// What every policy of the profile starts with.
    package static func constantPrefix(_ profile: PolicyProfile) -> [UInt8] {
        switch profile {
        case .compat: compatPrefix
        case .strict: strictPrefix
        }
    }

    private static let compatPrefix = prefix(PolicyProfile.compat.rules)
    private static let strictPrefix = prefix(PolicyProfile.strict.rules)

    private static func prefix(_ rules: RuleSet) -> [UInt8] {
        let header = "# Contrast policy format \(PolicyData.formatVersion), profile \(rules.profile.rawValue)\n"
        return Array((header + "package agent_policy\n\nimport rego.v1\n\n").utf8)
            + Array((RegoPrinter.print(rules) + "\n" + marker).utf8)
    }
}
