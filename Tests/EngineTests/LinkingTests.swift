// SPDX-License-Identifier: Apache-2.0

import Attacks
import Engines
import IR
import Testing

/// Policies decide with the rules that are linked for them as they would with all rules.
struct LinkingTests {
    /// Settings with everything in them that only some policies have.
    private func completed(_ policy: PolicyData) -> PolicyData {
        var settings = policy.settings.object ?? JSONObject()
        var base = settings["base"]?.object ?? JSONObject()
        let lists = [
            "devices", "env_templates", "exec_commands", "linux_devices", "more_capabilities", "storages", "vfio",
            "without_mounts",
        ]
        for name in lists where base[name] == nil { base[name] = [] }
        settings["base"] = .object(base)
        for name in ["exec_commands", "exec_patterns"] where settings[name] == nil { settings[name] = [] }
        if settings["allow"] == nil { settings["allow"] = [:] }
        settings["vfio_path"] = "/dev/vfio/devices/vfio"
        return PolicyData(profile: .strict, settings: .object(settings), pod: policy.pod)
    }

    @Test func linkedRulesDecideAsAllRules() throws {
        var mutator = RequestMutator(seed: DifferentialTests.seed &+ 10)
        let all = RuleProgram(StrictRules.rules.linked(.all))
        var judged = 0
        for pod in try Examples.strictPods.get() {
            #expect(pod.policy.features != .all)
            var linked = Agent(pod.policy)
            var whole = Agent(completed(pod.policy), program: all)
            for one in try HonestRequests(pod.policy).life() {
                for _ in 0..<20 {
                    let mutant = mutator.mutant(of: one)
                    var (first, second) = (linked, whole)
                    let answers = (
                        first.answer(mutant.kind, mutant.request), second.answer(mutant.kind, mutant.request)
                    )
                    #expect(
                        answers.0 == answers.1, "\(pod.name): \(mutant.kind) \(JSONPrinter.text(mutant.request))")
                    judged += 1
                }
                #expect(linked.answer(one.kind, one.request).verdict == .allowed)
                #expect(whole.answer(one.kind, one.request).verdict == .allowed)
            }
        }
        #expect(judged > 1_000)
    }
}
