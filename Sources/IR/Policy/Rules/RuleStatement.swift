// SPDX-License-Identifier: Apache-2.0

/// A step of a body. The steps are satisfied in order; one that can be satisfied in several ways is tried in all.
package indirect enum RuleStatement: Sendable {
    /// Defined and not `false`.
    case holds(RuleExpression)
    /// Undefined or `false`.
    case not(RuleExpression)
    /// Satisfied when the expression is defined.
    case bind(String, RuleExpression)
    /// Once for every item of an array (the key is its index), object or set.
    case some(key: String?, value: String, in: RuleExpression)
    /// The body can be satisfied for every item; so it holds for an empty collection.
    case every(key: String?, value: String, in: RuleExpression, [RuleStatement])
}

/// A way to satisfy a function or rule, and the value it then has.
package struct RuleBody: Sendable {
    package var value: RuleExpression { didSet { calls = Self.calls(value, statements) } }
    package var statements: [RuleStatement] { didSet { calls = Self.calls(value, statements) } }
    /// The functions that it calls; here, since policies link the same bodies again and again.
    private(set) var calls: [String]
    /// What a policy must have for this body to be linked; without all of that, the body cannot be satisfied.
    package var needs: PolicyFeatures
    /// The body is for policies that have none of that.
    package var unless: PolicyFeatures

    package init(
        _ value: RuleExpression = true, needs: PolicyFeatures = [], unless: PolicyFeatures = [],
        @RuleStatements _ statements: () -> [RuleStatement]
    ) {
        self.value = value
        self.needs = needs
        self.unless = unless
        self.statements = statements()
        calls = Self.calls(value, self.statements)
    }
}

/// A function of a policy; with no parameter, a rule that others refer to. Undefined when no body can be satisfied.
/// That two bodies, or two ways to satisfy one, give different values is an error.
package struct RuleFunction: Sendable {
    package var name: String
    package var parameters: [String]
    package var bodies: [RuleBody]

    package init(_ name: String, _ parameters: String..., @RuleBodies bodies: () -> [RuleBody]) {
        self.name = name
        self.parameters = parameters
        self.bodies = bodies()
    }

    package func callAsFunction(_ arguments: RuleExpression...) -> RuleExpression { .call(name, arguments) }
}

/// A rule that the agent asks for, by the name of the request.
package struct RuleEntry: Sendable {
    package var name: String
    /// The answer when no body can be satisfied.
    package var fallback: Bool
    package var bodies: [RuleBody]

    package init(_ name: String, fallback: Bool = false, @RuleBodies bodies: () -> [RuleBody] = { [] }) {
        self.name = name
        self.fallback = fallback
        self.bodies = bodies()
    }
}

@resultBuilder
package enum RuleStatements {
    package static func buildExpression(_ expression: RuleExpression) -> RuleStatement { .holds(expression) }
    package static func buildExpression(_ statement: RuleStatement) -> RuleStatement { statement }
    package static func buildBlock(_ statements: RuleStatement...) -> [RuleStatement] { statements }
}

@resultBuilder
package enum RuleBodies {
    package static func buildBlock(_ bodies: RuleBody...) -> [RuleBody] { bodies }
}
