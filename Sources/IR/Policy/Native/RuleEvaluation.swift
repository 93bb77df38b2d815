// SPDX-License-Identifier: Apache-2.0

/// Why evaluation ended without an answer. The agent denies then.
package enum RuleError: Error, Sendable, Equatable {
    /// A function or rule has two different values.
    case conflict(String)
    /// Something was to be gone through that is no array, set or object; what it is.
    case notACollection(String)
    /// A pattern that is valid for the agent but unknown to this evaluator; why.
    case pattern(String)
    /// There is no rule of that name.
    case noRule(String)
}

/// One evaluation: the rules, what they refer to, and the variables of the bodies being tried.
final class RuleEvaluation {
    private let program: RuleProgram
    private let input: JSONValue
    private let data: PolicyData
    private let state: JSONValue
    private let patterns: PatternCache
    /// Variables of all open bodies; those of the innermost start at `base`.
    private var slots: [RuleValue?] = []
    private var base = 0

    init(_ program: RuleProgram, input: JSONValue, data: PolicyData, state: JSONValue, patterns: PatternCache) {
        self.program = program
        self.input = input
        self.data = data
        self.state = state
        self.patterns = patterns
    }

    /// The answer of the rule for a request.
    func answer(_ name: String) throws -> JSONValue {
        guard let entry = program.entries[name] else { throw RuleError.noRule(name) }
        return try value(of: entry.rule, [])?.json ?? .bool(entry.fallback)
    }

    private func value(of function: RuleProgram.Function, _ arguments: [RuleProgram.Code]) throws -> RuleValue? {
        let start = slots.count
        defer { slots.removeLast(slots.count - start) }
        for argument in arguments {
            guard let value = try evaluate(argument) else { return nil }
            slots.append(value)
        }
        let outer = base
        base = start
        defer { base = outer }
        var result: RuleValue?
        for body in function.bodies {
            slots.append(contentsOf: repeatElement(nil, count: body.slotCount - arguments.count))
            defer { slots.removeLast(body.slotCount - arguments.count) }
            _ = try satisfy(body.steps[...]) {
                guard let value = try evaluate(body.value) else { return false }
                if let result, result != value { throw RuleError.conflict(function.name) }
                result = value
                return function.isPredicate
            }
            if function.isPredicate, result != nil { break }
        }
        return result
    }

    /// Calls `found` for every way to satisfy the steps, until it returns true; whether it did.
    private func satisfy(_ steps: ArraySlice<RuleProgram.Step>, found: () throws -> Bool) throws -> Bool {
        guard let step = steps.first else { return try found() }
        let rest = steps.dropFirst()
        switch step {
        case .holds(let code):
            guard let value = try evaluate(code), value.holds else { return false }
            return try satisfy(rest, found: found)
        case .not(let code):
            if let value = try evaluate(code), value.holds { return false }
            return try satisfy(rest, found: found)
        case .bind(let slot, let code):
            guard let value = try evaluate(code) else { return false }
            slots[base + slot] = value
            return try satisfy(rest, found: found)
        case .some(let key, let value, let code):
            guard let collection = try evaluate(code) else { return false }
            return try forEach(collection, key, value) { try satisfy(rest, found: found) }
        case .every(let key, let value, let code, let body):
            guard let collection = try evaluate(code) else { return false }
            let failed = try forEach(collection, key, value) { try !satisfy(body[...]) { true } }
            return failed ? false : try satisfy(rest, found: found)
        }
    }

    /// Runs `body` for every item until it returns true; whether it did.
    private func forEach(
        _ collection: RuleValue, _ keySlot: Int?, _ valueSlot: Int, _ body: () throws -> Bool
    ) throws -> Bool {
        func one(_ key: @autoclosure () -> JSONValue, _ value: JSONValue) throws -> Bool {
            if let keySlot { slots[base + keySlot] = .json(key()) }
            slots[base + valueSlot] = .json(value)
            return try body()
        }
        switch collection {
        case .json(.array(let items)):
            for (index, item) in items.enumerated() where try one(.integer(Int128(index)), item) { return true }
        case .json(.object(let object)):
            let members = object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (key, value) in members where try one(.string(key), value) { return true }
        case .set(let items):
            for item in items.sorted(by: RuleValue.precedes) where try one(item, item) { return true }
        case .json(let other): throw RuleError.notACollection(other.kindName)
        }
        return false
    }

    private func evaluate(_ code: RuleProgram.Code) throws -> RuleValue? {
        switch code {
        case .value(let value): return value
        case .slot(let slot): return slots[base + slot]
        case .input: return .json(input)
        case .policy: return .json(data.pod)
        case .settings: return .json(data.settings)
        case .state: return .json(state)
        case .member(let container, let name):
            guard case .json(.object(let object)) = try evaluate(container) else { return nil }
            return object[name].map(RuleValue.json)
        case .item(let container, let key):
            guard let container = try evaluate(container), let key = try evaluate(key)?.json else { return nil }
            return container.item(at: key)
        case .array(let codes):
            var items: [JSONValue] = []
            for code in codes {
                guard let item = try evaluate(code)?.json else { return nil }
                items.append(item)
            }
            return .json(.array(items))
        case .object(let members):
            var object = JSONObject()
            for (key, code) in members {
                guard let value = try evaluate(code)?.json else { return nil }
                object[key] = value
            }
            return .json(.object(object))
        case .arrayComprehension(let value, let steps):
            var items: [JSONValue] = []
            _ = try satisfy(steps[...]) {
                if let item = try evaluate(value)?.json { items.append(item) }
                return false
            }
            return .json(.array(items))
        case .setComprehension(let value, let steps):
            var items: Set<JSONValue> = []
            _ = try satisfy(steps[...]) {
                if let item = try evaluate(value)?.json { items.insert(item) }
                return false
            }
            return .set(items)
        case .call(let index, let codes):
            return try value(of: program.functions[index], codes)
        case .builtin(let builtin, let codes):
            guard let arguments = try values(codes) else { return nil }
            return try builtin.apply(arguments, patterns)
        case .comparison(let comparison, let left, let right):
            guard let left = try evaluate(left), let right = try evaluate(right) else { return nil }
            return left.compare(comparison, right).map { .json(.bool($0)) }
        case .membership(let element, let collection):
            guard let element = try evaluate(element)?.json, let collection = try evaluate(collection) else {
                return nil
            }
            return .json(.bool(collection.contains(element)))
        case .union(let left, let right):
            guard case .set(let left) = try evaluate(left), case .set(let right) = try evaluate(right) else {
                return nil
            }
            return .set(left.union(right))
        case .difference(let left, let right):
            guard case .set(let left) = try evaluate(left), case .set(let right) = try evaluate(right) else {
                return nil
            }
            return .set(left.subtracting(right))
        }
    }

    private func values(_ codes: [RuleProgram.Code]) throws -> [RuleValue]? {
        var values: [RuleValue] = []
        values.reserveCapacity(codes.count)
        for code in codes {
            guard let value = try evaluate(code) else { return nil }
            values.append(value)
        }
        return values
    }
}
