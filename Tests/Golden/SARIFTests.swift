// SPDX-License-Identifier: Apache-2.0

import IR
import TestSupport
import Testing

/// Findings of golden cases as SARIF: what the text says, at the same places, in the form that the standard asks for.
@Suite struct SARIFTests {
    /// Cases of one run of generate over files, with a finding that has a place.
    private static let cases = GoldenCase.all.filter { golden in
        guard let commands = try? golden.commands(), commands.count == 1, let command = commands.first,
            command.first == "generate", !command.contains("-"), !command.contains(where: { $0.hasPrefix("--diag") }),
            !command.contains("--log-level")
        else { return false }
        return TextFinding.all(of: golden).contains { $0.line != nil }
    }

    @Test func thereAreEnoughCases() { #expect(Self.cases.count >= 30) }

    @Test(arguments: cases)
    func placesAreExact(_ golden: GoldenCase) throws {
        let run = try SARIFRun(golden)
        #expect(SARIFSchema.problems(run.log, .log) == [])
        #expect(run.results.map(\.finding).sorted() == TextFinding.all(of: golden).sorted())
        #expect(Set(run.results.map(\.fingerprint)).count == run.results.count)
        for result in run.results {
            #expect(run.rules[result.ruleIndex] == result.finding.code)
            let path = result.finding.path
            #expect(!path.hasPrefix("/") && !path.contains(":"), "'\(path)' is not relative")
            // Some findings are about a manifest that is yet to be written.
            guard let region = result.region, path != "manifest.json", let text = run.text(of: path) else { continue }
            #expect(text.holds(region), "\(result.finding): \(region)")
        }
    }

    /// The schema of the standard itself.
    @Test(.enabled(if: Locations.pythonTool("python") != nil, "CONTRAST_REGO_PYTHON is not set"))
    func standardSchemaAccepts() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        var names: [String] = []
        for (index, golden) in Self.cases.enumerated() {
            names.append("\(index).json")
            try workspace.write(JSONPrinter.text(try SARIFRun(golden).log), to: "\(index).json")
        }
        #expect(try workspace.schemaProblems("sarif-2.1.0", names) == "")

        var wrong = try #require(try SARIFRun(Self.cases[0]).log.object)
        wrong["version"] = "2.0"
        try workspace.write(JSONPrinter.text(.object(wrong)), to: "wrong.json")
        #expect(try workspace.schemaProblems("sarif-2.1.0", ["wrong.json"]).contains("$.version"))
    }

    /// Lines that come before change no fingerprint.
    @Test(arguments: cases)
    func fingerprintsSurviveMovedLines(_ golden: GoldenCase) throws {
        let before = try SARIFRun(golden)
        guard before.results.allSatisfy({ $0.finding.path.hasSuffix(".yaml") || $0.region == nil }),
            before.files.allSatisfy({ $0.value.canMove })
        else { return }
        let after = try SARIFRun(golden) { path, text in path.hasSuffix(".yaml") ? "# moved\n# down\n" + text : text }
        #expect(Set(after.results.map(\.fingerprint)) == Set(before.results.map(\.fingerprint)))
        let lines = { (run: SARIFRun) in run.results.compactMap(\.finding.line).sorted() }
        #expect(lines(after) == lines(before).map { $0 + 2 })
    }

    /// A fix, put where it says, settles its finding.
    @Test(arguments: cases)
    func fixesSettleTheirFindings(_ golden: GoldenCase) throws {
        let run = try SARIFRun(golden)
        for result in run.results {
            guard let fix = result.fix else { continue }
            let fixed = try SARIFRun(golden) { path, text in path == fix.path ? SourceText(text).replacing(fix) : text }
            let rest = fixed.results.filter { $0.fingerprint == result.fingerprint }
            #expect(rest.isEmpty, "\(result.finding) is still there")
        }
    }

    @Test func fixesAreThere() throws {
        let count = try Self.cases.reduce(0) { try $0 + SARIFRun($1).results.count { $0.fix != nil } }
        #expect(count >= 3)
    }
}
