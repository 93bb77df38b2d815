// SPDX-License-Identifier: Apache-2.0

/// Where things stand on their lines.
extension YAMLDocument {
    /// Offset of the first byte of the line that an offset is on.
    func lineStart(_ offset: Int) -> Int {
        var start = offset
        while start > 0, !isBreak(source.bytes[start - 1]) { start -= 1 }
        return start
    }

    /// Offset of the line break that ends the line an offset is on, or of the end of the source.
    func lineEnd(_ offset: Int) -> Int {
        var end = offset
        while end < source.bytes.count, !isBreak(source.bytes[end]) { end += 1 }
        return end
    }

    /// Offset after the line break at an offset.
    func afterBreak(_ offset: Int) -> Int {
        let bytes = source.bytes
        guard offset < bytes.count else { return offset }
        return bytes[offset] == 0x0D && offset + 1 < bytes.count && bytes[offset + 1] == 0x0A ? offset + 2 : offset + 1
    }

    /// Offset of the line break that ends before an offset.
    func beforeBreak(_ offset: Int) -> Int {
        let bytes = source.bytes
        guard offset > 0, isBreak(bytes[offset - 1]) else { return offset }
        return offset > 1 && bytes[offset - 1] == 0x0A && bytes[offset - 2] == 0x0D ? offset - 2 : offset - 1
    }

    /// Characters between the start of the line and an offset.
    func column(_ offset: Int) -> Int {
        var start = lineStart(offset)
        if start == 0, source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = min(3, offset) }
        return source.bytes[start..<offset].count { $0 & 0xC0 != 0x80 }
    }

    /// Whether only spaces stand before an offset on its line.
    func isIndentation(before offset: Int) -> Bool {
        var index = offset
        while index > 0, !isBreak(source.bytes[index - 1]) {
            index -= 1
            guard source.bytes[index] == 0x20 else { return false }
        }
        return true
    }

    /// The start of a node's own text, after its anchor and tag.
    func contentStart(_ index: Int32) -> Int {
        let node = tape[Int(index)]
        let bytes = source.bytes
        var at = Int(node.start)
        // What follows may be the first key of a collection, with an anchor and a tag of its own.
        var hasAnchor = node.anchored
        var hasTag = node.tag != .none
        while at < Int(node.end) {
            switch bytes[at] {
            case UInt8(ascii: "&") where hasAnchor:
                hasAnchor = false
                // A colon ends an anchor, and may be the start of the text.
                while at < Int(node.end), !isSpace(bytes[at]), bytes[at] != UInt8(ascii: ":") { at += 1 }
            case UInt8(ascii: "!") where hasTag:
                hasTag = false
                while at < Int(node.end), !isSpace(bytes[at]) { at += 1 }
            default: return at
            }
            while at < Int(node.end), isSpace(bytes[at]) || bytes[at] == UInt8(ascii: "#") {
                at = bytes[at] == UInt8(ascii: "#") ? lineEnd(at) : at + 1
            }
        }
        return at
    }

    /// The end of what a node says, without blank lines that libyaml counts to a block scalar.
    func contentEnd(_ index: Int32) -> Int {
        let node = tape[Int(index)]
        let last = tape[Int(node.next) - 1]
        var end = Int(node.end)
        guard last.style == .literal || last.style == .folded else { return end }
        if keepsBlankLines(last) { return end }
        // Spaces that are part of the text are on its last line, whatever it looks like.
        let text = textBytes(node.next - 1).last { $0 != 0x0A }
        let endsWithSpace = text == 0x20 || text == 0x09
        while end > Int(last.start), endsWithSpace ? isBreak(source.bytes[end - 1]) : isSpace(source.bytes[end - 1]) {
            end -= 1
        }
        return end
    }

    /// Whether a node ends with a block scalar whose blank lines are part of it (`|+`).
    func endsWithKeptLines(_ index: Int32) -> Bool {
        let last = tape[Int(tape[Int(index)].next) - 1]
        return (last.style == .literal || last.style == .folded) && keepsBlankLines(last)
    }

    /// Where the header of a block scalar must get a `-` before a line may follow it: that of a scalar that ends with
    /// the source and without a line break, and so would gain one. `nil` when the node does not end with such a scalar.
    func headerToStrip(_ index: Int32) -> Range<Int>? {
        let position = tape[Int(index)].next - 1
        let last = tape[Int(position)]
        guard last.style == .literal || last.style == .folded, lineEnd(contentEnd(index)) == source.bytes.count,
            let end = textBytes(position).last, end != 0x0A
        else { return nil }
        let indicators = indicators(last)
        if indicators.contains(UInt8(ascii: "-")) { return nil }
        if let keep = indicators.firstIndex(of: UInt8(ascii: "+")) { return keep..<keep + 1 }
        return indicators.startIndex..<indicators.startIndex
    }

    /// Whether a node is a block scalar that states its indentation (`|2`).
    func hasExplicitIndentation(_ index: Int32) -> Bool {
        let node = tape[Int(index)]
        return (node.style == .literal || node.style == .folded)
            && indicators(node).contains { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    private func keepsBlankLines(_ scalar: TapeNode) -> Bool { indicators(scalar).contains(UInt8(ascii: "+")) }

    /// What follows the `|` or `>` of a block scalar: an indentation and what to do with line breaks at its end.
    private func indicators(_ scalar: TapeNode) -> ArraySlice<UInt8> {
        let start = Int(scalar.start)
        let header = source.bytes[start..<min(lineEnd(start), Int(scalar.end))]
        guard let kind = header.firstIndex(where: { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ">") }) else {
            return []
        }
        return header[(kind + 1)...].prefix { $0 > 0x20 }
    }

    /// Offset of the dash before an item of a block sequence.
    func dash(before index: Int32) -> Int? { indicator(UInt8(ascii: "-"), before: Int(tape[Int(index)].start)) }

    /// Offset of the question mark before an explicit key.
    func questionMark(before key: Int) -> Int? { indicator(UInt8(ascii: "?"), before: key) }

    /// Offset of an indicator of block collections that has nothing but spaces, line breaks and comments between itself
    /// and an offset.
    private func indicator(_ wanted: UInt8, before offset: Int) -> Int? {
        let bytes = source.bytes
        var at = offset
        while at > range.lowerBound, isSpace(bytes[at - 1]), !isBreak(bytes[at - 1]) { at -= 1 }
        if at > range.lowerBound, !isBreak(bytes[at - 1]) {
            let isAlone = at - 2 < range.lowerBound || isSpace(bytes[at - 2])
            return bytes[at - 1] == wanted && isAlone ? at - 1 : nil
        }
        while at > range.lowerBound {
            at = lineStart(beforeBreak(at))
            guard let line = indicators(ofLine: at) else { return nil }
            if let last = line.last { return bytes[last] == wanted ? last : nil }
        }
        return nil
    }

    /// The indicators on a line that has nothing else but a comment; `nil` when it has.
    private func indicators(ofLine start: Int) -> [Int]? {
        let end = lineEnd(start)
        var found: [Int] = []
        var at = start
        while at < end {
            switch source.bytes[at] {
            case 0x20, 0x09: break
            case UInt8(ascii: "#"): return found
            case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
                guard at + 1 == end || isSpace(source.bytes[at + 1]) else { return nil }
                found.append(at)
            default: return nil
            }
            at += 1
        }
        return found
    }

    /// Offset after the colon that follows a key.
    func afterColon(key index: Int32) -> Int? {
        var at = Int(tape[Int(index)].end)
        let bytes = source.bytes
        while at < bytes.count, isSpace(bytes[at]) || bytes[at] == UInt8(ascii: "#") {
            at = bytes[at] == UInt8(ascii: "#") ? lineEnd(at) : at + 1
        }
        return at < bytes.count && bytes[at] == UInt8(ascii: ":") ? at + 1 : nil
    }

    private func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || isBreak(byte) }
}
