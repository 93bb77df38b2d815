// SPDX-License-Identifier: Apache-2.0

/// How the agent answers a request.
package enum Decision: Sendable, Equatable {
    case allowed
    case denied
    /// There is no answer, for the reason given. The agent refuses the request with an internal error.
    case error(String)

    package var isAllowed: Bool { self == .allowed }
}

/// The part of the Kata agent that a policy talks to: it asks the rule of each request, and keeps the state.
package struct Agent {
    private let program: RuleProgram
    private let data: PolicyData
    private let patterns = PatternCache()
    private var document: JSONValue = ["pstate": [:]]
    private var allowsFailing = false

    /// Loads a policy; the state is empty.
    package init(_ data: PolicyData) { self.init(data, program: data.program) }

    /// Loads a policy with other rules than its own.
    package init(_ data: PolicyData, program: RuleProgram) {
        self.program = program
        self.data = data
        allowsFailing = answer("AllowRequestsFailingPolicy", [:]) == .allowed
    }

    package init(_ policy: SandboxPolicy) { self.init(PolicyData(policy)) }

    /// What earlier requests have left behind.
    package var state: JSONValue { document["pstate"] ?? .null }

    /// Goes on from a state that was reached before.
    package mutating func restore(_ state: JSONValue) { document = ["pstate": state] }

    /// Decides one request, whose missing fields take their defaults, and changes the state as the policy says.
    package mutating func decide(kind: String, request: JSONValue) -> Decision {
        do {
            return answer(kind, try RequestMessage.fill(kind: kind, request))
        } catch {
            return .error(error.message)
        }
    }

    /// Decides one request as `decide` does, and says why when it is refused.
    package mutating func explain(kind: String, request: JSONValue) -> (Decision, Denial?) {
        let before = state
        let input: JSONValue
        do {
            input = try RequestMessage.fill(kind: kind, request)
        } catch {
            return (.error(error.message), Denial(kind: kind, malformed: error.message))
        }
        let trace = RuleTrace()
        let decision = answer(kind, input, trace)
        switch decision {
        case .allowed: return (decision, nil)
        case .denied:
            let finder = DenialFinder(kind: kind, request: input, data: data, state: before)
            return (decision, finder.denial(trace.calls.last))
        case .error(let reason): return (decision, Denial(kind: kind, unanswered: reason))
        }
    }

    private mutating func answer(_ rule: String, _ input: JSONValue, _ trace: RuleTrace? = nil) -> Decision {
        let evaluation = RuleEvaluation(
            program, input: input, data: data, state: state, patterns: patterns, trace: trace)
        do {
            let answer = try evaluation.answer(rule)
            if let allowed = answer.bool { return allowed || allowsFailing ? .allowed : .denied }
            guard let allowed = answer["allowed"]?.bool else { return .error("malformed answer of '\(rule)'") }
            if allowed, let operations = answer["ops"]?.array {
                document = try JSONPatch.apply(operations, to: document)
            }
            return allowed || allowsFailing ? .allowed : .denied
        } catch RuleError.noRule where allowsFailing {
            return .allowed
        } catch let error as RuleError {
            return .error(error.message)
        } catch let failure as JSONPatch.Failure {
            return .error(failure.message)
        } catch {
            return .error("evaluation of '\(rule)' failed")
        }
    }
}

extension RuleError {
    package var message: String {
        switch self {
        case .conflict(let name): "'\(name)' has two different values"
        case .notACollection(let kind): "expected a collection, got \(kind)"
        case .pattern(let reason): reason
        case .noRule(let name): "data.agent_policy.\(name) is undefined"
        }
    }
}
