// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

/// Each condition of the strict rules is there for something: without it, some request is decided otherwise.
struct MutationScoreTests {
    /// One of so many mutants is tried.
    private static let stride = TestScale.isLong ? 1 : 40

    @Test func weakerRulesAreNoticed() throws {
        let rules = StrictRules.rules
        let suite = try MutationSuite(rules)
        let mutants = RuleMutation.all(of: rules)
        var survivors: [RuleMutation] = []
        for mutant in mutants.enumerated().filter({ $0.offset % Self.stride == 0 }).map(\.element)
        where !suite.notices(mutant) {
            survivors.append(mutant)
        }
        print("\(mutants.count) mutants, \(suite.count) requests, \(survivors.count) survivors")
        let reasons = Dictionary(MutationSurvivors.reasons, uniquingKeysWith: { first, _ in first })
        for survivor in survivors where reasons[survivor.name] == nil {
            Issue.record("nothing notices \(survivor.name)")
        }
        guard TestScale.isLong else { return }
        let names = Set(survivors.map(\.name))
        for (name, _) in MutationSurvivors.reasons where !names.contains(name) {
            Issue.record("is noticed, or does not exist: \(name)")
        }
        let killed = mutants.count - survivors.count
        var lines = [
            "",
            "\(mutants.count) changes, of which \(killed) are noticed: "
                + "\(killed * 1_000 / mutants.count / 10).\(killed * 1_000 / mutants.count % 10) %.",
            "", "| Change | Why nothing notices it |", "| --- | --- |",
        ]
        for survivor in survivors {
            let name = survivor.name.replacing("|", with: "\\|")
            lines.append("| \(name) | \(reasons[survivor.name] ?? "") |")
        }
        try DocumentedTable("mutation.md").expect(lines.joined(separator: "\n") + "\n", after: "<!-- survivors -->\n")
    }
}
