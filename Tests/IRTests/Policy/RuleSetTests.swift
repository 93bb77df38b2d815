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

    /// Whatever a policy has, the rules for it call nothing that was left out, and answer all requests.
    @Test static func linkedRulesAreWhole() {
        let single = (0..<32).map { PolicyFeatures(rawValue: 1 << $0) }.filter(PolicyFeatures.all.isSuperset)
        #expect(single.count == 18)
        var sets = [PolicyFeatures.all, []] + single + single.map { PolicyFeatures.all.subtracting($0) }
        for one in single { sets += single.map(one.union) }
        for features in sets {
            let rules = StrictRules.rules.linked(features)
            #expect(RuleProgram(rules).problems.isEmpty, "\(features)")
            #expect(rules.entries.map(\.name) == StrictRules.rules.entries.map(\.name))
            #expect(rules.functions.allSatisfy { !$0.bodies.isEmpty })
        }
    }

    @Test static func linkingDrawsConsequences() {
        let gone = RuleFunction("gone", "x") { RuleBody(needs: .exec) { v.x == 1 } }
        let free = RuleFunction("free", "x") {
            RuleBody(unless: .exec) {}
            RuleBody(needs: .exec) { v.x == 2 }
        }
        let rules = RuleSet(
            profile: .strict,
            entries: [
                RuleEntry("None") { RuleBody { every("x", in: input) { gone(v.x) } } },
                RuleEntry("Some") {
                    RuleBody { gone(input) }
                    RuleBody {
                        not(gone(input))
                        free(input)
                        input == 3
                    }
                    RuleBody { not(free(input)) }
                },
            ], library: [gone, free])
        func answers(_ features: PolicyFeatures, _ name: String, _ input: JSONValue) -> JSONValue? {
            let evaluation = RuleEvaluation(
                RuleProgram(rules.linked(features)), input: input,
                data: PolicyData(profile: .strict, settings: [:], pod: [:]), state: [:], patterns: PatternCache())
            return try? evaluation.answer(name)
        }
        let linked = rules.linked([])
        #expect(linked.functions.isEmpty)
        #expect(linked.entries.map(\.bodies.count) == [1, 1])
        #expect(answers([], "None", []) == true && answers([], "None", [1]) == false)
        #expect(answers([], "Some", 3) == true && answers([], "Some", 1) == false)
        #expect(answers(.exec, "None", [1]) == true && answers(.exec, "None", [1, 2]) == false)
        #expect(answers(.exec, "Some", 1) == true && answers(.exec, "Some", 3) == true)
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
