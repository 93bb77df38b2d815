// SPDX-License-Identifier: Apache-2.0

import Attacks
import Driver
import Engines
import FoundationEssentials
import IR
import Testing

/// Native evaluation and engines agree on a hundred thousand requests for pods that were not written for this program.
@Suite(
    .enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"),
    .enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"),
    .enabled(if: TestScale.isLong, "CONTRAST_LONG_TESTS is not 1"))
struct DifferentialTests {
    private static let seed =
        ProcessInfo.processInfo.environment["CONTRAST_TEST_SEED"].flatMap { UInt64($0) } ?? 20_260_701
    private static let shards = 2
    private static let podsPerShard = 20

    @Test(arguments: 0..<Self.shards) func agreesWithRegorus(shard: Int) throws {
        try expectAgreement(.regorus, 50_000, shard)
    }

    @Test func agreesWithOPA() throws { try expectAgreement(.opa, 6_000, 0) }

    private func expectAgreement(_ engine: EngineProcess.Engine, _ count: Int, _ shard: Int) throws {
        let seed = Self.seed &+ UInt64(shard)
        let pods = Self.pods(shard)
        try #require(pods.count == Self.podsPerShard)
        print("\(count) requests for \(pods.count) pods to \(engine), seed \(seed)")
        var differential = try Differential(engine, seed: seed)
        var next = 0
        while differential.judged < count, differential.disagreements.isEmpty {
            let pod = pods[next % pods.count]
            next += 1
            try differential.run(
                pod.requests, pod.policy, text: pod.text, named: pod.name, limit: count - differential.judged)
        }
        #expect(differential.disagreements == [])
        #expect(next >= pods.count, "some pods were not reached")
        print("\(differential.judged) judged, \(differential.allowed) allowed")
    }

    /// From all over the corpus.
    private static func pods(_ shard: Int) -> [SimulatedLife] {
        let bundles = Bundles()
        let sources = TestData.deployments
        let step = max(1, sources.count / (podsPerShard * shards * 2))
        var pods: [SimulatedLife] = []
        for (number, source) in sources.enumerated() where number % step == shard % step {
            pods += CorpusPods.strictLives(number, source, bundles).prefix(1)
            if pods.count == podsPerShard { break }
        }
        return pods
    }
}
