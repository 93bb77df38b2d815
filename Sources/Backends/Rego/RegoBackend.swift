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
    private let ruleSizes: [String: Int]
    private let settingsSize: Int

    /// - Parameter macros: those of the same settings, which backends of one thread may share.
    package init(
        _ defaults: PolicyDefaults, _ features: PolicyFeatures, _ layout: PolicyLayout = .release,
        _ macros: PolicyMacros? = nil
    ) {
        let macros = macros ?? PolicyMacros(defaults.common)
        self.macros = macros
        let rules = Self.print(defaults.profile, features, layout)
        ruleSizes = rules.sizes
        var writer = RegoData(Self.text(rules.text))
        let start = writer.text.count
        defaults.writeData(to: &writer, macros, features)
        writer.text.append(string: Self.podMarker)
        prefix = writer.text.bytes
        settingsSize = prefix.count - start
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
        var writer = RegoData(text(rules(data.profile, data.features, data.layout)))
        writer.value(data.settings)
        writer.text.append(string: podMarker)
        writer = RegoData(consume writer.text)
        writer.value(data.pod)
        writer.text.append(UInt8(ascii: "\n"))
        return writer.text.bytes
    }

    private static func text(_ rules: [UInt8]) -> RegoText {
        var text = RegoText(capacity: 32 << 10)
        text.append(bytes: rules)
        return text
    }

    /// The first line of all policies of a profile in a layout.
    package static func header(_ profile: PolicyProfile, _ layout: PolicyLayout) -> String {
        "# Contrast policy format \(PolicyData.formatVersion), profile \(profile.rawValue)"
            + (layout == .debug ? ", debug\n" : "\n")
    }

    /// What the first line of every policy starts with.
    package static let headerStart = "# Contrast policy format "

    /// Header and rules, up to the settings: what every policy of the profile with these features starts with.
    package static func rules(
        _ profile: PolicyProfile, _ features: PolicyFeatures, _ layout: PolicyLayout = .release
    ) -> [UInt8] {
        print(profile, features, layout).text
    }

    private typealias Rules = (text: [UInt8], sizes: [String: Int])

    private static let compatRules: Rules = printed(.compat, .all, .release)

    private static func print(_ profile: PolicyProfile, _ features: PolicyFeatures, _ layout: PolicyLayout) -> Rules {
        profile == .compat && layout == .release ? compatRules : printed(profile, features, layout)
    }

    private static func printed(
        _ profile: PolicyProfile, _ features: PolicyFeatures, _ layout: PolicyLayout
    ) -> Rules {
        let rules = RegoPrinter.print(profile.rules(for: features), layout)
        let start = header(profile, layout) + "package agent_policy\nimport rego.v1\n"
        return (Array(start.utf8) + rules.text + Array(settingsMarker.utf8), rules.sizes)
    }

    /// What the parts of a policy take of its text.
    package func sizes(of policy: SandboxPolicy) -> PolicySizes {
        var sizes = PolicySizes(settings: settingsSize)
        for (name, bytes) in ruleSizes { sizes.rules[RuleModule.of(name).rawValue, default: 0] += bytes }
        for container in policy.containers {
            var alone = policy
            alone.annotations = []
            alone.containers = []
            let around = rest(of: alone).count
            alone.containers = [container]
            sizes.containers.append((container.name, rest(of: alone).count - around))
        }
        return sizes
    }
}

/// What the parts of a policy take of its text, in bytes.
package struct PolicySizes: Sendable {
    /// By the name of the module.
    package var rules: [String: Int] = [:]
    package var settings: Int
    /// In the order of the policy; the pause container has no name.
    package var containers: [(name: String, bytes: Int)] = []

    package init(settings: Int) { self.settings = settings }

    /// The largest parts, by what they are.
    package func largest(_ count: Int) -> [(name: String, bytes: Int)] {
        let rules = (name: "the set of rules", bytes: self.rules.values.reduce(0, +))
        let all =
            [rules, (name: "the set of settings", bytes: settings)]
            + containers.map { (name: PolicyWords.container($0.name), bytes: $0.bytes) }
        return Array(all.sorted { $0.bytes > $1.bytes || $0.bytes == $1.bytes && $0.name < $1.name }.prefix(count))
    }
}
