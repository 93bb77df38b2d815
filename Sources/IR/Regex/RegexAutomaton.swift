// SPDX-License-Identifier: Apache-2.0

/// Answers whether a pattern occurs in a text by a deterministic machine that is built while it runs.
///
/// Each state is the set of places where threads stand. Scalars that no set of the program tells apart share a column
/// of the table. When there are too many states the table is thrown away, so memory stays bounded and each scalar
/// still costs at most one pass over the program. Word boundaries look at two scalars and are not for this machine.
struct RegexAutomaton {
    private static let stateLimit = 2_000
    private static let unknown: Int32 = -1
    private static let accepted: Int32 = -2

    private let program: RegexProgram
    /// First scalar of each column.
    private let columns: [UInt32]
    private let asciiColumns: [Int]
    /// For each set, the columns in it.
    private let membership: [[Bool]]
    private var states: [[Int]] = []
    private var numbers: [[Int]: Int32] = [:]
    private var table: [Int32] = []
    private var acceptsAtEnd: [Bool?] = []
    private var first: Int32 = unknown

    init(_ program: RegexProgram) {
        self.program = program
        var starts: Set<UInt32> = [0]
        for set in program.sets {
            for range in set.ranges {
                starts.insert(range.lowerBound)
                starts.insert(range.upperBound + 1)
            }
        }
        let columns = starts.sorted()
        self.columns = columns
        asciiColumns = (0..<128).map { Self.column(of: UInt32($0), columns) }
        membership = program.sets.map { set in columns.map { set.contains($0) } }
    }

    private static func column(of scalar: UInt32, _ columns: [UInt32]) -> Int {
        var low = 0
        var high = columns.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if columns[middle] <= scalar { low = middle } else { high = middle }
        }
        return low
    }

    mutating func matches(_ text: String) -> Bool {
        if first == Self.unknown { first = number(places(from: [0], atStart: true, atEnd: false)) }
        var state = first
        var isStart = true
        for scalar in text.unicodeScalars {
            if state == Self.accepted { return true }
            let value = scalar.value
            let column = value < 128 ? asciiColumns[Int(value)] : Self.column(of: value, columns)
            let cell = Int(state) * columns.count + column
            if table[cell] != Self.unknown {
                state = table[cell]
            } else {
                state = step(state, column)
            }
            isStart = false
        }
        return state == Self.accepted || accepts(state, atStart: isStart)
    }

    /// The successor, a search being able to start anew at every position.
    private mutating func step(_ state: Int32, _ column: Int) -> Int32 {
        var entered: [Int] = []
        for place in states[Int(state)] {
            if case .set(let set) = program.instructions[place], membership[set][column] { entered.append(place + 1) }
        }
        entered.append(0)
        let successor = places(from: entered, atStart: false, atEnd: false)
        if states.count >= Self.stateLimit {
            states = []
            numbers = [:]
            table = []
            acceptsAtEnd = []
            first = Self.unknown
            return number(successor)
        }
        let target = number(successor)
        table[Int(state) * columns.count + column] = target
        return target
    }

    private mutating func number(_ places: [Int]) -> Int32 {
        if places.contains(where: { if case .match = program.instructions[$0] { true } else { false } }) {
            return Self.accepted
        }
        if let known = numbers[places] { return known }
        let number = Int32(states.count)
        states.append(places)
        numbers[places] = number
        acceptsAtEnd.append(nil)
        table.append(contentsOf: repeatElement(Self.unknown, count: columns.count))
        return number
    }

    private mutating func accepts(_ state: Int32, atStart: Bool) -> Bool {
        if !atStart, let known = acceptsAtEnd[Int(state)] { return known }
        let ends = places(from: states[Int(state)], atStart: atStart, atEnd: true)
        let result = ends.contains { if case .match = program.instructions[$0] { true } else { false } }
        if !atStart { acceptsAtEnd[Int(state)] = result }
        return result
    }

    /// Where threads stand after everything that consumes nothing, sorted. A thread that waits for the end stays at
    /// its assertion until the end is known.
    private func places(from starts: [Int], atStart: Bool, atEnd: Bool) -> [Int] {
        var seen: Set<Int> = []
        var pending = starts
        var result: [Int] = []
        while let place = pending.popLast() {
            guard seen.insert(place).inserted else { continue }
            switch program.instructions[place] {
            case .jump(let target): pending.append(target)
            case .split(let left, let right):
                pending.append(left)
                pending.append(right)
            case .save: pending.append(place + 1)
            case .assertion(.start): if atStart { pending.append(place + 1) }
            case .assertion(.end): if atEnd { pending.append(place + 1) } else { result.append(place) }
            case .assertion: break
            case .set, .match: result.append(place)
            }
        }
        return result.sorted()
    }
}
