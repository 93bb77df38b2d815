// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR

/// `contrast policy diff`.
struct PolicyDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what one policy allows and another does not.",
        discussion: """
            Compares two policies, each Rego text that generate emitted or a compiled YAML file; the workloads of YAML \
            files are compared by their names. Exits with 2 when there is a difference.

            Example:
              contrast policy diff released/web.yaml deployment/web.yaml
            """)

    @Option(help: ArgumentHelp("Only the workload of this name.", valueName: "name"))
    var workload: String?

    @Option(help: "Form of the output: text or json.")
    var format = OutputFormat.text

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("Rego text or compiled YAML.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("Rego text or compiled YAML.", valueName: "new"))
    var new: String

    func run() throws {
        var diagnostics = Diagnostics()
        let old = PolicySource.read(old, workload: workload, &diagnostics)
        let new = PolicySource.read(new, workload: workload, &diagnostics)
        try findings.show(diagnostics)
        if diagnostics.hasErrors { throw ExitCode(1) }
        var lines: [String] = []
        var values: [JSONValue] = []
        for (name, before, after) in pairs(old, new) {
            let found = difference(before, after)
            guard !found.lines.isEmpty else { continue }
            if let name { lines.append("# \(name)") }
            lines += found.lines
            values.append(
                .object(
                    JSONObject([
                        ("differences", found.value), ("workload", name.map(JSONValue.string) ?? .null),
                    ])))
        }
        var failure = Diagnostics()
        format.write(lines, .array(values), &failure)
        if failure.hasErrors { return try findings.report(failure) }
        if !values.isEmpty { throw ExitCode.changeFound }
    }

    /// By name; two that stand alone are compared whatever they are called.
    private func pairs(
        _ old: [PolicySource], _ new: [PolicySource]
    ) -> [(name: String?, old: PolicySource?, new: PolicySource?)] {
        if old.count == 1, new.count == 1 { return [(new[0].workload ?? old[0].workload, old[0], new[0])] }
        let matched = old.map { one in (one.workload, one, new.first { $0.workload == one.workload }) }
        let added = new.filter { one in !old.contains { $0.workload == one.workload } }
        return matched + added.map { ($0.workload, nil, $0) }
    }

    private func difference(_ old: PolicySource?, _ new: PolicySource?) -> (lines: [String], value: JSONValue) {
        switch (old, new) {
        case (let old?, let new?):
            let difference = PolicyDifference(from: old.data, to: new.data)
            return (difference.lines, difference.json)
        case (nil, _): return (["newly allowed: the workload"], ["newly allowed"])
        case (_, nil): return (["newly denied: the workload"], ["newly denied"])
        }
    }
}
