// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

/// Whatever a host asks, in whatever order, what a strict policy promises about the life of containers holds.
struct HostClosureTests {
    /// What has really happened, kept apart from the policy's own state.
    private struct History: Hashable {
        /// Instances that the agent has started and not removed, by container.
        var live: [Set<Int>]
        var wasStarted: [Bool]
        /// Whether an instance that was started has been removed.
        var hasEnded: [Bool]
        /// How many instances were created.
        var created: [Int]
    }

    private struct Node: Hashable {
        var history: History
        var state: JSONValue
    }

    @Test func promisesHoldForOneOfEachKind() throws {
        try explore(KubeletExplorationTests.few, instances: 2)
        if TestScale.isLong { try explore(KubeletExplorationTests.few, instances: 3) }
    }

    @Test(.enabled(if: TestScale.isLong, "CONTRAST_LONG_TESTS is not 1"))
    func promisesHoldForTwoOfEachKind() throws { try explore(KubeletExplorationTests.yaml, instances: 2) }

    private func explore(_ yaml: String, instances: Int) throws {
        let pod = try LifecyclePod(yaml)
        var agent = pod.agent()
        let names = pod.containers.indices
        let first = Node(
            history: History(
                live: names.map { _ in [] }, wasStarted: names.map { _ in false }, hasEnded: names.map { _ in false },
                created: names.map { _ in 0 }),
            state: agent.state)
        var seen: Set<Node> = [first]
        var pending = [first]
        var edges = 0
        var allowed = 0
        func follow(_ node: Node, _ asked: AgentRequest, _ change: (inout History) throws -> Void) throws {
            edges += 1
            agent.restore(node.state)
            guard agent.decide(kind: asked.kind, request: asked.request) == .allowed else { return }
            allowed += 1
            var history = node.history
            try change(&history)
            let next = Node(history: history, state: agent.state)
            if seen.insert(next).inserted { pending.append(next) }
        }
        while let node = pending.popLast() {
            for index in names {
                for instance in 0..<min(instances, node.history.created[index] + 1) {
                    let id = pod.id(index, instance)
                    try follow(node, pod.create(index, id: id)) { history in
                        try #require(instance == history.created[index], "an id was used twice")
                        try #require(history.live[index].isEmpty, "\(index) is created while it runs")
                        try expectTurn(index, pod, history)
                        history.created[index] += 1
                    }
                    try follow(node, pod.start(id)) { history in
                        try #require(instance < history.created[index], "\(index) starts before it is created")
                        try expectTurn(index, pod, history)
                        history.live[index].insert(instance)
                        history.wasStarted[index] = true
                        try #require(history.live[index].count == 1, "two instances of \(index) run")
                    }
                    try follow(node, pod.remove(id)) { history in
                        if history.live[index].remove(instance) != nil { history.hasEnded[index] = true }
                    }
                    // The id of one container for another.
                    guard instance < node.history.created[index] else { continue }
                    try follow(node, pod.create((index + 1) % names.count, id: id)) { _ in
                        try #require(Bool(false), "an id was used for two containers")
                    }
                }
            }
        }
        print(
            "\(pod.containers.count) containers, \(instances) instances: \(seen.count) states, \(edges) requests, \(allowed) allowed"
        )
    }

    private func expectTurn(_ index: Int, _ pod: LifecyclePod, _ history: History) throws {
        for earlier in 0..<index {
            switch pod.containers[earlier].stage {
            case "sandbox", "sidecar": try #require(history.wasStarted[earlier], "\(index) comes before \(earlier)")
            case "init": try #require(history.hasEnded[earlier], "\(index) comes before \(earlier) has ended")
            default: break
            }
        }
    }
}
