// SPDX-License-Identifier: Apache-2.0

import Attacks
import Engines
import FoundationEssentials
import IR
import Testing

/// The rules as evaluated here decide as the same rules do in real engines, on requests that are almost honest.
///
/// `CONTRAST_TEST_SEED` chooses other requests.
@Suite(.enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"))
struct DifferentialTests {
    static let seed = ProcessInfo.processInfo.environment["CONTRAST_TEST_SEED"].flatMap { UInt64($0) } ?? 20_260_601

    @Test(arguments: 0..<4 as Range<UInt64>)
    func agreesWithRegorus(part: UInt64) throws { try expectAgreement(.regorus, 1_250, Self.seed &+ part) }

    @Test(arguments: 5..<9 as Range<UInt64>)
    func agreesWithRegorusOnStrictPolicies(part: UInt64) throws {
        try expectAgreement(.regorus, 1_250, Self.seed &+ part, Examples.strictPods)
    }

    @Test func agreesWithOPA() throws { try expectAgreement(.opa, 300, Self.seed &+ 4) }

    @Test func agreesWithOPAOnStrictPolicies() throws {
        try expectAgreement(.opa, 300, Self.seed &+ 9, Examples.strictPods)
    }

    private func expectAgreement(
        _ engine: EngineProcess.Engine, _ count: Int, _ seed: UInt64,
        _ pods: Result<[CompiledPod], any Error> = Examples.pods
    ) throws {
        print("\(count) requests to \(engine), seed \(seed)")
        let pods = try pods.get()
        var differential = try Differential(engine, seed: seed)
        while differential.judged < count, differential.disagreements.isEmpty {
            let pod = pods[differential.choose(below: pods.count)]
            try differential.run(
                HonestRequests(pod.policy).life(), pod.policy, text: pod.text, named: pod.name,
                limit: count - differential.judged)
        }
        #expect(differential.disagreements == [])
        // Else only one of the answers would be tried.
        #expect((count / 8..<count * 3 / 4).contains(differential.allowed), "\(differential.allowed) of \(count)")
    }

    /// A disagreement is reduced to what it is about.
    @Test func disagreementsAreReduced() {
        let honest: JSONValue = ["a": 1, "b": [1, ["c": 2, "d": 3]], "e": "f"]
        let mutant: JSONValue = ["a": 2, "b": [5, ["c": 4, "d": 6]], "e": "g"]
        let least = mutant.reduced(towards: honest) { $0["b"]?.array?[1]["d"] == 6 }
        #expect(least == ["a": 1, "b": [1, ["c": 2, "d": 6]], "e": "f"])
    }
}
