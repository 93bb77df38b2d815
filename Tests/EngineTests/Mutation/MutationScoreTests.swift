// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

/// Each condition of the strict rules is there for something: without it, some request is decided otherwise.
struct MutationScoreTests {
    @Test func mutantsAreMany() {
        let mutants = RuleMutation.all(of: StrictRules.rules)
        #expect(mutants.count > 500)
        #expect(Set(mutants.map(\.name)).count == mutants.count)
    }

    /// A few, of rules that every pod has.
    @Test func weakerRulesOfEveryPodAreNoticed() throws {
        let rules = StrictRules.rules
        let suite = try MutationSuite(rules)
        for owner in ["fresh", "image_pulled", "valid_id"] {
            for mutant in RuleMutation.all(of: rules) where mutant.owner == owner {
                #expect(suite.notices(mutant), "nothing notices \(mutant.name)")
            }
        }
    }

    @Test(.enabled(if: TestScale.isLong, "CONTRAST_LONG_TESTS is not 1"))
    func weakerRulesAreNoticed() throws {
        let rules = StrictRules.rules
        let suite = try MutationSuite(rules)
        let mutants = RuleMutation.all(of: rules)
        var survivors: [RuleMutation] = []
        for mutant in mutants where !suite.notices(mutant) {
            survivors.append(mutant)
            if MutationSurvivors.reason(mutant) == nil { Issue.record("nothing notices \(mutant.name)") }
        }
        print("\(mutants.count) mutants, \(suite.count) requests, \(survivors.count) survivors")
        for (start, _) in MutationSurvivors.reasons where !survivors.contains(where: { $0.name.hasPrefix(start) }) {
            Issue.record("there is a reason for '\(start)', which is noticed")
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
            lines.append("| \(name) | \(MutationSurvivors.reason(survivor) ?? "open") |")
        }
        try DocumentedTable("mutation.md").expect(lines.joined(separator: "\n") + "\n", after: "<!-- survivors -->\n")
    }
}
