// SPDX-License-Identifier: Apache-2.0

import Attacks
import Backends
import Compiler
import Driver
import IR
import Simulation
import Testing

/// What honest hosts ask for each deployment that was not written for this program is allowed by its policy.
@Suite(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
struct SimulationTests {
    private static let shards = 2
    /// One of so many files is judged, as the native evaluator takes its time in a debug build.
    private static let stride = TestScale.isLong ? 1 : 6

    @Test(arguments: 0..<Self.shards, PolicyProfile.allCases)
    func honestRequestsAreAllowed(shard: Int, profile: PolicyProfile) {
        let bundles = Bundles()
        let hosts = HostProfile.all
        var judged = 0
        var requests = 0
        for (number, source) in TestData.deployments.enumerated()
        where number % (Self.shards * Self.stride) == shard * Self.stride {
            let lock = LockFromImages.make(for: source)
            guard let compiled = compile(source, lock, profile, bundles, injectsAll: number % 5 == 0) else {
                continue
            }
            let run = SimulationRun(inputs: [InputFile(source: compiled, isNamed: false)], lock: lock)
            // All hosts for some files, one for each of the others: which, goes around.
            let chosen = number == Self.stride * shard ? hosts : [hosts[(number / Self.stride) % hosts.count]]
            for host in chosen {
                var ignored = Diagnostics()
                // Compat takes one version only.
                var host = host
                if profile == .compat { host.ociVersion = "1.1.0" }
                for outcome in run.run(host, into: &ignored) {
                    guard let text = outcome.policy, CorpusPods.isRunnable(outcome.name)
                    else { continue }
                    let place = "\(profile) \(source.path) on \(host): \(outcome.name)"
                    do throws(PolicyReadError) {
                        expectAllowed(outcome, try PolicyReader.read(text), place)
                    } catch {
                        Issue.record("\(place): \(error.message)")
                    }
                    judged += 1
                    requests += outcome.cases.count
                }
            }
        }
        print("\(profile), shard \(shard): \(judged) lives of pods, \(requests) requests")
        #expect(judged > 10)
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
        // Generate warns of what compat cannot allow.
        if profile == .compat, result.diagnostics.all.contains(where: { $0.code == .unsupportedEnvSource }) {
            return nil
        }
        guard !result.diagnostics.hasErrors, let bytes = result.files.first?.bytes else { return nil }
        return SourceFile(path: source.path, bytes: bytes)
    }

    private func expectAllowed(_ outcome: SimulationRun.Outcome, _ policy: PolicyData, _ place: String) {
        var agent = Agent(policy)
        for one in outcome.cases {
            var before = agent
            let decision = agent.decide(kind: one.kind, request: one.request)
            guard decision != .allowed else { continue }
            let denial = before.explain(kind: one.kind, request: one.request).1
            // Compat expects the group of the image beside that of the security context, as no host sends it.
            if policy.profile == .compat, denial?.aspect == "gids" { return }
            Issue.record("\(place): \(one.description): \(denial?.summary ?? "\(decision)")")
            return
        }
    }
}
