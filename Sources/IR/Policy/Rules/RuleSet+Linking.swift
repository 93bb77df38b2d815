// SPDX-License-Identifier: Apache-2.0

extension RuleSet {
    /// The rules as a policy with these features needs them: they decide as all rules do.
    ///
    /// Bodies for what the policy does not have are left out. A function without a body is never satisfied, and one with
    /// an empty body always is; what follows from that in their callers is left out as well.
    package func linked(_ features: PolicyFeatures) -> RuleSet {
        var linked = self
        linked.entries = entries.map { entry in
            var entry = entry
            entry.bodies = entry.bodies.filter { $0.isPart(of: features) }
            return entry
        }
        linked.functions = functions.map { function in
            var function = function
            function.bodies = function.bodies.filter { $0.isPart(of: features) }
            return function
        }
        var outcomes = FunctionsByOutcome(linked.functions)
        var news = outcomes
        while !news.isEmpty {
            linked.simplify(outcomes, news)
            let next = FunctionsByOutcome(linked.functions)
            (outcomes, news) = (next, next.without(outcomes))
        }
        return RuleSet(profile: profile, entries: linked.entries, library: linked.functions)
    }

    /// Draws what follows for bodies that call the functions whose outcome is new.
    private mutating func simplify(_ outcomes: FunctionsByOutcome, _ news: FunctionsByOutcome) {
        func simplify(_ bodies: inout [RuleBody]) {
            guard bodies.contains(where: { $0.calls.contains(where: news.contains) }) else { return }
            bodies = bodies.compactMap { body in
                guard !outcomes.isUndefined(body.value), let kept = outcomes.simplified(body.statements) else {
                    return nil
                }
                var body = body
                body.statements = kept
                return body
            }
        }
        for index in entries.indices { simplify(&entries[index].bodies) }
        for index in functions.indices { simplify(&functions[index].bodies) }
    }
}

extension RuleBody {
    fileprivate func isPart(of features: PolicyFeatures) -> Bool {
        features.isSuperset(of: needs) && (unless.isEmpty || features.isDisjoint(with: unless))
    }
}

/// Functions whose outcome does not depend on the request.
private struct FunctionsByOutcome {
    private var never: Set<String>
    private var always: Set<String>

    var isEmpty: Bool { never.isEmpty && always.isEmpty }

    func contains(_ name: String) -> Bool { never.contains(name) || always.contains(name) }

    func without(_ others: FunctionsByOutcome) -> FunctionsByOutcome {
        var result = self
        result.never.subtract(others.never)
        result.always.subtract(others.always)
        return result
    }

    init(_ functions: [RuleFunction]) {
        never = Set(functions.filter(\.bodies.isEmpty).map(\.name))
        always = Set(
            functions.filter { function in
                function.bodies.contains { $0.statements.isEmpty && $0.value.isTrue }
            }
            .map(\.name))
    }

    func isUndefined(_ expression: RuleExpression) -> Bool {
        switch expression {
        case .literal, .variable, .input, .policy, .settings, .state, .arrayComprehension, .setComprehension: false
        case .member(let left, let right), .comparison(_, let left, let right), .membership(let left, let right),
            .union(let left, let right), .difference(let left, let right):
            isUndefined(left) || isUndefined(right)
        case .array(let items), .builtin(_, let items): items.contains(where: isUndefined)
        case .object(let members): members.contains { isUndefined($0.value) }
        case .call(let name, let arguments): never.contains(name) || arguments.contains(where: isUndefined)
        }
    }

    private func isAlways(_ expression: RuleExpression) -> Bool {
        if case .call(let name, _) = expression { always.contains(name) } else { false }
    }

    /// `nil` when the statements cannot be satisfied.
    func simplified(_ statements: [RuleStatement]) -> [RuleStatement]? {
        var kept: [RuleStatement] = []
        for statement in statements {
            switch statement {
            case .holds(let expression) where isUndefined(expression),
                .bind(_, let expression) where isUndefined(expression),
                .some(_, _, let expression) where isUndefined(expression),
                .every(_, _, let expression, _) where isUndefined(expression):
                return nil
            case .not(let expression) where isAlways(expression): return nil
            case .holds(let expression) where isAlways(expression), .not(let expression) where isUndefined(expression):
                break
            case .every(let key, let value, let collection, let body):
                if let inner = simplified(body) {
                    kept.append(.every(key: key, value: value, in: collection, inner))
                } else {
                    kept.append(.holds(.comparison(.equal, .builtin(.count, [collection]), 0)))
                }
            case .holds, .bind, .some, .not: kept.append(statement)
            }
        }
        return kept
    }
}

extension RuleExpression {
    fileprivate var isTrue: Bool {
        if case .literal(.bool(true)) = self { true } else { false }
    }
}
