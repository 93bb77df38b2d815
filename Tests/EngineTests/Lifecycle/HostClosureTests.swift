// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

/// Whatever a host asks, in whatever order, what a strict policy promises about the life of containers holds.
struct HostClosureTests {
    /// What has really happened, kept apart from the policy's own state.
    private struct History: Hashable {
        /// Instances that the agent has started and not removed, by container.
        var live: [InstanceSet]
        var wasStarted: [Bool]
        /// Whether an instance that was started has been removed.
        var hasEnded: [Bool]
        /// How many instances were created.
        var created: [Int]
    }

    private struct InstanceSet: OptionSet, Hashable {
        var rawValue: UInt8

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ instance: Int) { rawValue = 1 << UInt8(instance) }
    }

    private struct Node: Hashable {
        var history: History
        /// Of the policy.
        var state: Int
    }

    @Test func promisesHoldForOneOfEachKind() throws {
        try explore(KubeletExplorationTests.few, instances: 2)
        if TestScale.isLong { try explore(KubeletExplorationTests.few, instances: 3) }
    }

    @Test(.enabled(if: TestScale.isLong, "CONTRAST_LONG_TESTS is not 1"))
    func promisesHoldForTwoOfEachKind() throws {
        try explore(KubeletExplorationTests.yaml, instances: 1)
        // All of it would take days.
        try explore(KubeletExplorationTests.yaml, instances: 2, limit: 100_000)
    }

    /// - Parameter limit: how many states are looked at, those with the fewest requests before them first.
    private func explore(_ yaml: String, instances: Int, limit: Int = .max) throws {
        let pod = try LifecyclePod(yaml)
        var automaton = PolicyAutomaton(pod)
        let names = pod.containers.indices
        let first = Node(
            history: History(
                live: names.map { _ in [] }, wasStarted: names.map { _ in false }, hasEnded: names.map { _ in false },
                created: names.map { _ in 0 }),
            state: PolicyAutomaton.first)
        var seen: Set<Node> = [first]
        var pending = [first]
        var edges = 0
        var allowed = 0
        func follow(
            _ node: Node, _ request: KubeletModel.Request, _ change: (inout History) throws -> Void
        ) throws {
            edges += 1
            guard let state = try automaton.state(after: request, in: node.state) else { return }
            allowed += 1
            var next = Node(history: node.history, state: state)
            try change(&next.history)
            if seen.insert(next).inserted { pending.append(next) }
        }
        var done = 0
        while done < min(pending.count, limit) {
            let node = pending[done]
            done += 1
            for index in names {
                for instance in 0..<min(instances, node.history.created[index] + 1) {
                    let one = InstanceSet(instance)
                    try follow(node, .create(index, instance: instance)) { history in
                        try #require(instance == history.created[index], "an id was used twice")
                        try #require(history.live[index].isEmpty, "\(index) is created while it runs")
                        try expectTurn(index, pod, history)
                        history.created[index] += 1
                    }
                    try follow(node, .start(index, instance: instance)) { history in
                        try #require(instance < history.created[index], "\(index) starts before it is created")
                        try expectTurn(index, pod, history)
                        history.live[index].insert(one)
                        history.wasStarted[index] = true
                        try #require(history.live[index] == one, "two instances of \(index) run")
                    }
                    try follow(node, .remove(index, instance: instance)) { history in
                        if history.live[index].remove(one) != nil { history.hasEnded[index] = true }
                    }
                    // The id of one container for another.
                    guard instance < node.history.created[index] else { continue }
                    let other = (index + 1) % names.count
                    try follow(node, .createUnderID(other, of: index, instance: instance)) { _ in
                        try #require(Bool(false), "an id was used for two containers")
                    }
                }
            }
        }
        print(
            "\(names.count) containers, \(instances) instances: \(done) of \(seen.count) states, \(edges) requests, "
                + "\(allowed) allowed; the policy has \(automaton.count) states, \(automaton.decisions) decisions")
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
