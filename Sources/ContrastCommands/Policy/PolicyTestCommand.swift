// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR

/// `contrast policy test`.
struct PolicyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Decide agent requests by a policy, natively.",
        discussion: """
            The policy is Rego text that generate emitted, or a compiled YAML file. The test cases are a JSON list of \
            objects with 'description', 'allowed', 'kind' and 'request'; they run in order, and state carries over. \
            Exits with 1 unless every case is decided as expected.

            Example:
              contrast policy test deployment/web.yaml testcases.json
            """)

    @Option(help: ArgumentHelp("The workload, where the YAML has several.", valueName: "name"))
    var workload: String?

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("Rego text or compiled YAML.", valueName: "policy"))
    var policy: String

    @Argument(help: ArgumentHelp("Test cases.", valueName: "testcases.json"))
    var testCases: String

    /// Bytes of a file of test cases.
    private static let testCasesLimit = 1 << 30

    func run() throws {
        var diagnostics = Diagnostics()
        let policy = PolicySource.readOne(policy, workload: workload, &diagnostics)?.data
        let cases = readCases(&diagnostics)
        guard let policy, let cases else { return try findings.report(diagnostics) }
        try findings.show(diagnostics)
        let report = PolicyTest.run(policy, cases)
        do throws(FileError) {
            try FileSystem.writeOutput(Array((report.lines.joined(separator: "\n") + "\n").utf8))
        } catch {
            var failure = Diagnostics()
            failure.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
            return try findings.report(failure)
        }
        if report.failed > 0 { throw ExitCode(1) }
    }

    private func readCases(_ diagnostics: inout Diagnostics) -> [PolicyTest.Case]? {
        guard let source = SourceReader().read(testCases, limit: Self.testCasesLimit, &diagnostics) else { return nil }
        do throws(PolicyTest.CaseError) {
            return try PolicyTest.parse(source.bytes)
        } catch {
            let range =
                error.pointer.map { JSONLocator.nearest(to: $0, in: source) }
                ?? error.offset.map { SourceRange(source, $0, min($0 + 1, source.bytes.count)) }
            diagnostics.error(.malformedTestCases, error.message, at: range, path: testCases)
            return nil
        }
    }
}
