// SPDX-License-Identifier: Apache-2.0

package import IR

/// Policies as text for the agent's policy engine.
///
/// The text is a header that names format and profile, the rules of the profile, a marker line, and the data of the
/// pod. All before the data is the same for every policy of a profile.
///
/// A backend remembers parts that policies have in common; it belongs to one thread.
package struct RegoBackend {
    static let marker = "# Data\npolicy_data := "

    /// Bytes of text to make room for: the rules and a pod of three containers.
    private static let usualSize = 40 << 10

    private var previous: SandboxPolicy?
    private var macros: PolicyMacros?
    private var memory = RegoMemory()

    package init() {}

    /// The text of a policy.
    package mutating func text(_ policy: SandboxPolicy) -> [UInt8] {
        if previous.map(policy.hasSameSettings) != true {
            memory = RegoMemory()
            macros = nil
        }
        let macros = macros ?? PolicyMacros(policy.common)
        previous = policy
        self.macros = macros
        return Self.text(policy.profile) { writer in
            swap(&writer.memory, &memory)
            policy.writeData(to: &writer, macros)
            swap(&writer.memory, &memory)
        }
    }

    /// The text of one policy.
    package static func emit(_ policy: SandboxPolicy) -> [UInt8] {
        var backend = RegoBackend()
        return backend.text(policy)
    }

    package static func emit(_ data: PolicyData) -> [UInt8] { text(data.profile) { $0.value(data.document) } }

    private static func text(_ profile: PolicyProfile, _ writeData: (inout RegoData) -> Void) -> [UInt8] {
        var start = RegoText(capacity: usualSize)
        start.append(bytes: constantPrefix(profile))
        var writer = RegoData(start)
        writeData(&writer)
        writer.text.append(UInt8(ascii: "\n"))
        return writer.text.bytes
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
