// SPDX-License-Identifier: Apache-2.0

import IR

extension RuleExpression {
    /// The expressions in this one, itself first; those in statements too.
    var all: [RuleExpression] {
        let inner: [RuleExpression] =
            switch self {
            case .literal, .variable, .input, .policy, .settings, .state: []
            case .member(let left, let right), .comparison(_, let left, let right), .membership(let left, let right),
                .union(let left, let right), .difference(let left, let right):
                left.all + right.all
            case .array(let items), .builtin(_, let items), .call(_, let items): items.flatMap(\.all)
            case .object(let members): members.flatMap(\.value.all)
            case .arrayComprehension(let value, let statements), .setComprehension(let value, let statements):
                value.all + statements.flatMap(\.all)
            }
        return [self] + inner
    }
}

extension RuleStatement {
    var all: [RuleExpression] {
        switch self {
        case .holds(let expression), .not(let expression), .bind(_, let expression), .some(_, _, in: let expression):
            expression.all
        case .every(_, _, in: let expression, let statements): expression.all + statements.flatMap(\.all)
        }
    }
}

extension RuleBody {
    var all: [RuleExpression] { value.all + statements.flatMap(\.all) }
}

extension RuleSet {
    /// The functions that can be reached from one, itself among them.
    func reached(from name: String) -> [RuleFunction] {
        var names: Set<String> = []
        var pending = [name]
        while let next = pending.popLast() {
            guard names.insert(next).inserted, let function = functions.first(where: { $0.name == next }) else {
                continue
            }
            for case .call(let called, _) in function.bodies.flatMap(\.all) { pending.append(called) }
        }
        return functions.filter { names.contains($0.name) }
    }
}
