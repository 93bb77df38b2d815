// SPDX-License-Identifier: Apache-2.0

extension RuleBody {
    /// The functions that a body calls, as often as it does.
    static func calls(_ value: RuleExpression, _ statements: [RuleStatement]) -> [String] {
        var names: [String] = []
        value.collectCalls(into: &names)
        for statement in statements { statement.collectCalls(into: &names) }
        return names
    }
}

extension RuleStatement {
    fileprivate func collectCalls(into names: inout [String]) {
        switch self {
        case .holds(let expression), .not(let expression), .bind(_, let expression),
            .some(_, _, let expression):
            expression.collectCalls(into: &names)
        case .every(_, _, let expression, let statements):
            expression.collectCalls(into: &names)
            for statement in statements { statement.collectCalls(into: &names) }
        }
    }
}

extension RuleExpression {
    fileprivate func collectCalls(into names: inout [String]) {
        switch self {
        case .literal, .variable, .input, .policy, .settings, .state: break
        case .member(let left, let right), .comparison(_, let left, let right), .membership(let left, let right),
            .union(let left, let right), .difference(let left, let right):
            left.collectCalls(into: &names)
            right.collectCalls(into: &names)
        case .array(let items), .builtin(_, let items):
            for item in items { item.collectCalls(into: &names) }
        case .object(let members):
            for member in members { member.value.collectCalls(into: &names) }
        case .arrayComprehension(let value, let statements), .setComprehension(let value, let statements):
            value.collectCalls(into: &names)
            for statement in statements { statement.collectCalls(into: &names) }
        case .call(let name, let arguments):
            names.append(name)
            for argument in arguments { argument.collectCalls(into: &names) }
        }
    }
}
