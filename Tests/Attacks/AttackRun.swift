// SPDX-License-Identifier: Apache-2.0

package import IR

/// Attacks at every place of pods' lives, judged one by one.
package struct AttackRun {
    /// What came of one kind of attack.
    package struct Outcome: Sendable {
        package var applied = 0
        package var allowed = 0
        /// Where it was allowed first.
        package var place: String?
    }

    /// By names of attacks.
    package private(set) var outcomes: [String: Outcome] = [:]
    private let attacks: [Attack]
    /// How often each is tried on a pod at most.
    private let limit: Int
    /// Honest requests that were denied. Behind one, nothing can be said of attacks.
    package private(set) var stuck: [String] = []

    package init(_ attacks: [Attack] = Attack.catalogue, limit: Int = .max) {
        self.attacks = attacks
        self.limit = limit
    }

    /// One attempt: the state that it meets, and what is asked.
    package struct Trial: Sendable {
        package var attack: Attack
        package var state: JSONValue
        package var forged: AgentRequest
    }

    /// What an attack asks at a place in a life.
    package struct Occasion: Sendable {
        package var place: Int
        package var attack: Attack
        package var attempt: Attempt
    }

    /// All of them, in the order of the places.
    package static func occasions(_ life: [AgentRequest], _ attacks: [Attack], limit: Int = .max) -> [Occasion] {
        var counts: [String: Int] = [:]
        return life.indices.flatMap { place in
            attacks.compactMap { attack in
                guard counts[attack.name, default: 0] < limit,
                    let attempt = attack.forge(Scene(life: life, index: place))
                else { return nil }
                counts[attack.name, default: 0] += 1
                return Occasion(place: place, attack: attack, attempt: attempt)
            }
        }
    }

    /// Attempts in the life of a pod. The requests of the life are judged as well, as they lead from state to state.
    package static func trials(
        _ life: [AgentRequest], _ policy: PolicyData, _ occasions: [Occasion], stuck: inout [String]
    ) -> [Trial] {
        var agent = Agent(policy)
        var trials: [Trial] = []
        var rest = occasions[...]
        for (place, one) in life.enumerated() {
            while let next = rest.first, next.place == place {
                rest.removeFirst()
                var prepared = agent
                let isReached = next.attempt.prelude.allSatisfy {
                    prepared.decide(kind: $0.kind, request: $0.request) == .allowed
                }
                guard isReached else { continue }
                trials.append(Trial(attack: next.attack, state: prepared.state, forged: next.attempt.forged))
            }
            if agent.decide(kind: one.kind, request: one.request) != .allowed {
                stuck.append("\(one.kind) \(one.containerName ?? "")")
            }
        }
        return trials
    }

    /// Tries all attacks on a pod. `judge` says whether a request is allowed in a state.
    package mutating func run(
        _ life: [AgentRequest], _ policy: PolicyData, named pod: String, judge: (Trial) throws -> Bool
    ) rethrows {
        var denied: [String] = []
        let occasions = Self.occasions(life, attacks, limit: limit)
        for trial in Self.trials(life, policy, occasions, stuck: &denied) {
            note(trial, pod, try judge(trial))
        }
        stuck += denied.map { "\(pod): \($0)" }
    }

    /// The same, judged natively.
    package mutating func run(_ life: [AgentRequest], _ policy: PolicyData, named pod: String) {
        var agent = Agent(policy)
        run(life, policy, named: pod) { trial in
            agent.restore(trial.state)
            return agent.decide(kind: trial.forged.kind, request: trial.forged.request) == .allowed
        }
    }

    private mutating func note(_ trial: Trial, _ pod: String, _ isAllowed: Bool) {
        var outcome = outcomes[trial.attack.name] ?? Outcome()
        outcome.applied += 1
        if isAllowed {
            outcome.allowed += 1
            if outcome.place == nil {
                outcome.place = "\(pod): \(trial.forged.kind) \(trial.forged.containerName ?? trial.forged.id ?? "")"
            }
        }
        outcomes[trial.attack.name] = outcome
    }

    package mutating func merge(_ other: AttackRun) {
        stuck += other.stuck
        for (name, outcome) in other.outcomes {
            var sum = outcomes[name] ?? Outcome()
            sum.applied += outcome.applied
            sum.allowed += outcome.allowed
            sum.place = sum.place ?? outcome.place
            outcomes[name] = sum
        }
    }

    package var appliedCount: Int { outcomes.values.reduce(0) { $0 + $1.applied } }

    /// What must not be: attacks that are allowed though nothing says that they may be.
    package var holes: [String] {
        attacks.compactMap { attack in
            guard attack.reason == nil, let outcome = outcomes[attack.name], outcome.allowed > 0 else { return nil }
            return "\(attack.severity) \(attack.name): allowed \(outcome.allowed) of \(outcome.applied) times, first "
                + "\(outcome.place ?? "")"
        }
    }

    /// Attacks for which there was no occasion.
    package var unused: [String] { attacks.map(\.name).filter { outcomes[$0] == nil } }

    /// Attacks that are excused, and denied wherever they were tried.
    package var excusedInVain: [String] {
        attacks.filter { $0.reason != nil && outcomes[$0.name].map { $0.allowed == 0 } == true }.map(\.name)
    }
}
