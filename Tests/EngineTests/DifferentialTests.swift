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
        let process = try EngineProcess(engine)
        var mutator = RequestMutator(seed: seed)
        var judged = 0
        var allowed = 0
        while judged < count {
            let pod = pods[Int.random(in: pods.indices, using: &mutator.random)]
            try process.load(pod.text)
            var agent = Agent(pod.policy)
            for one in try HonestRequests(pod.policy).life() {
                try process.replaceState(agent.state)
                for _ in 0..<min(Self.weight(one.kind), count - judged) {
                    let mutant = mutator.mutant(of: one)
                    try process.ask(mutant.kind, mutant.request, commit: false)
                    var copy = agent
                    let native = copy.answer(mutant.kind, mutant.request)
                    let answer = try process.answer()
                    #expect(
                        answer == native,
                        """
                        seed \(seed), \(pod.name): \(engine) \(answer), native \(native), \(mutant.kind) \
                        \(JSONPrinter.text(mutant.request)) in state \(JSONPrinter.text(agent.state))
                        """)
                    judged += 1
                    if native.verdict == .allowed { allowed += 1 }
                }
                _ = agent.answer(one.kind, one.request)
            }
        }
        // Else only one of the answers would be tried.
        #expect((count / 8..<count * 3 / 5).contains(allowed), "\(allowed) of \(count)")
    }

    /// How many mutants there are of a request.
    private static func weight(_ kind: String) -> Int {
        switch kind {
        case "CreateContainerRequest": 20
        case "ExecProcessRequest": 10
        case "StartContainerRequest", "SignalProcessRequest", "WaitProcessRequest", "DestroySandboxRequest": 0
        default: 3
        }
    }
}
