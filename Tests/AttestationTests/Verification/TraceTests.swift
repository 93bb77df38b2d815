// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import Testing

struct TraceTests {
    private struct Subject {
        var number = 3
        var text = "three"
    }

    private static let number = Rule("test.number", "the number is right", clause: "nowhere")
    private static let text = Rule("test.text", "the text is right", clause: "nowhere")

    private func list(_ number: Int, _ text: String, _ index: Int = 0) -> [Requirement<Subject>] {
        let path = ManifestPath().key("values").index(index)
        return requirements {
            Requirement(
                Self.number, field: "NUMBER", of: \.number, equals: number, origin: path.key("Number"),
                shown: String.init)
            if !text.isEmpty {
                Requirement(Self.text, field: "TEXT", of: \.text, equals: text, shown: { "'\($0)'" })
            }
        }
    }

    @Test func recordsEveryStepAndReportsEveryFailure() throws {
        var trace = Trace()
        try trace.require(list(3, "three"), of: Subject())
        #expect(trace.steps.map(\.outcome) == [.met, .met])
        let failure = #expect(throws: VerificationFailure.self) { try trace.require(list(4, "four"), of: Subject()) }
        #expect(failure?.steps.map(\.rule) == [Self.number, Self.text])
        #expect(
            failure?.description
                == "NUMBER: expected 4 (values[0].Number), found 3; TEXT: expected 'four', found 'three'")
        #expect(trace.steps.count == 4 && trace.failures.count == 2)
    }

    @Test func appliesToParts() throws {
        struct Whole { var part = Subject() }
        let onPart = list(3, "")[0].on { (whole: Whole) in whole.part }
        #expect(onPart.shortfall(of: Whole()) == nil)
        #expect(onPart.shortfall(of: Whole(part: Subject(number: 1)))?.found == "1")
    }

    @Test func takesAnyEntryAndExplainsTheNearest() throws {
        let entries = [(4, "four"), (4, "three"), (3, "three"), (3, "three")].enumerated().map { index, values in
            Alternatives<Subject>.Entry(
                path: ManifestPath().key("values").index(index), requirements: list(values.0, values.1, index))
        }
        var trace = Trace()
        let path = try Alternatives(entries).require(of: Subject(), rule: Self.number, trace: &trace)
        #expect(path.text == "values[2]")
        #expect(trace.steps.map(\.outcome) == [.met, .met])
        let failure = #expect(throws: VerificationFailure.self) {
            var trace = Trace()
            try Alternatives(Array(entries.prefix(2))).require(of: Subject(), rule: Self.number, trace: &trace)
        }
        #expect(failure?.steps.first?.shortfall?.origin?.text == "values[1].Number")
        #expect(failure?.steps.count == 1)
    }

    @Test func failsWithoutEntries() {
        var trace = Trace()
        #expect(throws: VerificationFailure.self) {
            try Alternatives<Subject>([]).require(of: Subject(), rule: Self.number, trace: &trace)
        }
        #expect(trace.failures.count == 1)
    }

    @Test func stepsYieldValuesOrThrow() throws {
        var trace = Trace()
        #expect(try trace.step(Self.number) { () throws(Shortfall) in 7 } == 7)
        #expect(throws: VerificationFailure.self) {
            try trace.step(Self.text) { () throws(Shortfall) in throw Shortfall("F", expected: "a", found: "b") }
        }
        trace.skip(Self.text, because: "nobody asked")
        #expect(trace.steps.map(\.rule.id) == ["test.number", "test.text", "test.text"])
    }
}
