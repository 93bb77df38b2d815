// SPDX-License-Identifier: Apache-2.0

/// A pattern compiled to instructions of a nondeterministic machine.
struct RegexProgram: Sendable {
    /// Instructions of one program, and steps of its compilation.
    static let sizeLimit = 100_000

    enum Instruction: Sendable {
        case set(Int)
        /// Continues at both places, the first preferred.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case assertion(RegexAssertion)
        case match
    }

    private(set) var instructions: [Instruction] = []
    private(set) var sets: [ScalarSet] = []
    let captureCount: Int
    private(set) var hasWordBoundaries = false
    private var setIndex: [ScalarSet: Int] = [:]
    private var steps = 0

    init(_ pattern: String) throws(RegexError) {
        let parsed = try RegexParser.parse(pattern)
        captureCount = parsed.captures
        try emit(parsed.node)
        instructions.append(.match)
    }

    private mutating func add(_ instruction: Instruction) throws(RegexError) {
        guard instructions.count < Self.sizeLimit else { throw .tooLarge("the pattern is too large") }
        instructions.append(instruction)
    }

    private mutating func emit(_ node: RegexNode) throws(RegexError) {
        steps += 1
        guard steps < Self.sizeLimit else { throw .tooLarge("the pattern is too large") }
        switch node {
        case .empty: break
        case .set(let set):
            let index = setIndex[set] ?? sets.count
            if index == sets.count {
                sets.append(set)
                setIndex[set] = index
            }
            try add(.set(index))
        case .assertion(let assertion):
            if assertion == .wordBoundary || assertion == .notWordBoundary { hasWordBoundaries = true }
            try add(.assertion(assertion))
        case .capture(let index, let inner):
            try add(.save(2 * index))
            try emit(inner)
            try add(.save(2 * index + 1))
        case .sequence(let nodes):
            for node in nodes { try emit(node) }
        case .alternatives(let nodes): try emit(alternatives: nodes)
        case .repetition(let inner, let minimum, let maximum, let greedy):
            try emit(inner, minimum, maximum, greedy)
        }
    }

    private mutating func emit(alternatives nodes: [RegexNode]) throws(RegexError) {
        var ends: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try emit(node)
                break
            }
            let split = instructions.count
            try add(.split(split + 1, split + 1))
            try emit(node)
            ends.append(instructions.count)
            try add(.jump(0))
            instructions[split] = .split(split + 1, instructions.count)
        }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }

    private mutating func emit(
        _ inner: RegexNode, _ minimum: Int, _ maximum: Int?, _ greedy: Bool
    ) throws(RegexError) {
        let required = maximum == nil ? max(minimum - 1, 0) : minimum
        for _ in 0..<required { try emit(inner) }
        guard let maximum else {
            try emitLoop(inner, once: minimum > 0, greedy)
            return
        }
        var splits: [Int] = []
        for _ in minimum..<maximum {
            splits.append(instructions.count)
            try add(.split(0, 0))
            try emit(inner)
        }
        for split in splits { instructions[split] = Self.choice(split + 1, instructions.count, greedy) }
    }

    /// `x+` when `once`, else `x*`. A loop over something that may be empty is `(x+)?`, so that priorities are those
    /// of a backtracking search.
    private mutating func emitLoop(_ inner: RegexNode, once: Bool, _ greedy: Bool) throws(RegexError) {
        let entry = instructions.count
        if !once { try add(.split(0, 0)) }
        let body = instructions.count
        try emit(inner)
        if once || inner.matchesEmpty {
            let back = instructions.count
            try add(.split(0, 0))
            instructions[back] = Self.choice(body, instructions.count, greedy)
        } else {
            try add(.jump(entry))
        }
        if !once { instructions[entry] = Self.choice(body, instructions.count, greedy) }
    }

    private static func choice(_ again: Int, _ on: Int, _ greedy: Bool) -> Instruction {
        greedy ? .split(again, on) : .split(on, again)
    }
}
