// SPDX-License-Identifier: Apache-2.0

import IR

/// The rules with one node changed, nearly always so that they deny less.
struct RuleMutation {
    /// The rule or function, and what is changed in it. No two have the same.
    var name: String
    /// What the change is in.
    var owner: String
    var rules: RuleSet

    static func all(of rules: RuleSet) -> [RuleMutation] {
        var found: [RuleMutation] = []
        var names: [String: Int] = [:]
        func add(_ owner: String, _ change: String, _ apply: (inout RuleSet) -> Void) {
            var mutant = rules
            apply(&mutant)
            let name = "\(owner): \(change)"
            let number = names[name, default: 0] + 1
            names[name] = number
            found.append(RuleMutation(name: number == 1 ? name : "\(name) (\(number))", owner: owner, rules: mutant))
        }
        for (index, entry) in rules.entries.enumerated() {
            if !entry.fallback { add(entry.name, "allowed where nothing holds") { $0.entries[index].fallback = true } }
            for (number, body) in entry.bodies.enumerated() {
                for variant in body.variants {
                    add(entry.name, variant.change) { $0.entries[index].bodies[number] = variant.value }
                }
            }
        }
        for (index, function) in rules.functions.enumerated() {
            for (number, body) in function.bodies.enumerated() {
                for variant in body.variants {
                    add(function.name, variant.change) { $0.functions[index].bodies[number] = variant.value }
                }
            }
        }
        return found
    }
}

/// Something changed in one place, and how.
struct Variant<Value> {
    var change: String
    var value: Value

    func map<Other>(_ transform: (Value) -> Other) -> Variant<Other> {
        Variant<Other>(change: change, value: transform(value))
    }
}

extension RuleBody {
    var variants: [Variant<RuleBody>] {
        func with(_ statements: [RuleStatement]) -> RuleBody {
            var body = self
            body.statements = statements
            return body
        }
        let ofValue = value.variants.map { variant in
            variant.map { value in
                var body = self
                body.value = value
                return body
            }
        }
        return ofValue + statements.listVariants.map { $0.map(with) }
    }
}

extension [RuleStatement] {
    var listVariants: [Variant<[RuleStatement]>] {
        indices.flatMap { index in
            func replaced(_ statement: RuleStatement?) -> [RuleStatement] {
                var copy = self
                copy.replaceSubrange(index...index, with: statement.map { [$0] } ?? [])
                return copy
            }
            var variants = self[index].variants.map { $0.map(replaced) }
            if self[index].isCondition {
                variants.insert(Variant(change: "without `\(self[index].brief)`", value: replaced(nil)), at: 0)
            }
            if case .every(let key, let value, let collection, let body) = self[index] {
                let some = replaced(.some(key: key, value: value, in: collection)).indices
                var copy = replaced(.some(key: key, value: value, in: collection))
                copy.insert(contentsOf: body, at: some.index(after: index))
                variants.append(Variant(change: "one is enough in `\(self[index].brief)`", value: copy))
            }
            return variants
        }
    }
}

extension RuleStatement {
    /// Whether it can be left out, as nothing after it needs it.
    fileprivate var isCondition: Bool {
        switch self {
        case .holds, .not, .every: true
        case .bind, .some: false
        }
    }

    fileprivate var variants: [Variant<RuleStatement>] {
        switch self {
        case .holds(let expression): expression.variants.map { $0.map(RuleStatement.holds) }
        case .not(let expression): expression.variants.map { $0.map(RuleStatement.not) }
        case .bind(let name, let expression): expression.variants.map { $0.map { .bind(name, $0) } }
        case .some(let key, let value, let expression):
            expression.variants.map { $0.map { .some(key: key, value: value, in: $0) } }
        case .every(let key, let value, let expression, let body):
            expression.variants.map { $0.map { .every(key: key, value: value, in: $0, body) } }
                + body.listVariants.map { $0.map { .every(key: key, value: value, in: expression, $0) } }
        }
    }
}

extension RuleExpression {
    var variants: [Variant<RuleExpression>] { ownVariants + innerVariants }

    /// Changes of this node itself.
    private var ownVariants: [Variant<RuleExpression>] {
        func variant(_ expression: RuleExpression) -> Variant<RuleExpression> {
            Variant(change: "`\(brief)` is `\(expression.brief)`", value: expression)
        }
        switch self {
        case .comparison(.equal, let left, let right):
            var variants = [variant(.comparison(.notEqual, left, right))]
            if left.isCount {
                variants.append(variant(.comparison(.atLeast, left, right)))
                // No count is less than nothing.
                if !right.isZero { variants.append(variant(.comparison(.atMost, left, right))) }
            }
            if left.isSet, right.isSet {
                for (one, other) in [(left, right), (right, left)] {
                    variants.append(variant(.comparison(.equal, .builtin(.count, [.difference(one, other)]), 0)))
                }
            }
            return variants
        case .comparison(.notEqual, let left, let right): return [variant(.comparison(.equal, left, right))]
        case .comparison(.atMost, let left, let right): return [variant(.comparison(.atLeast, left, right))]
        case .comparison(.atLeast, let left, let right): return [variant(.comparison(.atMost, left, right))]
        case .builtin(.regexMatch, let operands):
            return operands[0].withoutAnchors.map { variant(.builtin(.regexMatch, [$0, operands[1]])) }
        case .builtin(.startsWith, let operands): return [variant(.builtin(.contains, operands))]
        case .builtin(.arrayConcat, let operands): return operands.map(variant)
        case .array(let items) where items.contains { $0.isChange }:
            return items.indices.map { index in
                var rest = items
                rest.remove(at: index)
                return variant(.array(rest))
            }
        default: return []
        }
    }

    private var innerVariants: [Variant<RuleExpression>] {
        func pair(
            _ left: RuleExpression, _ right: RuleExpression, _ make: (RuleExpression, RuleExpression) -> RuleExpression
        ) -> [Variant<RuleExpression>] {
            left.variants.map { $0.map { make($0, right) } } + right.variants.map { $0.map { make(left, $0) } }
        }
        func list(
            _ items: [RuleExpression], _ make: ([RuleExpression]) -> RuleExpression
        ) -> [Variant<RuleExpression>] {
            items.indices.flatMap { index in
                items[index].variants.map { variant in
                    variant.map {
                        var copy = items
                        copy[index] = $0
                        return make(copy)
                    }
                }
            }
        }
        switch self {
        case .literal, .variable, .input, .policy, .settings, .state: return []
        case .member(let left, let right): return pair(left, right) { .member($0, $1) }
        case .comparison(let kind, let left, let right): return pair(left, right) { .comparison(kind, $0, $1) }
        case .membership(let left, let right): return pair(left, right) { .membership($0, $1) }
        case .union(let left, let right): return pair(left, right) { .union($0, $1) }
        case .difference(let left, let right): return pair(left, right) { .difference($0, $1) }
        case .array(let items): return list(items) { .array($0) }
        case .call(let name, let items): return list(items) { .call(name, $0) }
        case .builtin(let builtin, let items): return list(items) { .builtin(builtin, $0) }
        case .object(let members):
            return list(members.map(\.value)) { values in
                .object(zip(members, values).map { RuleMember($0.key, $1) })
            }
        case .arrayComprehension(let value, let statements):
            return value.variants.map { $0.map { .arrayComprehension($0, statements) } }
                + statements.listVariants.map { $0.map { .arrayComprehension(value, $0) } }
        case .setComprehension(let value, let statements):
            return value.variants.map { $0.map { .setComprehension($0, statements) } }
                + statements.listVariants.map { $0.map { .setComprehension(value, $0) } }
        }
    }

    private var isCount: Bool { if case .builtin(.count, _) = self { true } else { false } }
    private var isZero: Bool { if case .literal(.integer(0)) = self { true } else { false } }
    private var isSet: Bool { if case .setComprehension = self { true } else { false } }

    /// Whether it is an operation on the state.
    private var isChange: Bool {
        switch self {
        case .call("change", _): true
        case .object(let members): members.contains { $0.key == "op" }
        default: false
        }
    }

    /// A pattern without its start, and without its end, as far as it has them.
    private var withoutAnchors: [RuleExpression] {
        switch self {
        case .literal(.string(let text)):
            var patterns: [RuleExpression] = []
            if text.hasPrefix("^") { patterns.append(.literal(.string(String(text.dropFirst())))) }
            if text.hasSuffix("$") { patterns.append(.literal(.string(String(text.dropLast())))) }
            return patterns
        case .builtin(.concat, let operands):
            guard case .array(let items) = operands[1] else { return [] }
            return items.indices.flatMap { index in
                items[index].withoutAnchors.map { item in
                    var copy = items
                    copy[index] = item
                    return .builtin(.concat, [operands[0], .array(copy)])
                }
            }
        default: return []
        }
    }
}
