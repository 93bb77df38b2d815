// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

/// Requests in states, with the decisions of the rules as they are: honest lives, attacks, forgeries by hand and probes.
final class MutationSuite {
    private struct Item {
        var pod: Int
        var state: JSONValue
        var request: AgentRequest
        var isAllowed: Bool
    }

    private let pods: [PolicyData]
    private let items: [Item]
    private let lives: [[AgentRequest]]
    /// What attacks ask one after the other, by pods and places in their lives.
    private let sequences: [[[[AgentRequest]]]]
    /// The request that is decided about in entry rules, by the functions that lead to it.
    private let kinds: [String: Set<String>]
    /// Items that have told mutants apart, the latest first.
    private var tellers: [Int] = []

    /// Of the occasions that a life gives for each attack, the first and the last, and those on containers called `main`.
    private static func occasions(_ life: [AgentRequest]) -> [AttackRun.Occasion] {
        let all = AttackRun.occasions(life, Attack.catalogue)
        var places: [String: (first: Int, last: Int)] = [:]
        for (index, one) in all.enumerated() {
            places[one.attack.name] = (places[one.attack.name]?.first ?? index, index)
        }
        return all.enumerated().filter { index, one in
            let ends = places[one.attack.name]
            let annotations = one.attempt.forged.request["OCI"]?["Annotations"]
            return index == ends?.first || index == ends?.last
                || annotations?["io.kubernetes.cri.container-name"] == "main"
        }
        .map(\.element)
    }

    init(_ rules: RuleSet) throws {
        let names = ["pod.shop.full", "deployment.voting.emoji", "deployment.default.client"]
        let simulated = try Examples.lives.get().filter { names.contains($0.name) }
        let byHand = try Examples.strictPods.get().filter { $0.name == "Deployment voting/web" }
        let probed = try ProbedPod.all()
        pods = simulated.map(\.policy) + byHand.map(\.policy) + probed.map(\.policy)
        lives = simulated.map(\.requests)
        var items: [Item] = []
        for (number, pod) in simulated.enumerated() {
            var agent = Agent(pod.policy)
            for one in pod.requests {
                let state = agent.state
                let isAllowed = agent.decide(kind: one.kind, request: one.request) == .allowed
                items.append(Item(pod: number, state: state, request: one, isAllowed: isAllowed))
            }
            var stuck: [String] = []
            for trial in AttackRun.trials(pod.requests, pod.policy, Self.occasions(pod.requests), stuck: &stuck) {
                agent.restore(trial.state)
                let decision = agent.decide(kind: trial.forged.kind, request: trial.forged.request)
                items.append(
                    Item(pod: number, state: trial.state, request: trial.forged, isAllowed: decision == .allowed))
            }
            try #require(stuck.isEmpty)
        }
        for (number, pod) in byHand.enumerated() {
            items += try Self.forgeries(pod, number + simulated.count)
        }
        for (number, pod) in probed.enumerated() {
            items += try Self.probes(pod, number + simulated.count + byHand.count)
        }
        self.items = items
        sequences = lives.map { life in
            var byPlace = [[[AgentRequest]]](repeating: [], count: life.count)
            for one in Self.occasions(life) {
                byPlace[one.place].append(one.attempt.prelude + [one.attempt.forged])
            }
            return byPlace
        }
        var kinds: [String: Set<String>] = [:]
        for entry in rules.entries {
            for case .call(let name, _) in entry.bodies.flatMap(\.all) {
                for function in rules.reached(from: name) { kinds[function.name, default: []].insert(entry.name) }
            }
            kinds[entry.name] = [entry.name]
        }
        self.kinds = kinds
    }

    var count: Int { items.count }

    private static func forgeries(_ pod: CompiledPod, _ number: Int) throws -> [Item] {
        var agent = Agent(pod.policy)
        let honest = HonestRequests(pod.policy)
        let last = HonestRequests.id(honest.containers.count - 1)
        var items: [Item] = []
        for one in try honest.life() {
            let state = agent.state
            if one.id == nil || one.id == last {
                for forgery in Forgery.of(one.kind) + Forgery.strict(one.kind) {
                    var request = one.request
                    forgery.change(&request)
                    agent.restore(state)
                    let forged = try AgentRequest(one.kind, request)
                    let decision = agent.decide(kind: forged.kind, request: forged.request)
                    items.append(Item(pod: number, state: state, request: forged, isAllowed: decision == .allowed))
                }
                agent.restore(state)
            }
            let isAllowed = agent.decide(kind: one.kind, request: one.request) == .allowed
            items.append(Item(pod: number, state: state, request: one, isAllowed: isAllowed))
        }
        return items
    }

    private static func probes(_ pod: ProbedPod, _ number: Int) throws -> [Item] {
        var agent = Agent(pod.policy)
        let honest = pod.life.map { one in
            let state = agent.state
            let isAllowed = agent.decide(kind: one.kind, request: one.request) == .allowed
            return Item(pod: number, state: state, request: one, isAllowed: isAllowed)
        }
        return honest
            + (try pod.occasions().map { _, one in
                Item(pod: number, state: one.state, request: one.request, isAllowed: one.isAllowed)
            })
    }

    /// Whether some decision is another under the mutant.
    func notices(_ mutant: RuleMutation) -> Bool {
        // Most mutants are noticed with the first pod.
        var agents = [Agent?](repeating: nil, count: pods.count)
        let kinds = kinds[mutant.owner] ?? []
        func tells(_ index: Int) -> Bool {
            let item = items[index]
            guard kinds.contains(item.request.kind) else { return false }
            var agent = agents[item.pod] ?? mutant.agent(for: pods[item.pod])
            agent.restore(item.state)
            let tells = agent.allows(item.request) != item.isAllowed
            agents[item.pod] = agent
            return tells
        }
        if let position = tellers.firstIndex(where: tells) {
            tellers.insert(tellers.remove(at: position), at: 0)
            return true
        }
        let tried = Set(tellers)
        if let index = items.indices.first(where: { !tried.contains($0) && tells($0) }) {
            tellers.insert(index, at: 0)
            return true
        }
        return lives.indices.contains { changesSequence($0, mutant) }
    }

    /// Whether decisions differ when what earlier ones left in the state is the mutant's as well.
    private func changesSequence(_ pod: Int, _ mutant: RuleMutation) -> Bool {
        var plain = Agent(pods[pod])
        var mutated = mutant.agent(for: pods[pod])
        func differs(_ requests: [AgentRequest]) -> Bool {
            var (left, right) = (plain, mutated)
            return requests.contains { left.allows($0) != right.allows($0) }
        }
        for (place, one) in lives[pod].enumerated() {
            let isSameState = plain.state == mutated.state
            // In the same state, single requests have been judged.
            if sequences[pod][place].contains(where: { (!isSameState || $0.count > 1) && differs($0) }) { return true }
            if plain.allows(one) != mutated.allows(one) { return true }
        }
        return false
    }
}

extension RuleMutation {
    fileprivate func agent(for policy: PolicyData) -> Agent {
        Agent(policy, program: RuleProgram(rules.linked(policy.features)))
    }
}

extension Agent {
    fileprivate mutating func allows(_ one: AgentRequest) -> Bool {
        decide(kind: one.kind, request: one.request) == .allowed
    }
}
