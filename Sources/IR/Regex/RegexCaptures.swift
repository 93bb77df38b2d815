// SPDX-License-Identifier: Apache-2.0

extension RegexProgram {
    /// The leftmost match, and of several there the one that a backtracking search would find first.
    ///
    /// Simulates all threads in step, so the time is at most the product of the lengths of program and text.
    /// Returns start and end of the whole match and of each group, in scalars; -1 for a group that took no part.
    func captures(in text: [UInt32]) -> [Int]? {
        var machine = ThreadMachine(program: self, text: text)
        return machine.run()
    }
}

private struct ThreadMachine {
    let program: RegexProgram
    let text: [UInt32]
    private var current: ThreadList
    private var next: ThreadList
    private let slotCount: Int

    init(program: RegexProgram, text: [UInt32]) {
        self.program = program
        self.text = text
        slotCount = 2 * (program.captureCount + 1)
        current = ThreadList(size: program.instructions.count)
        next = ThreadList(size: program.instructions.count)
    }

    mutating func run() -> [Int]? {
        var found: [Int]?
        for position in 0...text.count {
            if found == nil {
                var slots = [Int](repeating: -1, count: slotCount)
                slots[0] = position
                follow(0, slots, position, &current)
            }
            if found != nil, current.threads.isEmpty { break }
            next.clear()
            step: for thread in current.threads {
                switch program.instructions[thread.instruction] {
                case .match:
                    found = thread.slots
                    found?[1] = position
                    break step
                case .set(let set):
                    if position < text.count, program.sets[set].contains(text[position]) {
                        follow(thread.instruction + 1, thread.slots, position + 1, &next)
                    }
                default: break
                }
            }
            swap(&current, &next)
        }
        return found
    }

    /// Adds the threads that stand at `start` once everything that consumes nothing is done, in order of preference.
    private func follow(_ start: Int, _ slots: [Int], _ position: Int, _ list: inout ThreadList) {
        var pending = [(start, slots)]
        while let (instruction, slots) = pending.popLast() {
            guard list.mark(instruction) else { continue }
            switch program.instructions[instruction] {
            case .jump(let target): pending.append((target, slots))
            case .split(let first, let second):
                pending.append((second, slots))
                pending.append((first, slots))
            case .save(let slot):
                var saved = slots
                saved[slot] = position
                pending.append((instruction + 1, saved))
            case .assertion(let assertion):
                if holds(assertion, position) { pending.append((instruction + 1, slots)) }
            case .set, .match: list.threads.append(.init(instruction: instruction, slots: slots))
            }
        }
    }

    private func holds(_ assertion: RegexAssertion, _ position: Int) -> Bool {
        switch assertion {
        case .start: position == 0
        case .end: position == text.count
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .notWordBoundary: isWord(position - 1) == isWord(position)
        }
    }

    private func isWord(_ position: Int) -> Bool {
        text.indices.contains(position) && ScalarSet.words.contains(text[position])
    }
}

private struct ThreadList {
    struct Thread {
        var instruction: Int
        var slots: [Int]
    }

    var threads: [Thread] = []
    private var marks: [UInt32]
    private var generation: UInt32 = 1

    init(size: Int) { marks = Array(repeating: 0, count: size) }

    mutating func clear() {
        threads.removeAll(keepingCapacity: true)
        generation += 1
    }

    /// Whether the instruction was not yet visited in this step.
    mutating func mark(_ instruction: Int) -> Bool {
        guard marks[instruction] != generation else { return false }
        marks[instruction] = generation
        return true
    }
}
