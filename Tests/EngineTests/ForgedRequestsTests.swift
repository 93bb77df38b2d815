// SPDX-License-Identifier: Apache-2.0

import Attacks
import Engines
import IR
import Testing

/// Single changes to honest requests for the examples are denied.
@Suite(.enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"))
struct ForgedRequestsTests {
    @Test func regorusDeniesAll() throws {
        #expect(Forgery.create.count >= 25)
        try expectDenied(try Examples.pods.get(), .regorus)
    }

    @Test func opaDeniesAll() throws {
        try expectDenied(Array(try Examples.pods.get().prefix(1)), .opa)
    }

    @Test func regorusDeniesAllUnderStrictPolicies() throws {
        try expectDenied(try Examples.strictPods.get(), .regorus) { Forgery.of($0) + Forgery.strict($0) }
    }

    @Test func opaDeniesAllUnderStrictPolicies() throws {
        try expectDenied(Array(try Examples.strictPods.get().prefix(1)), .opa) { Forgery.of($0) + Forgery.strict($0) }
    }

    /// Requests for the last container of each pod; those for the others are alike.
    private func expectDenied(
        _ pods: [CompiledPod], _ engine: EngineProcess.Engine, _ forgeries: (String) -> [Forgery] = Forgery.of
    ) throws {
        let process = try EngineProcess(engine)
        for pod in pods {
            try process.load(pod.text)
            var agent = Agent(pod.policy)
            let honest = HonestRequests(pod.policy)
            let last = HonestRequests.id(honest.containers.count - 1)
            for one in try honest.life() {
                let id = one.request["container_id"]?.string
                if id == nil || id == last {
                    try process.replaceState(agent.state)
                    try process.ask(one.kind, one.request, commit: false)
                    #expect(try process.answer().verdict == .allowed, "\(pod.name): \(one.kind)")
                    for forgery in forgeries(one.kind) {
                        var request = one.request
                        forgery.change(&request)
                        request = try RequestMessage.fill(kind: one.kind, request)
                        try process.ask(one.kind, request, commit: false)
                        var copy = agent
                        let native = copy.answer(one.kind, request)
                        let answer = try process.answer()
                        #expect(native.verdict != .allowed, "\(pod.name): \(one.kind): \(forgery.name)")
                        #expect(answer.verdict != .allowed, "\(pod.name): \(one.kind): \(forgery.name): \(engine)")
                    }
                }
                _ = agent.answer(one.kind, one.request)
            }
        }
    }
}
