// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

/// All that a kubelet may do with a pod is allowed, in every order: the product of its model and the policy's state, searched
/// breadth first.
struct KubeletExplorationTests {
    private struct Node: Hashable {
        var model: KubeletModel.State
        var state: JSONValue
    }

    /// One of each kind, for tests that are to be quick.
    static let few = """
          initContainers:
          - {name: one, image: "registry.example/a:1"}
          - {name: side, image: "registry.example/a:1", restartPolicy: Always}
          containers:
          - {name: web, image: "registry.example/a:1"}
        """

    /// Two of them, and a sidecar.
    static let yaml = """
          initContainers:
          - {name: one, image: "registry.example/a:1"}
          - {name: side, image: "registry.example/a:1", restartPolicy: Always}
          - {name: two, image: "registry.example/a:1"}
          containers:
          - {name: web, image: "registry.example/a:1"}
          - {name: db, image: "registry.example/a:1"}
        """

    @Test func stateDoesNotDependOnWhatContainersAreLike() {
        for function in StrictRules.rules.reached(from: StrictRules.containerMatches.name) {
            for case .state in function.bodies.flatMap(\.all) {
                Issue.record("\(function.name) reads the state")
            }
        }
    }

    @Test(arguments: KubeletModel.RestartPolicy.allCases)
    func legalRunsAreAllowed(policy: KubeletModel.RestartPolicy) throws {
        let pod = try LifecyclePod(TestScale.isLong ? Self.yaml : Self.few)
        let stages = pod.containers.map(\.stage)
        #expect(Set(stages) == ["sandbox", "init", "sidecar", "main"])
        let limit = TestScale.isLong ? 3 : 2
        let model = KubeletModel(stages: stages, restartPolicy: policy, instanceLimit: limit)
        var agent = pod.agent()
        let first = Node(model: model.initial, state: agent.state)
        var nodes = [first]
        var numbers = [first: 0]
        var origins: [[Int]] = [[]]
        var edges = 0
        var next = 0
        while next < nodes.count {
            let node = nodes[next]
            for step in model.steps(from: node.model) {
                edges += 1
                var state = node.state
                if let request = step.request {
                    agent.restore(node.state)
                    let asked = try Self.request(request, pod)
                    let decision = agent.decide(kind: asked.kind, request: asked.request)
                    try #require(decision == .allowed, "\(request) in \(node.model)")
                    state = agent.state
                }
                let found = Node(model: step.next, state: state)
                if let known = numbers[found] {
                    origins[known].append(next)
                } else {
                    numbers[found] = nodes.count
                    nodes.append(found)
                    origins.append([next])
                }
            }
            try Self.expectEnd(node, pod, &agent)
            next += 1
        }
        print("restart policy \(policy), \(limit) instances: \(nodes.count) states, \(edges) edges")
        // From wherever something can still be tried, the pod can come to run.
        var canRun = Set(nodes.indices.filter { model.isRunning(nodes[$0].model) })
        #expect(!canRun.isEmpty)
        var pending = Array(canRun)
        while let index = pending.popLast() {
            for origin in origins[index] where canRun.insert(origin).inserted { pending.append(origin) }
        }
        let stuck = nodes.indices.filter { !canRun.contains($0) && !model.isExhausted(nodes[$0].model) }
        #expect(stuck.isEmpty, "\(stuck.count) states, first \(stuck.first.map { nodes[$0].model } as Any)")
    }

    private static func request(_ request: KubeletModel.Request, _ pod: LifecyclePod) throws -> AgentRequest {
        switch request {
        case .createSandbox: pod.createSandbox()
        case .create(let index, let instance): pod.create(index, id: pod.id(index, instance))
        case .start(let index, let instance): try pod.start(pod.id(index, instance))
        case .remove(let index, let instance): try pod.remove(pod.id(index, instance))
        }
    }

    /// At any time the pod may be stopped, and what was left behind be cleaned up late.
    private static func expectEnd(_ node: Node, _ pod: LifecyclePod, _ agent: inout Agent) throws {
        agent.restore(node.state)
        for index in pod.containers.indices.reversed() {
            for instance in 0...max(0, node.model.containers[index].instance) {
                let asked = try pod.remove(pod.id(index, instance))
                let decision = agent.decide(kind: asked.kind, request: asked.request)
                try #require(decision == .allowed, "end of \(index) in \(node.model)")
            }
        }
        try #require(agent.decide(kind: "DestroySandboxRequest", request: [:]) == .allowed)
    }
}
