// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR

/// `contrast policy show`.
struct PolicyShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Say in plain words what a policy allows.",
        discussion: """
            For each container: its image, command and user, the names of its variables, its mounts and the commands that \
            may be run in it; then what the host can still do, the gravest first. The policy is Rego text that generate \
            emitted, or a compiled YAML file.

            Example:
              contrast policy show deployment/web.yaml
            """)

    @Option(help: ArgumentHelp("Only the workload of this name.", valueName: "name"))
    var workload: String?

    @Option(help: "Form of the output: text or json.")
    var format = OutputFormat.text

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("Rego text or compiled YAML, or '-'.", valueName: "policy"))
    var policy: String

    func run() throws {
        var diagnostics = Diagnostics()
        let policies = PolicySource.read(policy, workload: workload, &diagnostics)
        var lines: [String] = []
        var values: [JSONValue] = []
        for policy in policies {
            let description = PolicyDescription(policy.data)
            if !lines.isEmpty { lines.append("") }
            if let name = policy.workload { lines.append("# \(name)") }
            lines += description.lines
            var object = description.json.object ?? JSONObject()
            object["workload"] = policy.workload.map(JSONValue.string) ?? .null
            values.append(.object(object))
        }
        if !policies.isEmpty { format.write(lines, .array(values), &diagnostics) }
        try findings.report(diagnostics)
    }
}
