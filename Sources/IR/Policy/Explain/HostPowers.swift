// SPDX-License-Identifier: Apache-2.0

/// What a host can still do to a pod, given its policy.
package struct HostPower: Sendable, Equatable {
    package enum Severity: String, Sendable, CaseIterable {
        case high, medium, low
    }

    package var severity: Severity
    package var text: String

    /// Of a policy, the gravest first.
    package static func all(_ policy: PolicyData) -> [HostPower] {
        let own = policy.profile == .strict ? strict : compat
        let found = own + always + switches(policy)
        return Severity.allCases.flatMap { severity in found.filter { $0.severity == severity } }
    }

    private static let compat = [
        HostPower(.high, "run a container from another image: the policy does not compare what the guest pulls"),
        HostPower(.high, "write files that are shared with a container at any time, also while it runs"),
        HostPower(.medium, "leave variables out of the environment, or add those of Kubernetes services"),
        HostPower(.medium, "leave mounts out; patterns for their sources are not anchored"),
        HostPower(.medium, "start containers in another order, and more than once"),
        HostPower(.low, "give annotations that the policy knows other values"),
    ]

    private static let strict = [
        HostPower(.medium, "end an init container early and go on: the agent is never told how a process ended"),
        HostPower(.medium, "choose the content of shared files before a container is started"),
        HostPower(.medium, "replace tokens, and other files that Kubernetes updates, while a container runs"),
        HostPower(.low, "add variables of Kubernetes services to the environment"),
    ]

    private static let always = [
        HostPower(.low, "decide when and whether anything runs, signal it, and remove it"),
        HostPower(.low, "set resource limits, addresses and routes other than loopback"),
    ]

    private static func switches(_ policy: PolicyData) -> [HostPower] {
        var found: [HostPower] = []
        let allow = policy.settings["allow"]
        if allow?["ReadStreamRequest"] == true { found.append(HostPower(.medium, "read what containers print")) }
        if allow?["WriteStreamRequest"] == true {
            found.append(HostPower(.high, "write to the standard input of containers"))
        }
        if allow?["UpdateEphemeralMountsRequest"] == true {
            found.append(HostPower(.medium, "change ephemeral mounts while containers run"))
        }
        if allow?["GetDiagnosticDataRequest"] == true { found.append(HostPower(.low, "read termination messages")) }
        let commands = (policy.settings["exec_commands"]?.array ?? []) + (policy.settings["exec_patterns"]?.array ?? [])
        for command in commands {
            let words = command.array?.compactMap(\.string).joined(separator: " ") ?? command.string ?? ""
            found.append(HostPower(.high, "run in every container: \(words)"))
        }
        return found
    }

    private init(_ severity: Severity, _ text: String) {
        self.severity = severity
        self.text = text
    }
}
