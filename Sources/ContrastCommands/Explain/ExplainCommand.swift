// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Compiler
internal import Driver
internal import IR

/// `contrast explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why the policy denies a request, and what to change.",
        discussion: """
            Reads requests and decides them in order, as the agent would. For each that is denied it prints the cause, \
            the rule, the field of the request, what is there and what was expected, where in the YAML or the lock the \
            expectation came from, and the change to make.

            Requests are test cases as for 'policy test', lines of the agent's request log, or a message of the agent or \
            of Kubernetes that says '… is blocked by policy'. Exits with 1 when a request is denied, with 0 when all are \
            allowed.

            Example:
              contrast explain --yaml deployment/web.yaml --lock contrast.lock requests.json
              kubectl get events -o json | jq -r '.items[].message' | contrast explain --yaml deployment/web.yaml -
            """)

    @Option(help: ArgumentHelp("Compiled YAML; may be given more than once.", valueName: "file"))
    var yaml: [String] = []

    @Option(help: ArgumentHelp("Rego text of a policy, in place of YAML.", valueName: "policy.rego"))
    var policy: String?

    @Option(help: ArgumentHelp("The lock that the YAML was compiled with.", valueName: "file"))
    var lock: String?

    @Option(help: ArgumentHelp("The workload, where the YAML has several.", valueName: "name"))
    var workload: String?

    @Option(help: "Form of the output: text or json.")
    var format = OutputFormat.text

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("Requests, or '-'.", valueName: "requests"))
    var requests: String

    /// Bytes of a file of requests.
    private static let requestsLimit = 1 << 30

    func validate() throws {
        if yaml.isEmpty == (policy == nil) { throw ValidationError("give either '--yaml' or '--policy'") }
    }

    func run() throws {
        var diagnostics = Diagnostics()
        let source = readPolicy(&diagnostics)
        let recorded = readRequests(&diagnostics)
        let lock = lock.flatMap { SourceReader().read($0, limit: InputLimits.fileSize, &diagnostics) }
        guard let source, let recorded, !diagnostics.hasErrors else { return try findings.report(diagnostics) }
        let locator = source.workload.flatMap { ExpectationLocator(workload: $0, in: source.file, lock: lock) }
        let explanations = Self.explain(recorded.requests, source, locator)
        let denied = explanations.count
        let lines =
            denied == 0
            ? ["allowed: \(recorded.requests.count) \(recorded.requests.count == 1 ? "request" : "requests")"]
            : [explanations.map { $0.lines.joined(separator: "\n") }.joined(separator: "\n\n")]
        format.write(lines, .array(explanations.map(\.json)), &diagnostics)
        try findings.report(diagnostics)
        if denied > 0 { throw ExitCode(1) }
    }

    private static func explain(
        _ requests: [RecordedRequests.Request], _ source: PolicySource, _ locator: ExpectationLocator?
    ) -> [Explanation] {
        var agent = Agent(source.data)
        var explanations: [Explanation] = []
        for (index, request) in requests.enumerated() {
            let place = Explanation.Place(number: index + 1, count: requests.count, description: request.description)
            guard let content = request.content else {
                explanations.append(Explanation(place, Denial.unknown(request.kind), nil))
                continue
            }
            guard let denial = agent.explain(kind: request.kind, request: content).1 else { continue }
            explanations.append(Explanation(place, denial, locator?.place(of: denial)))
        }
        return explanations
    }

    private func readPolicy(_ diagnostics: inout Diagnostics) -> PolicySource? {
        if let policy { return PolicySource.readOne(policy, workload: workload, &diagnostics) }
        var all: [PolicySource] = []
        for path in yaml {
            // A workload may be in any of the files.
            all += PolicySource.read(path, workload: yaml.count == 1 ? workload : nil, &diagnostics)
        }
        if yaml.count > 1, let workload {
            all = all.filter { $0.workload == workload || $0.workload?.hasSuffix("/\(workload)") ?? false }
            if all.isEmpty, !diagnostics.hasErrors {
                diagnostics.error(.notAPolicy, "there is no workload '\(workload)' with a policy in the files")
            }
        }
        return PolicySource.one(all, yaml.joined(separator: ", "), &diagnostics)
    }

    private func readRequests(_ diagnostics: inout Diagnostics) -> RecordedRequests? {
        guard let source = SourceReader().read(requests, limit: Self.requestsLimit, &diagnostics) else { return nil }
        do throws(RecordedRequests.Failure) {
            return try RecordedRequests(source.bytes)
        } catch {
            diagnostics.error(.malformedTestCases, error.message, path: requests)
            return nil
        }
    }
}
