// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import IR

/// The meaning of single trees, where it is not obvious.
struct RuleEvaluationTests: RuleLibrary {
    private static let pod: JSONValue = [
        "list": ["a", "b", "b"], "empty": [], "map": ["x": 1, "a": 2], "no": false, "null": nil, "text": "a=b=c",
        "patterns": ["^a", "["],
        "c": [
            "annotations": ["io.katacontainers.config.hypervisor.snp_id_block_Milan": "", "my/note": "x"],
            "runtime_annotations": [],
        ],
    ]

    /// The answer of a rule with one body, `nil` when it is undefined; `null` stands for an error.
    private static func answer(_ body: RuleBody, library: [RuleFunction] = []) -> JSONValue? {
        let rules = RuleSet(profile: .compat, entries: [RuleEntry("Rule") { body }], library: library)
        let program = RuleProgram(rules)
        #expect(program.problems.isEmpty)
        let evaluation = RuleEvaluation(
            program, input: ["n": 1], data: PolicyData(profile: .compat, settings: [:], pod: pod), state: ["k": 0],
            patterns: PatternCache())
        do {
            let answer = try evaluation.answer("Rule")
            return answer == false ? .none : answer
        } catch {
            return .null
        }
    }

    private static let holding: [(String, RuleBody, Bool)] = [
        ("undefined fails", RuleBody { policy.missing }, false),
        ("undefined spreads", RuleBody { count(policy.missing) >= 0 }, false),
        ("undefined is equal to nothing", RuleBody { policy.missing == policy.missing }, false),
        ("undefined is unequal to nothing", RuleBody { policy.missing != 1 }, false),
        ("null holds", RuleBody { policy.null }, true),
        ("false fails", RuleBody { policy.no }, false),
        ("not undefined", RuleBody { not(policy.missing) }, true),
        ("not false", RuleBody { not(policy.no) }, true),
        ("not zero", RuleBody { not(state["k"]) }, false),
        (
            "false can be bound",
            RuleBody {
                bind("x", policy.no); v.x == false
            }, true
        ),
        ("every of none", RuleBody { every("x", in: policy.empty) { false } }, true),
        ("every of undefined", RuleBody { every("x", in: policy.missing) { true } }, false),
        ("every fails at one", RuleBody { every("x", in: policy.list) { v.x == "a" } }, false),
        ("not within every", RuleBody { every("x", in: policy.list) { not(v.x == "c") } }, true),
        (
            "some within every",
            RuleBody {
                every("x", in: policy.list) {
                    some("y", in: policy.list); v.x == v.y
                }
            }, true
        ),
        (
            "some of none",
            RuleBody {
                some("x", in: policy.empty); v.x == v.x
            }, false
        ),
        (
            "some tries all",
            RuleBody {
                some("i", "x", in: policy.list); v.x == "b"; v.i == 2
            }, true
        ),
        (
            "some over an object",
            RuleBody {
                some("k", "x", in: policy.map); v.k == "x"; v.x == 1
            }, true
        ),
        ("sets ignore order and number", RuleBody { set(policy.list) == set(["b", "a"]) }, true),
        ("a set is no array", RuleBody { set(policy.list) == ["a", "b"] }, false),
        ("union", RuleBody { (set(["a"]) | set(["b"])) == set(policy.list) }, true),
        ("difference", RuleBody { (set(policy.list) - set(["b"])) == set(["a"]) }, true),
        ("arrays have no union", RuleBody { (policy.list | policy.list) == policy.list }, false),
        ("membership in an array", RuleBody { isIn("b", policy.list) }, true),
        ("membership in an object is of values", RuleBody { isIn(2, policy.map) }, true),
        ("membership in text", RuleBody { isIn("a", policy.text) }, false),
        ("membership in undefined", RuleBody { not(isIn("a", policy.missing)) }, true),
        ("index out of range", RuleBody { policy.list[3] }, false),
        ("negative index", RuleBody { policy.list[-1] }, false),
        ("text as an index", RuleBody { policy.list["0"] }, false),
        ("comprehension order", RuleBody { arrayOf(v.x) { some("x", in: policy.map) } == [2, 1] }, true),
        ("comprehension of none", RuleBody { arrayOf(v.x) { some("x", in: policy.empty) } == [] }, true),
        ("invalid pattern is undefined", RuleBody { not(matches(policy.patterns[1], "a")) }, true),
        ("pattern on a number", RuleBody { matches("1", input.n) }, false),
        ("order of text is undefined", RuleBody { policy.list[0] <= policy.list[1] }, false),
        ("count of text is undefined", RuleBody { count(policy.text) >= 0 }, false),
        ("split", RuleBody { split(policy.text, "=") == ["a", "b", "c"] }, true),
        ("replace goes from left to right", RuleBody { replace("$$$(x)", "$$", "$") == "$$(x)" }, true),
        ("replace nothing", RuleBody { replace("ab", "", "x") == "ab" }, true),
        ("contains", RuleBody { contains(policy.text, "=b") }, true),
        ("prefix is removed once", RuleBody { trimPrefix("CAP_CAP_X", "CAP_") == "CAP_X" }, true),
        ("before a delimiter", RuleBody { before("=", in: policy.text) == "a" }, true),
        ("before a delimiter that is first", RuleBody { before("=", in: "=a") == "" }, true),
        ("before a delimiter that is not there", RuleBody { before("/", in: policy.text) == policy.text }, true),
        ("before nothing", RuleBody { before("", in: "ab") == "" }, false),
        ("before, by characters", RuleBody { before("=", in: "e\u{301}\u{1F980}=1") == "e\u{301}\u{1F980}" }, true),
        ("before, of a number", RuleBody { before("=", in: 1) == "1" }, false),
        ("number with an exponent", RuleBody { number("1e1") == 10 }, true),
        ("number with space", RuleBody { number(" 7\u{A0}") == 7 }, true),
        ("number with a leading zero", RuleBody { number("010") }, false),
        ("number of a word", RuleBody { number("true") }, false),
        ("bits of negative numbers", RuleBody { bitsOr(-1, 136) == -1 }, true),
        ("base64url", RuleBody { base64URL("00/00?>") == "MDAvMDA_Pg==" }, true),
        ("first group", RuleBody { firstGroup("a(.)", "xab") == "b" }, true),
        ("no match, no group", RuleBody { firstGroup("a(.)", "x") }, false),
        ("texts go by bytes", RuleBody { "\u{E9}" == "e\u{301}" }, false),
    ]

    @Test(arguments: holding.indices)
    static func bodyHolds(index: Int) {
        let (name, body, expected) = Self.holding[index]
        #expect(Self.answer(body) == (expected ? .bool(true) : .none), "\(name)")
    }

    @Test static func goingThroughTextIsAnError() {
        #expect(
            Self.answer(
                RuleBody {
                    some("x", in: policy.text); v.x == "a"
                }) == .null)
    }

    @Test static func differentValuesAreAnError() {
        let one = RuleFunction("one", "x") {
            RuleBody(1) { v.x >= 0 }
            RuleBody(2) { v.x >= 1 }
        }
        #expect(Self.answer(RuleBody(v.r) { bind("r", one(0)) }, library: [one]) == 1)
        #expect(Self.answer(RuleBody(v.r) { bind("r", one(1)) }, library: [one]) == .null)
        #expect(Self.answer(RuleBody(v.x) { some("x", in: policy.list) }) == .null)
        #expect(
            Self.answer(
                RuleBody(v.y) {
                    some("x", in: policy.list); bind("y", count([v.x]))
                }) == 1)
    }

    @Test static func functionOfUndefinedIsUndefined() {
        let any = RuleFunction("any", "x") { RuleBody { true } }
        #expect(Self.answer(RuleBody { any(policy.missing) }, library: [any]) == .none)
        #expect(Self.answer(RuleBody { any(policy.null) }, library: [any]) == true)
    }

    @Test static func variablesOfACallAreItsOwn() {
        let inner = RuleFunction("inner", "x") { RuleBody(v.y) { bind("y", joined([v.x], [v.x])) } }
        let body = RuleBody([v.y, v.z]) {
            bind("y", "kept")
            bind("z", inner("a"))
        }
        #expect(Self.answer(body, library: [inner]) == ["kept", ["a", "a"]])
    }

    @Test static func unknownRuleIsAnError() {
        let evaluation = RuleEvaluation(
            CompatRules.program, input: [:], data: PolicyData(profile: .compat, settings: [:], pod: [:]), state: [:],
            patterns: PatternCache())
        #expect(throws: RuleError.noRule("Nothing")) { try evaluation.answer("Nothing") }
    }

    /// Strict policies compare annotations, but not the content of ID blocks, and refuse blocks that the YAML lacks.
    @Test(arguments: [
        ("io.katacontainers.config.hypervisor.snp_id_block_Milan", "anything", true),
        ("io.katacontainers.config.hypervisor.snp_id_block_Genoa", "", false),
        ("io.katacontainers.config.hypervisor.kernel", "", false),
        ("my/note", "x", true), ("my/note", "y", false), ("my/other", "x", false),
    ])
    func strictAnnotations(_ key: String, _ value: String, _ isAllowed: Bool) {
        let body = RuleBody {
            StrictRules.annotationKnown(Self.policy.c, .literal(.string(key)), .literal(.string(value)))
        }
        #expect((Self.answer(body, library: [StrictRules.annotationKnown]) == true) == isAllowed)
    }
}
