// SPDX-License-Identifier: Apache-2.0

import Attacks
import Engines
import IR
import Testing

/// What honest hosts ask for the examples is allowed, from the first request to the last.
@Suite(.enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"))
struct HonestRequestsTests {
    @Test func regorusAllowsAll() throws {
        let pods = try Examples.pods.get()
        #expect(pods.count == 11)
        try expectAllowed(pods, .regorus)
    }

    @Test func regorusAllowsAllUnderStrictPolicies() throws { try expectAllowed(Examples.strictPods.get(), .regorus) }

    @Test func opaAllowsAllUnderStrictPolicies() throws {
        try expectAllowed(Array(try Examples.strictPods.get().prefix(1)), .opa)
    }

    /// Every change of state makes this engine start anew, so only two pods take this test.
    @Test func opaAllowsAll() throws {
        try expectAllowed(Array(try Examples.pods.get().prefix(2)), .opa)
    }

    private func expectAllowed(_ pods: [CompiledPod], _ engine: EngineProcess.Engine) throws {
        let process = try EngineProcess(engine)
        var kinds: Set<String> = []
        for pod in pods {
            try process.load(pod.text)
            var agent = Agent(pod.policy)
            for one in try HonestRequests(pod.policy).life() {
                try process.ask(one.kind, one.request)
                let native = agent.answer(one.kind, one.request)
                let answer = try process.answer()
                kinds.insert(one.kind)
                #expect(native.verdict == .allowed, "\(pod.name): \(native): \(JSONPrinter.text(one.request))")
                #expect(answer == native, "\(pod.name): \(one.kind): \(engine) \(answer), native \(native)")
            }
        }
        #expect(kinds.count >= 10)
    }
}
