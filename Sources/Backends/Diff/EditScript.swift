// SPDX-License-Identifier: Apache-2.0

/// Which elements of two sequences stay the same.
///
/// Elements that are unique in both sequences and in the same order anchor the comparison; between anchors Myers'
/// algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986) finds a shortest script in linear space. Its
/// work is bounded: what is left when the bound is reached is replaced as a whole.
struct EditScript {
    /// Steps of Myers' search that one comparison may take, over the length of its input.
    static let workLimit = 20_000_000

    /// A pair of equal runs.
    struct Match: Equatable {
        var old: Int
        var new: Int
        var count: Int
    }

    private let old: [Int]
    private let new: [Int]
    private var work: Int
    private var matches: [Match] = []

    /// Equal runs in ascending order, none adjacent to the next in both sequences.
    static func matches(old: [Int], new: [Int], workLimit: Int = workLimit) -> [Match] {
        var script = EditScript(old: old, new: new, workLimit: workLimit)
        script.run()
        return script.matches
    }

    private init(old: [Int], new: [Int], workLimit: Int) {
        self.old = old
        self.new = new
        work = workLimit
    }

    private struct Box {
        var old: Range<Int>
        var new: Range<Int>
    }

    private mutating func run() {
        var fromOld = 0
        var fromNew = 0
        for anchor in Anchors.find(old, new) {
            compare(Box(old: fromOld..<anchor.old, new: fromNew..<anchor.new))
            add(anchor.old, anchor.new, 1)
            fromOld = anchor.old + 1
            fromNew = anchor.new + 1
        }
        compare(Box(old: fromOld..<old.count, new: fromNew..<new.count))
    }

    private mutating func add(_ old: Int, _ new: Int, _ count: Int) {
        guard count > 0 else { return }
        if let last = matches.last, last.old + last.count == old, last.new + last.count == new {
            matches[matches.count - 1].count += count
        } else {
            matches.append(Match(old: old, new: new, count: count))
        }
    }

    /// Splits a box at the middle of a shortest path until nothing is left of it; the stack is on the heap.
    private mutating func compare(_ box: Box) {
        enum Task {
            case box(Box)
            case match(Match)
        }
        var tasks = [Task.box(box)]
        while let task = tasks.popLast() {
            switch task {
            case .match(let match): add(match.old, match.new, match.count)
            case .box(var box):
                let prefix = commonPrefix(box)
                add(box.old.lowerBound, box.new.lowerBound, prefix)
                box.old = box.old.dropFirst(prefix)
                box.new = box.new.dropFirst(prefix)
                let suffix = commonSuffix(box)
                box.old = box.old.dropLast(suffix)
                box.new = box.new.dropLast(suffix)
                if suffix > 0 {
                    tasks.append(
                        .match(Match(old: box.old.upperBound, new: box.new.upperBound, count: suffix)))
                }
                guard !box.old.isEmpty, !box.new.isEmpty, let snake = middle(box) else { continue }
                tasks.append(
                    .box(
                        Box(
                            old: (snake.old + snake.count)..<box.old.upperBound,
                            new: (snake.new + snake.count)..<box.new.upperBound)))
                tasks.append(.match(snake))
                tasks.append(
                    .box(Box(old: box.old.lowerBound..<snake.old, new: box.new.lowerBound..<snake.new)))
            }
        }
    }

    private func commonPrefix(_ box: Box) -> Int {
        let limit = min(box.old.count, box.new.count)
        var count = 0
        while count < limit, old[box.old.lowerBound + count] == new[box.new.lowerBound + count] { count += 1 }
        return count
    }

    private func commonSuffix(_ box: Box) -> Int {
        let limit = min(box.old.count, box.new.count)
        var count = 0
        while count < limit, old[box.old.upperBound - 1 - count] == new[box.new.upperBound - 1 - count] { count += 1 }
        return count
    }

    /// The middle snake of a box whose first and last elements differ; `nil` when the work is used up or the box has
    /// nothing in common. The two searches go from both corners, diagonal by diagonal, until they meet.
    private mutating func middle(_ box: Box) -> Match? {
        guard work > 0 else { return nil }
        let (n, m) = (box.old.count, box.new.count)
        let delta = n - m
        let half = (n + m + 1) / 2
        let offset = half + 1
        var forward = [Int](repeating: Self.unreached, count: 2 * offset + 1)
        var backward = forward
        work -= 2 * offset
        for distance in 0...half {
            for diagonal in stride(from: -distance, through: distance, by: 2) {
                work -= 1
                guard let from = Self.enter(diagonal, forward, offset, distance, n, m) else { continue }
                var x = from
                while x < n, x - diagonal < m,
                    old[box.old.lowerBound + x] == new[box.new.lowerBound + x - diagonal]
                {
                    x += 1
                }
                forward[offset + diagonal] = x
                work -= x - from
                let other = delta - diagonal
                if delta % 2 != 0, abs(other) < distance, backward[offset + other] != Self.unreached,
                    x + backward[offset + other] >= n
                {
                    return split(box, from, from - diagonal, x - from)
                }
            }
            for diagonal in stride(from: -distance, through: distance, by: 2) {
                work -= 1
                guard let from = Self.enter(diagonal, backward, offset, distance, n, m) else { continue }
                var x = from
                while x < n, x - diagonal < m,
                    old[box.old.upperBound - 1 - x] == new[box.new.upperBound - 1 - x + diagonal]
                {
                    x += 1
                }
                backward[offset + diagonal] = x
                work -= x - from
                let other = delta - diagonal
                if delta % 2 == 0, abs(other) <= distance, forward[offset + other] != Self.unreached,
                    x + forward[offset + other] >= n
                {
                    return split(box, n - x, m - x + diagonal, x - from)
                }
            }
            if work < 0 { return nil }
        }
        return nil
    }

    private static let unreached = -1

    /// The furthest point at which a path of this length enters a diagonal within a box of `n` by `m`; `nil` when none
    /// does.
    private static func enter(
        _ diagonal: Int, _ reach: [Int], _ offset: Int, _ distance: Int, _ n: Int, _ m: Int
    ) -> Int? {
        if distance == 0 { return 0 }
        let left = reach[offset + diagonal - 1]
        let above = reach[offset + diagonal + 1]
        let deleted = left != unreached && left < n ? left + 1 : unreached
        let inserted = above != unreached && above - diagonal <= m ? above : unreached
        let furthest = max(deleted, inserted)
        return furthest == unreached ? nil : furthest
    }

    /// A split of the box; `nil` when it would not make it smaller.
    private func split(_ box: Box, _ x: Int, _ y: Int, _ count: Int) -> Match? {
        let isWhole = count == 0 && ((x == 0 && y == 0) || (x == box.old.count && y == box.new.count))
        return isWhole ? nil : Match(old: box.old.lowerBound + x, new: box.new.lowerBound + y, count: count)
    }
}

/// Elements that occur once in each sequence, thinned to a longest run in the same order.
enum Anchors {
    static func find(_ old: [Int], _ new: [Int]) -> [(old: Int, new: Int)] {
        let limit = max(old.max() ?? -1, new.max() ?? -1) + 1
        var places = [(old: Int, new: Int)](repeating: (-1, -1), count: limit)
        for (index, element) in old.enumerated() { places[element].old = places[element].old == -1 ? index : -2 }
        for (index, element) in new.enumerated() { places[element].new = places[element].new == -1 ? index : -2 }
        var pairs: [(old: Int, new: Int)] = []
        for (index, element) in old.enumerated() where places[element].old == index && places[element].new >= 0 {
            pairs.append((index, places[element].new))
        }
        return longestAscending(pairs)
    }

    /// The longest subsequence whose second parts ascend, by patience sorting.
    private static func longestAscending(_ pairs: [(old: Int, new: Int)]) -> [(old: Int, new: Int)] {
        var tops: [Int] = []
        var previous = [Int](repeating: -1, count: pairs.count)
        for index in pairs.indices {
            var low = 0
            var high = tops.count
            while low < high {
                let middle = (low + high) / 2
                if pairs[tops[middle]].new < pairs[index].new { low = middle + 1 } else { high = middle }
            }
            if low > 0 { previous[index] = tops[low - 1] }
            if low == tops.count { tops.append(index) } else { tops[low] = index }
        }
        var result: [(old: Int, new: Int)] = []
        var index = tops.last ?? -1
        while index >= 0 {
            result.append(pairs[index])
            index = previous[index]
        }
        return result.reversed()
    }
}
