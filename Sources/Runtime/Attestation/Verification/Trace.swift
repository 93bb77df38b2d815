// SPDX-License-Identifier: Apache-2.0

/// One step of a verification, with its outcome.
package struct Step: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case met
        case failed(Shortfall)
        /// Not checked, because there was nothing to check it with or nobody asked; why.
        case skipped(String)
    }

    package let rule: Rule
    package let outcome: Outcome

    package var shortfall: Shortfall? {
        guard case .failed(let shortfall) = outcome else { return nil }
        return shortfall
    }
}

/// Evidence that falls short: the steps that failed, never none.
package struct VerificationFailure: Error, Sendable, Equatable {
    package let steps: [Step]
}

extension VerificationFailure: CustomStringConvertible {
    package var description: String { steps.compactMap { $0.shortfall?.description }.joined(separator: "; ") }
}

/// What a verification did, step by step. It is a value: the caller passes one in and looks at it afterwards, whether
/// the verification succeeded or threw.
package struct Trace: Sendable, Hashable {
    package private(set) var steps: [Step] = []

    package init() {}

    package var failures: [Step] { steps.filter { $0.shortfall != nil } }

    /// A step that yields a value, such as reading a structure or finding a path.
    package mutating func step<Value>(
        _ rule: Rule, _ body: () throws(Shortfall) -> Value
    ) throws(VerificationFailure) -> Value {
        do throws(Shortfall) {
            let value = try body()
            steps.append(Step(rule: rule, outcome: .met))
            return value
        } catch {
            let step = Step(rule: rule, outcome: .failed(error))
            steps.append(step)
            throw VerificationFailure(steps: [step])
        }
    }

    /// Checks a subject against all requirements, also after one has failed.
    package mutating func require<Subject>(
        _ requirements: [Requirement<Subject>], of subject: Subject
    ) throws(VerificationFailure) {
        let checked = requirements.map { requirement in
            Step(rule: requirement.rule, outcome: requirement.shortfall(of: subject).map { .failed($0) } ?? .met)
        }
        steps += checked
        let failed = checked.filter { $0.shortfall != nil }
        if !failed.isEmpty { throw VerificationFailure(steps: failed) }
    }

    /// Notes a rule that was not checked.
    package mutating func skip(_ rule: Rule, because reason: String) {
        steps.append(Step(rule: rule, outcome: .skipped(reason)))
    }

    package mutating func append(_ other: Trace) { steps += other.steps }
}
