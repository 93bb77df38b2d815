// SPDX-License-Identifier: Apache-2.0

import Attacks
import Driver
import Engines
import IR
import Testing

/// The catalogue of attacks, tried on deployments that were not written for this program.
@Suite(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
struct AttackTests {
    private static let shards = 2
    /// One of so many files is attacked.
    private static let stride = TestScale.isLong ? 1 : 60
    /// Files of a pod are many, and alike.
    private static let limit = 12
    /// What has no occasion in them, but has one in the examples: nobody numbers the pods of a Job.
    private static let withoutOccasion = ["env-index-text"]

    @Test(arguments: 0..<Self.shards)
    func nativeEvaluationDenies(shard: Int) {
        var run = AttackRun(limit: Self.limit)
        var pods = 0
        forEachPod(shard) { pod, place in
            run.run(pod.requests, pod.policy, named: place)
            pods += 1
        }
        print("\(pods) pods, \(run.outcomes.count) kinds of attacks, tried \(run.appliedCount) times")
        #expect(pods > 2)
        #expect(run.stuck == [])
        #expect(run.holes == [])
        if TestScale.isLong { #expect(run.unused == Self.withoutOccasion) }
    }

    /// Of each pod, some attacks; which, goes around.
    @Test(.enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"), arguments: 0..<Self.shards)
    func regorusDenies(shard: Int) throws {
        let process = try EngineProcess(.regorus)
        let stride = TestScale.isLong ? 15 : 7
        var tried = 0
        var pods = 0
        try forEachPod(shard) { pod, place in
            try process.load(pod.text)
            let sample = Attack.catalogue.enumerated().filter { ($0.offset + pods) % stride == 0 }.map(\.element)
            var run = AttackRun(sample, limit: Self.limit)
            try run.run(pod.requests, pod.policy, named: place) { trial in
                try process.replaceState(trial.state)
                try process.ask(trial.forged.kind, trial.forged.request, commit: false)
                return try process.answer().verdict == .allowed
            }
            #expect(run.holes == [])
            tried += run.appliedCount
            pods += 1
        }
        print("\(pods) pods, attacked \(tried) times before regorus")
        #expect(tried > 100)
    }

    private func forEachPod(_ shard: Int, _ body: (SimulatedLife, String) throws -> Void) rethrows {
        let bundles = Bundles()
        for (number, source) in TestData.deployments.enumerated()
        where number % (Self.shards * Self.stride) == shard * Self.stride {
            for pod in CorpusPods.strictLives(number, source, bundles) { try body(pod, "\(source.path): \(pod.name)") }
        }
    }
}
