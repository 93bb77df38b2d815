// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Driver
import IR
import Simulation
import Testing

/// What honest hosts ask for each deployment that was not written for this program is allowed by its policy.
@Suite(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
struct SimulationTests {
    private static let shards = 8

    @Test(arguments: 0..<Self.shards, PolicyProfile.allCases)
    func honestRequestsAreAllowed(shard: Int, profile: PolicyProfile) throws {
        let bundles = Bundles()
        let hosts = HostProfile.all
        var judged = 0
        for (number, source) in TestData.deployments.enumerated() where number % Self.shards == shard {
            let lock = LockFromImages.make(for: source)
            guard let compiled = compile(source, lock, profile, bundles, injectsAll: number % 16 == shard) else {
                continue
            }
            let run = SimulationRun(inputs: [InputFile(source: compiled, isNamed: false)], lock: lock)
            // All hosts for some files, one for each of the others: which, goes around.
            let chosen = number % 64 == shard ? hosts : [hosts[(number / Self.shards) % hosts.count]]
            for host in chosen {
                var ignored = Diagnostics()
                // Compat takes one version only.
                var host = host
                if profile == .compat { host.ociVersion = "1.1.0" }
                for outcome in run.run(host, into: &ignored) {
                    guard let text = outcome.policy else { continue }
                    try expectAllowed(outcome, try PolicyReader.read(text), profile, "\(source.path) on \(host)")
                    judged += 1
                }
            }
        }
        #expect(judged > 50)
    }

    private func compile(
        _ source: SourceFile, _ lock: LockFile, _ profile: PolicyProfile, _ bundles: Bundles, injectsAll: Bool
    ) -> SourceFile? {
        var request = GenerateRequest(
            inputs: [InputFile(source: source, isNamed: false)], bundles: bundles, settings: .defaults, lock: lock)
        request.platform = Platform(.metalQEMUSNP)
        request.profile = profile
        request.switches.all = true
        request.switches.injectImageStore = injectsAll
        request.switches.debugShell = injectsAll
        let result = GeneratePipeline(request, toolVersion: "0").run()
        guard !result.diagnostics.hasErrors, let bytes = result.files.first?.bytes else { return nil }
        return SourceFile(path: source.path, bytes: bytes)
    }

    private func expectAllowed(
        _ outcome: SimulationRun.Outcome, _ policy: PolicyData, _ profile: PolicyProfile, _ place: String
    ) throws {
        var agent = Agent(policy)
        for one in outcome.cases {
            let decision = agent.decide(kind: one.kind, request: one.request)
            guard decision != .allowed else { continue }
            Issue.record("\(profile) \(place): \(outcome.name): \(one.description): \(decision)")
            return
        }
    }
}
