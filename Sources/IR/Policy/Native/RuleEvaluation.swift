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
    /// Watches, where somebody wants to know why.
    private let trace: RuleTrace?
    /// Variables of all open bodies; those of the innermost start at `base`.
    private var slots: [RuleValue?] = []
    private var base = 0

    init(
        _ program: RuleProgram, input: JSONValue, data: PolicyData, state: JSONValue, patterns: PatternCache,
        trace: RuleTrace? = nil
    ) {
        self.program = program
        self.input = input
        self.data = data
        self.state = state
        self.patterns = patterns
        self.trace = trace
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
            if let trace { trace.variables[slots.count] = .init(origin: try origin(of: argument)) }
            slots.append(value)
        }
        let outer = base
        base = start
        defer { base = outer }
        let watch = startWatching()
        var result: RuleValue?
        for body in function.bodies {
            slots.append(contentsOf: repeatElement(nil, count: body.slotCount - arguments.count))
            defer { slots.removeLast(body.slotCount - arguments.count) }
            _ = try satisfy(body.steps[...]) {
                guard let value = try evaluate(body.value) else { return false }
                if let trace { trace.resultOrigin = try origin(of: body.value) }
                if let result, result != value { throw RuleError.conflict(function.name) }
                result = value
                return function.isPredicate
            }
            if function.isPredicate, result != nil { break }
        }
        if let watch { stopWatching(watch, function, argumentCount: arguments.count, failed: result == nil) }
        return result
    }

    /// Calls `found` for every way to satisfy the steps, until it returns true; whether it did.
    private func satisfy(_ steps: ArraySlice<RuleProgram.Step>, found: () throws -> Bool) throws -> Bool {
        guard let step = steps.first else { return try found() }
        let rest = steps.dropFirst()
        trace?.open()
        switch step {
        case .holds(let code):
            let value = try evaluate(code)
            let within = trace?.close()
            guard let value, value.holds else { return try fail(step, at: steps.startIndex, within) }
            return try satisfy(rest, found: found)
        case .not(let code):
            let value = try evaluate(code)
            let within = trace?.close()
            if let value, value.holds { return try fail(step, at: steps.startIndex, within) }
            return try satisfy(rest, found: found)
        case .bind(let slot, let code):
            let value = try evaluate(code)
            let within = trace?.close()
            guard let value else { return try fail(step, at: steps.startIndex, within) }
            slots[base + slot] = value
            if let trace, let within {
                trace.variables[base + slot] = .init(origin: try origin(of: code), frame: within)
            }
            return try satisfy(rest, found: found)
        case .some(let key, let value, let code):
            let collection = try evaluate(code)
            let within = trace?.close()
            guard let collection else { return try fail(step, at: steps.startIndex, within) }
            return try forEach(collection, of: code, key, value) { try satisfy(rest, found: found) }
        case .every(let key, let value, let code, let body):
            guard let collection = try evaluate(code) else {
                return try fail(step, at: steps.startIndex, trace?.close())
            }
            let failed = try forEach(collection, of: code, key, value) {
                trace?.clear()
                return try !satisfy(body[...]) { true }
            }
            let within = trace?.close()
            return failed ? try fail(step, at: steps.startIndex, within) : try satisfy(rest, found: found)
        }
    }

    /// Runs `body` for every item until it returns true; whether it did.
    private func forEach(
        _ collection: RuleValue, of code: RuleProgram.Code, _ keySlot: Int?, _ valueSlot: Int, _ body: () throws -> Bool
    ) throws -> Bool {
        let place = trace == nil ? nil : try origin(of: code)
        func one(_ key: @autoclosure () -> JSONValue, _ value: JSONValue) throws -> Bool {
            if let keySlot { slots[base + keySlot] = .json(key()) }
            slots[base + valueSlot] = .json(value)
            guard let trace else { return try body() }
            let origin = place?.appending(key())
            if let keySlot { trace.variables[base + keySlot] = .init() }
            trace.variables[base + valueSlot] = .init(origin: origin)
            // What fails below may leave fewer of them, or more.
            let depth = trace.items.count
            trace.items.append(TracedValue(value: value, origin: origin))
            defer { trace.items.removeLast(max(0, trace.items.count - depth)) }
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

// MARK: - Watching

extension RuleEvaluation {
    /// The loops of the caller, while a function is watched.
    private typealias Watch = [TracedValue]

    private func startWatching() -> Watch? {
        guard let trace else { return nil }
        trace.open()
        defer { trace.items = [] }
        return trace.items
    }

    private func stopWatching(
        _ watch: Watch, _ function: RuleProgram.Function, argumentCount: Int, failed: Bool
    ) {
        guard let trace else { return }
        trace.items = watch
        let frame = trace.close()
        guard failed else { return }
        let arguments = (0..<argumentCount).map { index in
            TracedValue(value: slots[base + index]?.listed, origin: trace.variables[base + index]?.origin)
        }
        trace.note(FailedCall(function: function.name, arguments: arguments, failures: frame.failures))
    }

    /// Notes that a statement failed. Returns `false`.
    private func fail(_ step: RuleProgram.Step, at progress: Int, _ within: RuleTrace.Frame?) throws -> Bool {
        guard let trace, let within, !trace.isMuted else { return false }
        var failure = RuleFailure(
            progress: progress, test: .holds, operands: [], items: trace.items, calls: within.calls,
            failures: within.failures)
        switch step {
        case .holds(.comparison(let comparison, .builtin(.count, let left), .builtin(.count, let right))):
            failure.test = .compares(comparison)
            failure.operands = try (left + right).map(traced)
            addCollected(by: left + right, to: &failure)
        case .holds(.comparison(let comparison, .builtin(.count, let left), let right)):
            failure.test = .compares(comparison)
            failure.operands = try (left + [right]).map(traced)
            addCollected(by: left, to: &failure)
        case .holds(.comparison(let comparison, let left, let right)):
            failure.test = .compares(comparison)
            failure.operands = [try traced(left), try traced(right)]
        case .holds(.membership(let element, let collection)):
            failure.test = .contains
            failure.operands = [try traced(element), try traced(collection)]
        case .holds(.builtin(let builtin, let operands)):
            failure.test = .calls(builtin)
            failure.operands = try operands.map(traced)
        case .not(let code):
            failure.test = .fails
            failure.operands = [try subject(of: code)]
        case .holds(let code), .bind(_, let code), .some(_, _, in: let code):
            failure.operands = [try traced(code)]
        case .every:
            failure.test = .every
        }
        trace.note(failure)
        return false
    }

    /// Adds what failed while the collections that are counted came about.
    private func addCollected(by codes: [RuleProgram.Code], to failure: inout RuleFailure) {
        for case .slot(let slot) in codes {
            guard let frame = trace?.variables[base + slot]?.frame else { continue }
            failure.failures += frame.failures
        }
    }

    /// What a condition that must not hold is about.
    private func subject(of code: RuleProgram.Code) throws -> TracedValue {
        switch code {
        case .membership(let element, _): return try traced(element)
        case .call(_, let arguments), .builtin(_, let arguments):
            guard let first = arguments.first else { return try traced(code) }
            let argument = try traced(first)
            return argument.origin == nil ? try traced(code) : argument
        default: return try traced(code)
        }
    }

    private func traced(_ code: RuleProgram.Code) throws -> TracedValue {
        guard let trace else { return TracedValue() }
        let wasMuted = trace.isMuted
        trace.isMuted = true
        defer { trace.isMuted = wasMuted }
        return TracedValue(value: try evaluate(code)?.listed, origin: try origin(of: code))
    }

    /// Where a value stands, or the first that it is computed from.
    private func origin(of code: RuleProgram.Code) throws -> ValueOrigin? {
        guard let trace else { return nil }
        switch code {
        case .value: return nil
        case .slot(let slot): return trace.variables[base + slot]?.origin
        case .input: return ValueOrigin(root: .request, path: [])
        case .policy: return ValueOrigin(root: .policy, path: [])
        case .settings: return ValueOrigin(root: .settings, path: [])
        case .state: return ValueOrigin(root: .state, path: [])
        case .member(let container, let name): return try origin(of: container)?.appending(.string(name))
        case .item(let container, let key):
            guard let place = try origin(of: container) else { return nil }
            return try traced(key).value.flatMap(place.appending)
        case .call:
            let wasMuted = trace.isMuted
            trace.isMuted = true
            defer { trace.isMuted = wasMuted }
            trace.resultOrigin = nil
            _ = try evaluate(code)
            return trace.resultOrigin
        // What stands over the other counts.
        case .builtin(.objectUnion, let codes): return try firstOrigin(codes.reversed())
        case .array(let codes), .builtin(_, let codes): return try firstOrigin(codes)
        case .object(let members): return try firstOrigin(members.map(\.value))
        case .comparison(_, let left, let right), .membership(let left, let right), .union(let left, let right),
            .difference(let left, let right):
            return try firstOrigin([left, right])
        case .arrayComprehension(_, let steps), .setComprehension(_, let steps):
            guard case .some(_, _, in: let code)? = steps.first else { return nil }
            return try origin(of: code)
        }
    }

    private func firstOrigin(_ codes: [RuleProgram.Code]) throws -> ValueOrigin? {
        for code in codes { if let found = try origin(of: code) { return found } }
        return nil
    }
}

extension RuleValue {
    /// The value as JSON, a set as an array in its order.
    fileprivate var listed: JSONValue {
        switch self {
        case .json(let value): value
        case .set(let items): .array(items.sorted(by: Self.precedes))
        }
    }
}
