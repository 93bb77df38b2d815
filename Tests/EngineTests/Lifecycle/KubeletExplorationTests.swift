// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

/// All that a kubelet may do with a pod is allowed, in every order: the product of its model and the policy's state, searched
/// breadth first.
struct KubeletExplorationTests {
    private struct Node: Hashable {
        var model: KubeletModel.State
        /// Of the policy.
        var state: Int
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

    /// Containers, and how many instances of each there may be.
    struct Mix: Sendable, CustomTestStringConvertible {
        var yaml: String
        var instances: Int

        var testDescription: String { "\(yaml.matches(of: /name:/).count) containers, \(instances) instances" }
    }

    private static let mixes =
        TestScale.isLong
        ? [Mix(yaml: few, instances: 3), Mix(yaml: yaml, instances: 3)] : [Mix(yaml: few, instances: 2)]

    @Test(arguments: KubeletModel.RestartPolicy.allCases, mixes)
    func legalRunsAreAllowed(policy: KubeletModel.RestartPolicy, mix: Mix) throws {
        let pod = try LifecyclePod(mix.yaml)
        let stages = pod.containers.map(\.stage)
        #expect(Set(stages) == ["sandbox", "init", "sidecar", "main"])
        let model = KubeletModel(stages: stages, restartPolicy: policy, instanceLimit: mix.instances)
        var automaton = PolicyAutomaton(pod)
        let first = Node(model: model.initial, state: PolicyAutomaton.first)
        var nodes = [first]
        var numbers = [first: 0]
        var origins: [[Int32]] = [[]]
        var edges = 0
        var next = 0
        while next < nodes.count {
            let node = nodes[next]
            for step in model.steps(from: node.model) {
                edges += 1
                var state = node.state
                if let request = step.request {
                    let after = try automaton.state(after: request, in: state)
                    state = try #require(after, "\(request) in \(node.model)")
                }
                let found = Node(model: step.next, state: state)
                if let known = numbers[found] {
                    origins[known].append(Int32(next))
                } else {
                    numbers[found] = nodes.count
                    nodes.append(found)
                    origins.append([Int32(next)])
                }
            }
            try Self.expectEnd(node, &automaton)
            next += 1
        }
        print(
            "\(stages.count) containers, restart policy \(policy), \(mix.instances) instances: \(nodes.count) states, "
                + "\(edges) edges; the policy has \(automaton.count) states, \(automaton.decisions) decisions")
        // From wherever something can still be tried, the pod can come to run.
        let running = nodes.indices.filter { model.isRunning(nodes[$0].model) }
        #expect(!running.isEmpty)
        var canRun = [Bool](repeating: false, count: nodes.count)
        for index in running { canRun[index] = true }
        var pending = running
        while let index = pending.popLast() {
            for origin in origins[index].map(Int.init) where !canRun[origin] {
                canRun[origin] = true
                pending.append(origin)
            }
        }
        let stuck = nodes.indices.filter { !canRun[$0] && !model.isExhausted(nodes[$0].model) }
        #expect(stuck.isEmpty, "\(stuck.count) states, first \(stuck.first.map { nodes[$0].model } as Any)")
    }

    /// At any time the pod may be stopped, and what was left behind be cleaned up late.
    private static func expectEnd(_ node: Node, _ automaton: inout PolicyAutomaton) throws {
        var state = node.state
        for (index, container) in node.model.containers.enumerated().reversed() {
            for instance in 0...max(0, container.instance) {
                state = try #require(
                    try automaton.state(after: .remove(index, instance: instance), in: state),
                    "end of \(index) in \(node.model)")
            }
        }
        try #require(try automaton.state(after: .destroySandbox, in: state) != nil, "end in \(node.model)")
    }
}
