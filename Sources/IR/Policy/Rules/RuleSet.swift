// SPDX-License-Identifier: Apache-2.0

/// The rules of a profile: what the agent may ask for, and the functions that the answers need.
package struct RuleSet: Sendable {
    package let profile: PolicyProfile
    package var entries: [RuleEntry]
    /// In the order of the library they were taken from.
    package var functions: [RuleFunction]

    /// Links: of the library, only functions that can be reached from an entry are kept.
    package init(profile: PolicyProfile, entries: [RuleEntry], library: [RuleFunction]) {
        self.profile = profile
        self.entries = entries
        let byName = Dictionary(
            library.indices.map { (library[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        var reached: Set<String> = []
        var pending: [String] = []
        func reach(_ bodies: [RuleBody]) {
            for body in bodies {
                for name in body.calls where reached.insert(name).inserted { pending.append(name) }
            }
        }
        for entry in entries { reach(entry.bodies) }
        while let name = pending.popLast() {
            if let index = byName[name] { reach(library[index].bodies) }
        }
        functions = library.filter { reached.contains($0.name) }
    }
}

extension RuleStatement {
    func collectCalls(into names: inout [String]) {
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
    func collectCalls(into names: inout [String]) {
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
