// SPDX-License-Identifier: Apache-2.0

/// A term of a rule. What it evaluates to is a JSON value, a set of JSON values, or nothing: *undefined*, which spreads
/// to everything that depends on it.
@dynamicMemberLookup
package indirect enum RuleExpression: Sendable {
    case literal(JSONValue)
    /// A parameter, or a name bound by an earlier statement of the same body.
    case variable(String)
    /// The request.
    case input
    /// What is particular to the pod.
    case policy
    /// What all policies of a run share.
    case settings
    /// What earlier requests have left behind: `data.pstate`.
    case state
    /// The member or item of the first at the key or index that the second is.
    case member(RuleExpression, RuleExpression)
    case array([RuleExpression])
    case object([RuleMember])
    /// One item per way to satisfy the statements.
    case arrayComprehension(RuleExpression, [RuleStatement])
    case setComprehension(RuleExpression, [RuleStatement])
    case call(String, [RuleExpression])
    case builtin(RuleBuiltin, [RuleExpression])
    case comparison(RuleComparison, RuleExpression, RuleExpression)
    /// Whether the first is an item of the array or set, or a value of the object, that the second is.
    case membership(RuleExpression, RuleExpression)
    case union(RuleExpression, RuleExpression)
    case difference(RuleExpression, RuleExpression)

    package subscript(dynamicMember name: String) -> RuleExpression { .member(self, .literal(.string(name))) }
    package subscript(_ key: RuleExpression) -> RuleExpression { .member(self, key) }
}

/// One member of an object that a rule makes.
package struct RuleMember: Sendable {
    package var key: String
    package var value: RuleExpression

    package init(_ key: String, _ value: RuleExpression) {
        self.key = key
        self.value = value
    }
}

/// How two values compare. The order is of numbers only: of anything else it is undefined.
package enum RuleComparison: String, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case atMost = "<="
    case atLeast = ">="
}

/// Functions of the policy language. An operand of the wrong type makes the result undefined.
package enum RuleBuiltin: String, Sendable, CaseIterable {
    /// Of the items of an array, object or set.
    case count
    case isNull = "is_null"
    /// Text, then prefix.
    case startsWith = "startswith"
    /// Text, then what to look for.
    case contains
    /// Text, then what to look for, then what stands in its place; all occurrences, from left to right.
    case replace
    /// Text, then delimiter.
    case split
    /// Delimiter, then an array of strings.
    case concat
    /// Text, then what to look for: the number of characters before its first occurrence, -1 when there is none.
    case indexOf = "indexof"
    /// Text, the number of characters to pass over, and how many to take: all where that is negative.
    case substring
    case lower
    /// Text, then prefix, which is removed once.
    case trimPrefix = "trim_prefix"
    /// The number that a string spells in JSON, white space around it allowed.
    case toNumber = "to_number"
    /// Pattern, then text; undefined when the pattern is invalid.
    case regexMatch = "regex.match"
    /// Pattern, text, and how many: an array for each match with its text and that of its groups.
    case regexCaptures = "regex.find_all_string_submatch_n"
    case arrayConcat = "array.concat"
    /// The members of both objects; where both have an object, their union; where they differ else, the second's.
    case objectUnion = "object.union"
    /// With padding.
    case base64URLEncode = "base64url.encode"
    case bitsOr = "bits.or"
    case bitsAnd = "bits.and"
}

extension RuleExpression: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral
{
    package init(stringLiteral value: String) { self = .literal(.string(value)) }
    package init(booleanLiteral value: Bool) { self = .literal(.bool(value)) }
    package init(integerLiteral value: Int) { self = .literal(.integer(Int128(value))) }
    package init(nilLiteral: ()) { self = .literal(.null) }
    package init(arrayLiteral elements: RuleExpression...) { self = .array(elements) }
}
