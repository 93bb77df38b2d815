// SPDX-License-Identifier: Apache-2.0

/// Rules made ready for evaluation: variables are numbered, calls go to functions by index, and no call leads back to
/// its caller, so evaluation ends.
package struct RuleProgram: Sendable {
    indirect enum Code: Sendable {
        case value(RuleValue)
        case slot(Int)
        case input
        case policy
        case settings
        case state
        case member(Code, String)
        case item(Code, Code)
        case array([Code])
        case object([(key: String, value: Code)])
        case arrayComprehension(Code, [Step])
        case setComprehension(Code, [Step])
        case call(Int, [Code])
        case builtin(RuleBuiltin, [Code])
        case comparison(RuleComparison, Code, Code)
        case membership(Code, Code)
        case union(Code, Code)
        case difference(Code, Code)
    }

    indirect enum Step: Sendable {
        case holds(Code)
        case not(Code)
        case bind(Int, Code)
        case some(key: Int?, value: Int, in: Code)
        case every(key: Int?, value: Int, in: Code, [Step])
    }

    struct Body: Sendable {
        var value: Code
        var steps: [Step]
        var slotCount: Int
    }

    struct Function: Sendable {
        var name: String
        var bodies: [Body]
        /// Every body has the value `true`, so the first that is satisfied decides.
        var isPredicate: Bool
    }

    package let profile: PolicyProfile
    private(set) var functions: [Function] = []
    private(set) var entries: [String: (fallback: Bool, rule: Function)] = [:]
    /// Mistakes in the rules themselves: names that mean nothing, calls in a circle. What they concern is undefined.
    package private(set) var problems: [String] = []

    package init(_ rules: RuleSet) {
        profile = rules.profile
        var linker = Linker(rules: rules)
        for entry in rules.entries {
            let rule = linker.link(entry.name, [], entry.bodies)
            entries[entry.name] = (entry.fallback, rule)
        }
        functions = linker.linked
        problems = linker.problems
    }
}

/// Turns trees into code, functions in the order in which they are first called.
private struct Linker {
    private let library: [String: RuleFunction]
    private var index: [String: Int] = [:]
    private var open: Set<String> = []
    var linked: [RuleProgram.Function] = []
    var problems: [String] = []

    init(rules: RuleSet) {
        library = Dictionary(rules.functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for function in rules.functions where library[function.name]?.parameters != function.parameters {
            problems.append("two functions are called '\(function.name)'")
        }
    }

    mutating func link(_ name: String, _ parameters: [String], _ bodies: [RuleBody]) -> RuleProgram.Function {
        let compiled = bodies.map { body in
            var scope = Scope(owner: name, variables: [:], next: 0)
            for parameter in parameters { _ = scope.declare(parameter) }
            let steps = self.steps(body.statements, &scope)
            let value = code(body.value, &scope)
            return RuleProgram.Body(value: value, steps: steps, slotCount: scope.next)
        }
        let isPredicate = bodies.allSatisfy {
            if case .literal(.bool(true)) = $0.value { true } else { false }
        }
        return RuleProgram.Function(name: name, bodies: compiled, isPredicate: isPredicate)
    }

    private mutating func function(_ name: String, argumentCount: Int, from owner: String) -> Int? {
        guard let function = library[name] else {
            problems.append("'\(owner)' calls '\(name)', which does not exist")
            return nil
        }
        guard function.parameters.count == argumentCount else {
            problems.append("'\(owner)' calls '\(name)' with the wrong number of arguments")
            return nil
        }
        if let known = index[name] { return known }
        guard open.insert(name).inserted else {
            problems.append("'\(name)' leads back to itself")
            return nil
        }
        let result = link(name, function.parameters, function.bodies)
        linked.append(result)
        index[name] = linked.count - 1
        return linked.count - 1
    }

    private struct Scope {
        let owner: String
        var variables: [String: Int]
        var next: Int

        mutating func declare(_ name: String) -> Int {
            variables[name] = next
            next += 1
            return next - 1
        }
    }

    private mutating func steps(_ statements: [RuleStatement], _ scope: inout Scope) -> [RuleProgram.Step] {
        statements.map { statement in
            switch statement {
            case .holds(let expression): return .holds(code(expression, &scope))
            case .not(let expression): return .not(code(expression, &scope))
            case .bind(let name, let expression):
                let value = code(expression, &scope)
                return .bind(scope.declare(name), value)
            case .some(let key, let value, let collection):
                let items = code(collection, &scope)
                return .some(key: key.map { scope.declare($0) }, value: scope.declare(value), in: items)
            case .every(let key, let value, let collection, let body):
                let items = code(collection, &scope)
                let outer = scope.variables
                defer { scope.variables = outer }
                let keySlot = key.map { scope.declare($0) }
                let valueSlot = scope.declare(value)
                return .every(key: keySlot, value: valueSlot, in: items, steps(body, &scope))
            }
        }
    }

    private mutating func comprehension(
        _ value: RuleExpression, _ statements: [RuleStatement], _ scope: inout Scope
    ) -> (RuleProgram.Code, [RuleProgram.Step]) {
        let outer = scope.variables
        defer { scope.variables = outer }
        let steps = self.steps(statements, &scope)
        return (code(value, &scope), steps)
    }

    private mutating func code(_ expression: RuleExpression, _ scope: inout Scope) -> RuleProgram.Code {
        switch expression {
        case .literal(let value): return .value(.json(value))
        case .input: return .input
        case .policy: return .policy
        case .settings: return .settings
        case .state: return .state
        case .variable(let name):
            if let slot = scope.variables[name] { return .slot(slot) }
            problems.append("'\(scope.owner)' refers to '\(name)', which is not bound")
            return .undefined
        case .member(let container, .literal(.string(let name))): return .member(code(container, &scope), name)
        case .member(let container, let key): return .item(code(container, &scope), code(key, &scope))
        case .array(let items): return .array(items.map { code($0, &scope) })
        case .object(let members): return .object(members.map { ($0.key, code($0.value, &scope)) })
        case .arrayComprehension(let value, let statements):
            let (value, steps) = comprehension(value, statements, &scope)
            return .arrayComprehension(value, steps)
        case .setComprehension(let value, let statements):
            let (value, steps) = comprehension(value, statements, &scope)
            return .setComprehension(value, steps)
        case .call(let name, let arguments):
            let codes = arguments.map { code($0, &scope) }
            guard let target = function(name, argumentCount: codes.count, from: scope.owner) else { return .undefined }
            return .call(target, codes)
        case .builtin(let builtin, let arguments): return .builtin(builtin, arguments.map { code($0, &scope) })
        case .comparison(let comparison, let left, let right):
            return .comparison(comparison, code(left, &scope), code(right, &scope))
        case .membership(let left, let right): return .membership(code(left, &scope), code(right, &scope))
        case .union(let left, let right): return .union(code(left, &scope), code(right, &scope))
        case .difference(let left, let right): return .difference(code(left, &scope), code(right, &scope))
        }
    }
}

extension RuleProgram.Code {
    /// Never has a value.
    fileprivate static let undefined = RuleProgram.Code.member(.value(.json(.null)), "")
}
