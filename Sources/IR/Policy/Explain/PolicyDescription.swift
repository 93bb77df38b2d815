// SPDX-License-Identifier: Apache-2.0

/// What may happen in a pod, in plain words. Of variables there are only names: values may be those of Secrets.
package struct PolicyDescription: Sendable {
    package struct Container: Sendable {
        package var name: String
        package var facts: [(name: String, values: [String])]
    }

    package var profile: PolicyProfile
    package var containers: [Container]
    package var powers: [HostPower]

    package init(_ policy: PolicyData) {
        profile = policy.profile
        containers = policy.effectiveContainers.map(Self.describe)
        powers = HostPower.all(policy)
    }

    private static func describe(_ data: JSONValue) -> Container {
        func list(_ name: String) -> [JSONValue] { data[name]?.array ?? [] }
        var facts: [(name: String, values: [String])] = []
        if let stage = data["stage"]?.string { facts.append(("stage", [stages[stage] ?? stage])) }
        let image = data["image"]?.string ?? data["annotations"]?["io.kubernetes.cri.image-name"]?.string
        if let image { facts.append(("image", [image])) }
        let command = list("args").map { word in
            word.string ?? word["template"]?.string ?? word["pattern"]?.string ?? PolicyWords.text(word)
        }
        facts.append(("command", [command.map(quoted).joined(separator: " ")]))
        let user = "\(data["uid"]?.integer ?? 0):\(data["gid"]?.integer ?? 0)"
        facts.append(("user", [user]))
        facts.append(("directory", [data["cwd"]?.string ?? "/"]))
        let variables = [
            "env", "env_templates", "env_patterns", "env_namespace", "env_any", "env_sandbox_name", "env_address",
        ]
        .flatMap(list).map { PolicyWords.variable($0.string ?? "") }
        facts.append(("variables", Set(variables).sorted()))
        facts.append(("mounts", list("mounts").compactMap { $0["destination"]?.string }))
        facts.append(("storages", list("storages").map(PolicyWords.text)))
        facts.append(
            (
                "may be run",
                list("exec_commands").map { ($0.array ?? []).compactMap(\.string).map(quoted).joined(separator: " ") }
            ))
        facts.append(("capabilities", list("capabilities").compactMap(\.string)))
        let yes = [
            ("readonly", "root is read-only"), ("no_new_privileges", "no new privileges"), ("terminal", "terminal"),
            ("pidns", "shares the process namespace"),
        ]
        facts.append(("also", yes.filter { data[$0.0] == true }.map(\.1)))
        return Container(name: PolicyWords.name(ofContainer: data), facts: facts.filter { !$0.values.isEmpty })
    }

    private static let stages = [
        "sandbox": "first, and as long as the pod", "init": "to its end, before what comes after it",
        "sidecar": "started before what comes after it, and stays", "main": "after all init containers",
    ]

    private static func quoted(_ word: String) -> String {
        word.isEmpty || word.contains(where: { $0 == " " || $0 == "\"" || $0.isNewline })
            ? JSONPrinter.text(.string(word)) : word
    }

    // MARK: - Output

    package var lines: [String] {
        var lines = ["profile: \(profile.rawValue)"]
        for container in containers {
            lines += ["", PolicyWords.container(container.name)]
            for fact in container.facts {
                let separator = ["may be run", "storages"].contains(fact.name) ? "; " : ", "
                lines.append("  \(fact.name): \(fact.values.joined(separator: separator))")
            }
        }
        lines += ["", "The host can still"]
        lines += powers.map { "  \($0.severity.rawValue): \($0.text)" }
        return lines
    }

    package var json: JSONValue {
        let containers = containers.map { container in
            var object = JSONObject([("name", .string(container.name))])
            for fact in container.facts { object[fact.name] = .array(fact.values.map(JSONValue.string)) }
            return JSONValue.object(object)
        }
        let powers = powers.map { power in
            JSONValue.object(
                JSONObject([("severity", .string(power.severity.rawValue)), ("text", .string(power.text))]))
        }
        return .object(
            JSONObject([
                ("containers", .array(containers)), ("host", .array(powers)), ("profile", .string(profile.rawValue)),
            ]))
    }
}
