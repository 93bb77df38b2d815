// SPDX-License-Identifier: Apache-2.0

package import IR

/// Policies as text for the agent's policy engine.
///
/// The text is a header that names format and profile, the rules of the profile, the settings, and the data of the pod
/// as its last part. All before that is the same for every policy of a run.
///
/// A backend belongs to one thread.
package struct RegoBackend {
    static let settingsMarker = "# Settings\nsettings := "
    static let podMarker = "\n# Data\npolicy_data := "

    /// Bytes to make room for: a pod of three containers.
    private static let usualSize = 8 << 10

    private let macros: PolicyMacros

    /// What every policy with these defaults starts with.
    package let prefix: [UInt8]

    package init(_ defaults: PolicyDefaults) {
        let macros = PolicyMacros(defaults.common)
        self.macros = macros
        var writer = RegoData(Self.start(of: defaults.profile))
        defaults.writeData(to: &writer, macros)
        writer.text.append(string: Self.podMarker)
        prefix = writer.text.bytes
    }

    /// What follows the prefix in the text of a policy with the backend's defaults. It has no apostrophe, and no control
    /// character but line breaks.
    package func rest(of policy: SandboxPolicy) -> [UInt8] {
        // The first line continues one of the prefix, which is short.
        var writer = RegoData(RegoText(capacity: Self.usualSize))
        policy.writeData(to: &writer, macros)
        writer.text.append(UInt8(ascii: "\n"))
        return writer.text.bytes
    }

    /// The text of one policy.
    package static func emit(_ policy: SandboxPolicy) -> [UInt8] {
        let backend = RegoBackend(policy.defaults)
        return backend.prefix + backend.rest(of: policy)
    }

    package static func emit(_ data: PolicyData) -> [UInt8] {
        var writer = RegoData(start(of: data.profile))
        writer.value(data.settings)
        writer.text.append(string: podMarker)
        writer = RegoData(consume writer.text)
        writer.value(data.pod)
        writer.text.append(UInt8(ascii: "\n"))
        return writer.text.bytes
    }

    private static func start(of profile: PolicyProfile) -> RegoText {
        var text = RegoText(capacity: 32 << 10)
        text.append(bytes: rules(profile))
        return text
    }

    /// Header and rules, up to the settings: what every policy of the profile starts with.
    package static func rules(_ profile: PolicyProfile) -> [UInt8] {
        switch profile {
        case .compat: compatRules
        case .strict: strictRules
        }
    }

    private static let compatRules = print(PolicyProfile.compat.rules)
    private static let strictRules = print(PolicyProfile.strict.rules)

    private static func print(_ rules: RuleSet) -> [UInt8] {
        let header = "# Contrast policy format \(PolicyData.formatVersion), profile \(rules.profile.rawValue)\n"
        return Array((header + "package agent_policy\n\nimport rego.v1\n\n").utf8)
            + Array((RegoPrinter.print(rules) + "\n" + settingsMarker).utf8)
    }
}
