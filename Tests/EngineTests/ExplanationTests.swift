// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

/// Why forged requests are denied.
struct ExplanationTests {
    /// The requests of a pod's life up to the last container's, with those forged that concern it.
    private func forEachForgery(
        _ pod: CompiledPod, _ body: (Agent, String, Forgery, JSONValue) throws -> Void
    ) throws {
        var agent = Agent(pod.policy)
        let honest = HonestRequests(pod.policy)
        let last = HonestRequests.id(honest.containers.count - 1)
        for one in try honest.life() {
            let id = one.request["container_id"]?.string
            if id == nil || id == last {
                let strict = pod.policy.profile == .strict ? Forgery.strict(one.kind) : []
                for forgery in Forgery.of(one.kind) + strict {
                    var request = one.request
                    forgery.change(&request)
                    try body(agent, one.kind, forgery, request)
                }
            }
            _ = agent.decide(kind: one.kind, request: one.request)
        }
    }

    /// Watching an evaluation changes neither the decision nor the state.
    @Test func explainingDecidesAlike() throws {
        for pods in [Examples.pods, Examples.strictPods] {
            for pod in try pods.get() {
                var plain = Agent(pod.policy)
                var watched = plain
                for one in try HonestRequests(pod.policy).life() {
                    let (decision, denial) = watched.explain(kind: one.kind, request: one.request)
                    #expect(plain.decide(kind: one.kind, request: one.request) == decision)
                    #expect(watched.state == plain.state && denial == nil)
                }
            }
        }
    }

    @Test func everyForgeryIsExplained() throws {
        for pods in [Examples.pods, Examples.strictPods] {
            for pod in try pods.get() {
                try forEachForgery(pod) { agent, kind, forgery, request in
                    var plain = agent
                    var watched = agent
                    let expected = plain.decide(kind: kind, request: request)
                    let (decision, denial) = watched.explain(kind: kind, request: request)
                    #expect(decision == expected)
                    let found = try #require(denial, "\(pod.name): \(kind): \(forgery.name)")
                    #expect(!found.summary.isEmpty && found.rules.first == kind)
                    print("XX \(pod.policy.profile) \(pod.name) \(kind) | \(forgery.name.prefix(90)) | \(found.summary) | \(found.fieldPath)")
                }
            }
        }
    }
}
