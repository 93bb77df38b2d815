// SPDX-License-Identifier: Apache-2.0

package import IR

/// What a step of a verification checks, and on whose word.
package struct Rule: Sendable, Hashable {
    /// Stable and unique, e.g. `snp.claims.measurement`.
    package let id: String
    /// What holds when the rule is met, as a phrase.
    package let summary: String
    /// Where it is written, e.g. "SEV-SNP ABI 1.58, table 23".
    package let clause: String

    package init(_ id: String, _ summary: String, clause: String) {
        self.id = id
        self.summary = summary
        self.clause = clause
    }
}

/// How a subject falls short of a rule. Evidence is public, so that all of it may be shown.
package struct Shortfall: Error, Sendable, Hashable {
    /// The field of the evidence or of its endorsements, in the words of its specification.
    package var field: String
    package var expected: String
    package var found: String
    /// Where in the manifest the expectation stands; `nil` for a rule that holds everywhere.
    package var origin: ManifestPath?

    package init(_ field: String, expected: String, found: String, origin: ManifestPath? = nil) {
        self.field = field
        self.expected = expected
        self.found = found
        self.origin = origin
    }
}

extension Shortfall: CustomStringConvertible {
    package var description: String {
        let place = origin.map { " (\($0.text))" } ?? ""
        return "\(field): expected \(expected)\(place), found \(found)"
    }
}

/// A rule and how to tell whether a subject meets it.
package struct Requirement<Subject>: Sendable {
    package let rule: Rule
    private let check: @Sendable (Subject) -> Shortfall?

    /// - Parameter check: `nil` when the subject meets the rule.
    package init(_ rule: Rule, _ check: @escaping @Sendable (Subject) -> Shortfall?) {
        self.rule = rule
        self.check = check
    }

    /// Two values that must be equal.
    package init<Value: Equatable & Sendable>(
        _ rule: Rule, field: String, of value: @escaping @Sendable (Subject) -> Value, equals expected: Value,
        origin: ManifestPath? = nil, shown: @escaping @Sendable (Value) -> String
    ) {
        self.init(rule) { subject in
            let found = value(subject)
            guard found != expected else { return nil }
            return Shortfall(field, expected: shown(expected), found: shown(found), origin: origin)
        }
    }

    package func shortfall(of subject: Subject) -> Shortfall? { check(subject) }

    /// The same requirement on what contains the subject.
    package func on<Whole>(_ part: @escaping @Sendable (Whole) -> Subject) -> Requirement<Whole> {
        Requirement<Whole>(rule) { self.shortfall(of: part($0)) }
    }
}

/// Lists requirements, in the order in which they are checked.
@resultBuilder
package enum RequirementsBuilder<Subject> {
    package static func buildExpression(_ one: Requirement<Subject>) -> [Requirement<Subject>] { [one] }
    package static func buildExpression(_ several: [Requirement<Subject>]) -> [Requirement<Subject>] { several }
    package static func buildBlock(_ parts: [Requirement<Subject>]...) -> [Requirement<Subject>] {
        parts.flatMap { $0 }
    }
    package static func buildOptional(_ part: [Requirement<Subject>]?) -> [Requirement<Subject>] { part ?? [] }
    package static func buildEither(first: [Requirement<Subject>]) -> [Requirement<Subject>] { first }
    package static func buildEither(second: [Requirement<Subject>]) -> [Requirement<Subject>] { second }
    package static func buildArray(_ parts: [[Requirement<Subject>]]) -> [Requirement<Subject>] { parts.flatMap { $0 } }
}

/// Requirements that must all be met.
package func requirements<Subject>(
    @RequirementsBuilder<Subject> _ list: () -> [Requirement<Subject>]
) -> [Requirement<Subject>] { list() }
