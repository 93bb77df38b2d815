// SPDX-License-Identifier: Apache-2.0

/// Changes that lie close together, with the unchanged lines around them.
struct Hunk {
    enum Part {
        /// Lines of the old text that stay.
        case keep(Range<Int>)
        /// Lines of the old text.
        case remove(Range<Int>)
        /// Lines of the new text.
        case insert(Range<Int>)
    }

    private(set) var old: Range<Int>
    private(set) var new: Range<Int>
    private(set) var parts: [Part] = []

    /// All hunks. Two changes share one when no more than twice the context lies between them.
    static func all(_ matches: [EditScript.Match], oldCount: Int, newCount: Int, context: Int) -> [Hunk] {
        var hunks: [Hunk] = []
        var old = 0
        var new = 0
        for match in matches + [EditScript.Match(old: oldCount, new: newCount, count: 0)] {
            if match.old > old || match.new > new {
                let last = hunks.indices.last
                let end = last.map { hunks[$0].old.upperBound }
                if let last, let end, old - end <= 2 * context {
                    hunks[last].keep(upTo: old)
                } else {
                    if let last, let end { hunks[last].keep(upTo: end + context) }
                    let before = min(context, old)
                    hunks.append(
                        Hunk(old: (old - before)..<(old - before), new: (new - before)..<(new - before)))
                    hunks[hunks.count - 1].keep(upTo: old)
                }
                hunks[hunks.count - 1].replace(upTo: match)
            }
            old = match.old + match.count
            new = match.new + match.count
        }
        if let last = hunks.indices.last {
            hunks[last].keep(upTo: min(oldCount, hunks[last].old.upperBound + context))
        }
        return hunks
    }

    private init(old: Range<Int>, new: Range<Int>) {
        self.old = old
        self.new = new
    }

    private mutating func keep(upTo end: Int) {
        let range = old.upperBound..<end
        guard !range.isEmpty else { return }
        parts.append(.keep(range))
        old = old.lowerBound..<end
        new = new.lowerBound..<(new.upperBound + range.count)
    }

    private mutating func replace(upTo match: EditScript.Match) {
        if match.old > old.upperBound { parts.append(.remove(old.upperBound..<match.old)) }
        if match.new > new.upperBound { parts.append(.insert(new.upperBound..<match.new)) }
        old = old.lowerBound..<match.old
        new = new.lowerBound..<match.new
    }
}
