// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR

/// A policy as an automaton: its states by number, and where requests lead from each.
///
/// A decision depends on policy, state and request alone, so that each is made once.
struct PolicyAutomaton {
    private struct Edge: Hashable {
        var state: Int
        var request: KubeletModel.Request
    }

    private let pod: LifecyclePod
    private var agent: Agent
    private var states: [JSONValue]
    private var numbers: [JSONValue: Int]
    private var targets: [Edge: Int?] = [:]

    static let first = 0

    init(_ pod: LifecyclePod) {
        self.pod = pod
        agent = pod.agent()
        states = [agent.state]
        numbers = [agent.state: Self.first]
    }

    /// How many states have been found.
    var count: Int { states.count }
    /// How many requests have been decided about.
    var decisions: Int { targets.count }

    /// The state after a request; `nil` where it is denied.
    mutating func state(after request: KubeletModel.Request, in state: Int) throws -> Int? {
        let edge = Edge(state: state, request: request)
        if let known = targets[edge] { return known }
        let asked = try self.request(request)
        agent.restore(states[state])
        guard agent.decide(kind: asked.kind, request: asked.request) == .allowed else {
            targets[edge] = .some(nil)
            return nil
        }
        let number = numbers[agent.state] ?? states.count
        if number == states.count {
            numbers[agent.state] = number
            states.append(agent.state)
        }
        targets[edge] = number
        return number
    }

    private func request(_ request: KubeletModel.Request) throws -> AgentRequest {
        switch request {
        case .createSandbox: pod.createSandbox()
        case .destroySandbox: try AgentRequest("DestroySandboxRequest", [:])
        case .create(let index, let instance): pod.create(index, id: pod.id(index, instance))
        case .createUnderID(let index, of: let owner, let instance): pod.create(index, id: pod.id(owner, instance))
        case .start(let index, let instance): try pod.start(pod.id(index, instance))
        case .remove(let index, let instance): try pod.remove(pod.id(index, instance))
        }
    }
}
