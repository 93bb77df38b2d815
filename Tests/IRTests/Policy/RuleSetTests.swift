// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import IR

struct RuleSetTests: RuleLibrary {
    @Test static func compatRulesAreSound() {
        #expect(CompatRules.program.problems.isEmpty)
        let names = CompatRules.rules.functions.map(\.name) + CompatRules.rules.entries.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test static func compatAnswersAllRequestsOfTheAgent() {
        #expect(CompatRules.rules.entries.count == 44)
        let entries = Set(CompatRules.rules.entries.map(\.name))
        #expect(RequestSchema.messages.keys.filter { $0.hasSuffix("Request") && !entries.contains($0) }.isEmpty)
        let open = CompatRules.rules.entries.filter(\.fallback).map(\.name).sorted()
        #expect(
            open == [
                "DestroySandboxRequest", "GetOOMEventRequest", "GuestDetailsRequest", "OnlineCPUMemRequest",
                "RemoveContainerRequest", "RemoveStaleVirtiofsShareMountsRequest", "SignalProcessRequest",
                "StartContainerRequest", "StatsContainerRequest", "TtyWinResizeRequest", "WaitProcessRequest",
            ])
    }

    /// Both profiles answer the same requests; strict ones answer by their content where containers come and go.
    @Test static func strictRulesAreWhole() {
        #expect(PolicyProfile.strict.program.problems.isEmpty)
        let names = Set(PolicyProfile.strict.rules.entries.map(\.name))
        #expect(names == Set(PolicyProfile.compat.rules.entries.map(\.name)))
        let open = Set(PolicyProfile.strict.rules.entries.filter(\.fallback).map(\.name))
        let openInCompat = Set(PolicyProfile.compat.rules.entries.filter(\.fallback).map(\.name))
        #expect(openInCompat.subtracting(open) == ["RemoveContainerRequest", "StartContainerRequest"])
        #expect(open.isSubset(of: openInCompat))
    }

    @Test static func linkingKeepsWhatIsReached() {
        let leaf = RuleFunction("leaf") { RuleBody { true } }
        let middle = RuleFunction("middle", "x") { RuleBody { every("y", in: v.x) { not(leaf()) } } }
        let lonely = RuleFunction("lonely") { RuleBody { middle([]) } }
        let rules = RuleSet(
            profile: .compat,
            entries: [RuleEntry("Rule") { RuleBody { arrayOf(middle(v.x)) { some("x", in: input) } } }],
            library: [lonely, leaf, middle])
        #expect(rules.functions.map(\.name) == ["leaf", "middle"])
    }

    @Test static func mistakesInRulesAreFound() {
        let circle = RuleFunction("circle", "x") { RuleBody { RuleExpression.call("circle", [v.x]) } }
        let rules = RuleSet(
            profile: .compat,
            entries: [
                RuleEntry("Rule") {
                    RuleBody { circle(v.unbound) }
                    RuleBody { circle(1, 2) }
                    RuleBody { RuleExpression.call("nobody", []) }
                }
            ],
            library: [circle])
        let program = RuleProgram(rules)
        #expect(
            program.problems == [
                "'Rule' refers to 'unbound', which is not bound", "'circle' leads back to itself",
                "'Rule' calls 'circle' with the wrong number of arguments",
                "'Rule' calls 'nobody', which does not exist",
            ])
        let evaluation = RuleEvaluation(
            program, input: [:], data: PolicyData(profile: .compat, settings: [:], pod: [:]), state: [:],
            patterns: PatternCache())
        #expect(throws: Never.self) { try #expect(evaluation.answer("Rule") == false) }
    }

    @Test static func nameOfAnInnerBindingEndsWithIt() {
        let rules = RuleSet(
            profile: .compat,
            entries: [
                RuleEntry("Rule") {
                    RuleBody {
                        arrayOf(v.x) { some("x", in: input) } == []
                        v.x == 1
                    }
                }
            ], library: [])
        #expect(RuleProgram(rules).problems == ["'Rule' refers to 'x', which is not bound"])
    }
}
