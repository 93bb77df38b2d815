// SPDX-License-Identifier: Apache-2.0

import IR

extension RuleExpression {
    /// Short text for a person, in the manner of Rego.
    var brief: String {
        switch self {
        case .literal(let value): JSONPrinter.text(value)
        case .variable(let name): name
        case .input: "input"
        case .policy: "policy"
        case .settings: "settings"
        case .state: "state"
        case .member(let container, .literal(.string(let name))): "\(container.brief).\(name)"
        case .member(let container, let key): "\(container.brief)[\(key.brief)]"
        case .array(let items): "[\(Self.list(items))]"
        case .object(let members): "{\(members.map { "\($0.key): \($0.value.brief)" }.joined(separator: ", "))}"
        case .arrayComprehension(let value, _): "[\(value.brief) | …]"
        case .setComprehension(let value, let statements):
            if case .some(nil, "x", let collection)? = statements.first, statements.count == 1 {
                "set(\(collection.brief))"
            } else {
                "{\(value.brief) | …}"
            }
        case .call(let name, let arguments): "\(name)(\(Self.list(arguments)))"
        case .builtin(let builtin, let arguments): "\(builtin.rawValue)(\(Self.list(arguments)))"
        case .comparison(let comparison, let left, let right): "\(left.brief) \(comparison.rawValue) \(right.brief)"
        case .membership(let element, let collection): "\(element.brief) in \(collection.brief)"
        case .union(let left, let right): "\(left.brief) | \(right.brief)"
        case .difference(let left, let right): "\(left.brief) - \(right.brief)"
        }
    }

    private static func list(_ items: [RuleExpression]) -> String { items.map(\.brief).joined(separator: ", ") }
}

extension RuleStatement {
    var brief: String {
        switch self {
        case .holds(let expression): expression.brief
        case .not(let expression): "not \(expression.brief)"
        case .bind(let name, let expression): "\(name) := \(expression.brief)"
        case .some(let key, let value, let collection):
            "some \(key.map { $0 + ", " } ?? "")\(value) in \(collection.brief)"
        case .every(let key, let value, let collection, let statements):
            "every \(key.map { $0 + ", " } ?? "")\(value) in \(collection.brief) "
                + "{\(statements.map(\.brief).joined(separator: "; "))}"
        }
    }
}
