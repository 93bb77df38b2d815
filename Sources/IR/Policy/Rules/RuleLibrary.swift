// SPDX-License-Identifier: Apache-2.0

/// The words in which rules are written. A type that holds the rules of a profile conforms, and so has them in scope.
package protocol RuleLibrary {}

/// Makes a variable of any name: `v.mount` is the variable `mount`.
@dynamicMemberLookup
package struct RuleVariables: Sendable {
    package subscript(dynamicMember name: String) -> RuleExpression { .variable(name) }
}

extension RuleLibrary {
    package static var v: RuleVariables { RuleVariables() }
    package static var input: RuleExpression { .input }
    package static var policy: RuleExpression { .policy }
    package static var settings: RuleExpression { .settings }
    package static var state: RuleExpression { .state }

    package static func not(_ expression: RuleExpression) -> RuleStatement { .not(expression) }

    package static func bind(_ name: String, _ expression: RuleExpression) -> RuleStatement {
        .bind(name, expression)
    }

    package static func some(_ value: String, in collection: RuleExpression) -> RuleStatement {
        .some(key: nil, value: value, in: collection)
    }

    package static func some(_ key: String, _ value: String, in collection: RuleExpression) -> RuleStatement {
        .some(key: key, value: value, in: collection)
    }

    package static func every(
        _ value: String, in collection: RuleExpression, @RuleStatements _ statements: () -> [RuleStatement]
    ) -> RuleStatement {
        .every(key: nil, value: value, in: collection, statements())
    }

    package static func every(
        _ key: String, _ value: String, in collection: RuleExpression,
        @RuleStatements _ statements: () -> [RuleStatement]
    ) -> RuleStatement {
        .every(key: key, value: value, in: collection, statements())
    }

    package static func arrayOf(
        _ value: RuleExpression, @RuleStatements where statements: () -> [RuleStatement]
    ) -> RuleExpression {
        .arrayComprehension(value, statements())
    }

    package static func setOf(
        _ value: RuleExpression, @RuleStatements where statements: () -> [RuleStatement]
    ) -> RuleExpression {
        .setComprehension(value, statements())
    }

    /// The items of a list as a set.
    package static func set(_ list: RuleExpression) -> RuleExpression {
        .setComprehension(v.x, [.some(key: nil, value: "x", in: list)])
    }

    package static func isIn(_ element: RuleExpression, _ collection: RuleExpression) -> RuleExpression {
        .membership(element, collection)
    }

    package static func count(_ collection: RuleExpression) -> RuleExpression { .builtin(.count, [collection]) }

    package static func startsWith(_ text: RuleExpression, _ prefix: RuleExpression) -> RuleExpression {
        .builtin(.startsWith, [text, prefix])
    }

    package static func contains(_ text: RuleExpression, _ part: RuleExpression) -> RuleExpression {
        .builtin(.contains, [text, part])
    }

    package static func replace(
        _ text: RuleExpression, _ old: RuleExpression, _ new: RuleExpression
    ) -> RuleExpression {
        .builtin(.replace, [text, old, new])
    }

    package static func split(_ text: RuleExpression, _ delimiter: RuleExpression) -> RuleExpression {
        .builtin(.split, [text, delimiter])
    }

    package static func concat(_ delimiter: RuleExpression, _ texts: RuleExpression) -> RuleExpression {
        .builtin(.concat, [delimiter, texts])
    }

    /// What stands before the first occurrence of a delimiter, all where there is none. Engines take many times as long to
    /// split a text.
    package static func before(_ delimiter: RuleExpression, in text: RuleExpression) -> RuleExpression {
        .builtin(.substring, [text, 0, .builtin(.indexOf, [text, delimiter])])
    }

    package static func lower(_ text: RuleExpression) -> RuleExpression { .builtin(.lower, [text]) }

    package static func trimPrefix(_ text: RuleExpression, _ prefix: RuleExpression) -> RuleExpression {
        .builtin(.trimPrefix, [text, prefix])
    }

    package static func number(_ text: RuleExpression) -> RuleExpression { .builtin(.toNumber, [text]) }

    package static func matches(_ pattern: RuleExpression, _ text: RuleExpression) -> RuleExpression {
        .builtin(.regexMatch, [pattern, text])
    }

    /// Group 1 of the leftmost match.
    package static func firstGroup(_ pattern: RuleExpression, _ text: RuleExpression) -> RuleExpression {
        .builtin(.regexCaptures, [pattern, text, 1])[0][1]
    }

    package static func joined(_ left: RuleExpression, _ right: RuleExpression) -> RuleExpression {
        .builtin(.arrayConcat, [left, right])
    }

    package static func merged(_ object: RuleExpression, _ over: RuleExpression) -> RuleExpression {
        .builtin(.objectUnion, [object, over])
    }

    package static func base64URL(_ text: RuleExpression) -> RuleExpression { .builtin(.base64URLEncode, [text]) }

    package static func bitsAnd(_ left: RuleExpression, _ right: RuleExpression) -> RuleExpression {
        .builtin(.bitsAnd, [left, right])
    }

    package static func bitsOr(_ left: RuleExpression, _ right: RuleExpression) -> RuleExpression {
        .builtin(.bitsOr, [left, right])
    }
}

extension RuleExpression {
    package static func == (left: RuleExpression, right: RuleExpression) -> RuleExpression {
        .comparison(.equal, left, right)
    }

    package static func != (left: RuleExpression, right: RuleExpression) -> RuleExpression {
        .comparison(.notEqual, left, right)
    }

    package static func <= (left: RuleExpression, right: RuleExpression) -> RuleExpression {
        .comparison(.atMost, left, right)
    }

    package static func >= (left: RuleExpression, right: RuleExpression) -> RuleExpression {
        .comparison(.atLeast, left, right)
    }

    package static func | (left: RuleExpression, right: RuleExpression) -> RuleExpression { .union(left, right) }

    package static func - (left: RuleExpression, right: RuleExpression) -> RuleExpression {
        .difference(left, right)
    }
}
