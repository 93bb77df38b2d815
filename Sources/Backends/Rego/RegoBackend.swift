// SPDX-License-Identifier: Apache-2.0

package import IR

/// Policies as text for the agent's policy engine.
///
/// The text is a header that names format and profile, the rules, the settings, and the data of the pod as its last
/// part. All before that is the same for every policy of a run with the same features.
///
/// A backend belongs to one thread.
package struct RegoBackend {
    static let settingsMarker = "\nsettings:="
    static let podMarker = "\npolicy_data:="

    /// Bytes to make room for: a pod of three containers.
    private static let usualSize = 8 << 10

    private let macros: PolicyMacros

    /// What every policy with these defaults and features starts with.
    package let prefix: [UInt8]

    package init(_ defaults: PolicyDefaults, _ features: PolicyFeatures) {
        let macros = PolicyMacros(defaults.common)
        self.macros = macros
        var writer = RegoData(Self.start(of: defaults.profile, features))
        defaults.writeData(to: &writer, macros, features)
        writer.text.append(string: Self.podMarker)
        prefix = writer.text.bytes
    }

    /// What follows the prefix in the text of a policy with the backend's defaults and features. It has no apostrophe, and
    /// no control character but line breaks.
    package func rest(of policy: SandboxPolicy) -> [UInt8] {
        // The first line continues one of the prefix, which is short.
        var writer = RegoData(RegoText(capacity: Self.usualSize))
        policy.writeData(to: &writer, macros)
        writer.text.append(UInt8(ascii: "\n"))
        return writer.text.bytes
    }

    /// The text of one policy.
    package static func emit(_ policy: SandboxPolicy) -> [UInt8] {
        let backend = RegoBackend(policy.defaults, policy.features)
        return backend.prefix + backend.rest(of: policy)
    }

    package static func emit(_ data: PolicyData) -> [UInt8] {
        var writer = RegoData(start(of: data.profile, data.features))
        writer.value(data.settings)
        writer.text.append(string: podMarker)
        writer = RegoData(consume writer.text)
        writer.value(data.pod)
        writer.text.append(UInt8(ascii: "\n"))
        return writer.text.bytes
    }

    private static func start(of profile: PolicyProfile, _ features: PolicyFeatures) -> RegoText {
        var text = RegoText(capacity: 32 << 10)
        text.append(bytes: rules(profile, features))
        return text
    }

    /// The first line of all policies of a profile.
    package static func header(_ profile: PolicyProfile) -> String {
        "# Contrast policy format \(PolicyData.formatVersion), profile \(profile.rawValue)\n"
    }

    /// Header and rules, up to the settings: what every policy of the profile with these features starts with.
    package static func rules(_ profile: PolicyProfile, _ features: PolicyFeatures) -> [UInt8] {
        profile == .compat ? compatRules : print(profile, features)
    }

    private static let compatRules = print(.compat, .all)

    private static func print(_ profile: PolicyProfile, _ features: PolicyFeatures) -> [UInt8] {
        let rules = RegoPrinter.print(profile.rules(for: features))
        return Array((header(profile) + "package agent_policy\nimport rego.v1\n" + rules + settingsMarker).utf8)
    }
}
