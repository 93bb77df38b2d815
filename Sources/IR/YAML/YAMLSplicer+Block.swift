// SPDX-License-Identifier: Apache-2.0

/// Edits of collections whose entries stand on lines of their own.
extension YAMLSplicer {
    mutating func blockCollection(_ id: Int32, _ original: TreeChildren, _ children: TreeChildren, indent: Int) {
        let isMapping = tree.nodes[Int(id)].kind == .mapping
        let before = entries(original, isMapping: isMapping)
        let after = entries(children, isMapping: isMapping)
        let originals = Dictionary(before.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(after.map(\.identity)).intersection(originals.keys)
        guard !after.isEmpty, canEditInPlace(before, kept: kept, in: id) else {
            return reprint(id, isEmpty: after.isEmpty)
        }
        let column = blockColumn(id)

        var previous: Entry?
        var added: [Entry] = []
        for entry in after {
            guard kept.contains(entry.identity) else {
                added.append(entry)
                continue
            }
            insert(added, after: previous, before: before[0], in: id, column: column)
            added = []
            guard let old = originals[entry.identity] else { continue }
            if let key = entry.key { node(key, indent: column, inFlow: false) }
            if old.value == entry.value {
                node(entry.value, indent: column, inFlow: false)
            } else if let key = entry.key {
                replaceValue(of: key, old.value, with: entry.value, column: column)
            }
            previous = old
        }
        insert(added, after: previous, before: before[0], in: id, column: column)
        var position = 0
        while position < before.count {
            defer { position += 1 }
            guard !kept.contains(before[position].identity) else { continue }
            let first = before[position]
            while position + 1 < before.count, !kept.contains(before[position + 1].identity) { position += 1 }
            delete(
                first, through: before[position], next: position + 1 < before.count ? before[position + 1] : nil, in: id
            )
        }
    }

    /// Where an entry's own text starts: at its dash, its question mark or its key.
    func start(of entry: Entry, in id: Int32) -> Int? {
        if let key = entry.key { return document.questionMark(before: startOfUse(key)) ?? startOfUse(key) }
        let node = tree.nodes[Int(entry.value)]
        let index = node.aliasUse >= 0 ? node.aliasUse : node.origin
        return document.dash(before: index)
    }

    private func canEditInPlace(_ before: [Entry], kept: Set<Int32>, in id: Int32) -> Bool {
        guard !before.isEmpty else { return false }
        for (position, entry) in before.enumerated() where !kept.contains(entry.identity) || position == 0 {
            guard let start = start(of: entry, in: id) else { return false }
            let ownLine = document.isIndentation(before: start)
            if !kept.contains(entry.identity), !ownLine,
                !before[position...].contains(where: { kept.contains($0.identity) })
            {
                return false
            }
        }
        return true
    }

    private mutating func insert(
        _ entries: [Entry], after previous: Entry?, before first: Entry, in id: Int32, column: Int
    ) {
        guard !entries.isEmpty else { return }
        var text: [UInt8] = []
        if let previous {
            let end = endOfUse(previous.value)
            let keepsLines =
                tree.nodes[Int(previous.value)].aliasUse < 0
                && document.endsWithKeptLines(tree.nodes[Int(previous.value)].origin)
            if keepsLines, document.lineStart(end) == end {
                for entry in entries {
                    text.append(contentsOf: repeatElement(0x20, count: column))
                    print(entry, column: column, into: &text)
                    text.append(contentsOf: printer.style.newLine)
                }
                return edit(end..<end, text)
            }
            if tree.nodes[Int(previous.value)].aliasUse < 0,
                let header = document.headerToStrip(tree.nodes[Int(previous.value)].origin)
            {
                let strip = SourceEdit(range: header, text: [UInt8(ascii: "-")])
                if !edits.contains(strip) { edits.append(strip) }
            }
            let lineEnd = document.lineEnd(end)
            for entry in entries {
                printer.lineBreak(column, into: &text)
                print(entry, column: column, into: &text)
            }
            return edit(lineEnd..<lineEnd, text)
        }
        guard let start = start(of: first, in: id) else { return }
        for entry in entries {
            print(entry, column: column, into: &text)
            printer.lineBreak(column, into: &text)
        }
        guard document.isIndentation(before: start) else { return edit(start..<start, text) }
        // On lines of their own, above the comments that belong to the first entry.
        let line = lineAboveComments(start)
        let indented = Array(repeatElement(0x20, count: column)) + text.dropLast(column)
        edit(line..<line, indented)
    }

    private func lineAboveComments(_ offset: Int) -> Int {
        var line = document.lineStart(offset)
        while line > document.range.lowerBound {
            let above = document.lineStart(max(0, line - 1))
            let first = document.source.bytes[above..<line].first { $0 != 0x20 && $0 != 0x09 }
            guard above < line, first == UInt8(ascii: "#") else { break }
            line = above
        }
        return line
    }

    private func print(_ entry: Entry, column: Int, into out: inout [UInt8]) {
        if let key = entry.key {
            printer.pair(key, entry.value, indent: column, into: &out)
        } else {
            out.append(contentsOf: "- ".utf8)
            printer.block(entry.value, indent: column + 2, into: &out)
        }
    }

    private mutating func replaceValue(of key: Int32, _ old: Int32, with new: Int32, column: Int) {
        guard let colon = document.afterColon(key: tree.nodes[Int(key)].origin) else { return }
        var out: [UInt8] = []
        let wasEmpty = endOfUse(old) <= colon
        if tree.nodes[Int(new)].kind == .scalar, !wasEmpty, tree.nodes[Int(old)].kind == .scalar {
            printer.scalar(new, flow: false, into: &out)
            let start = out.isEmpty ? colon : startOfUse(old)
            return edit(start..<endOfUse(old), out)
        }
        printer.value(new, indent: column, into: &out)
        edit(colon..<max(colon, endOfUse(old)), out)
    }

    /// Deletes neighbouring entries.
    private mutating func delete(_ first: Entry, through last: Entry, next: Entry?, in id: Int32) {
        guard let start = start(of: first, in: id) else { return }
        if document.isIndentation(before: start) {
            let end = endOfUse(last.value)
            let ownEnd = document.lineStart(end) == end && end > start
            let lineEnd = ownEnd ? end : document.afterBreak(document.lineEnd(end))
            edit(document.lineStart(start)..<lineEnd, [])
        } else if let next, let nextStart = self.start(of: next, in: id) {
            edit(start..<nextStart, [])
        }
    }

    /// Prints a block collection anew, for the rare layouts that cannot be edited in place.
    private mutating func reprint(_ id: Int32, isEmpty: Bool) {
        let origin = tree.nodes[Int(id)].origin
        let start = document.contentStart(origin)
        var out: [UInt8] = []
        if isEmpty, start > document.range.lowerBound, document.isIndentation(before: start),
            let colon = document.source.bytes[..<start].lastIndex(of: UInt8(ascii: ":"))
        {
            out = Array((tree.nodes[Int(id)].kind == .mapping ? " {}" : " []").utf8)
            return edit(colon + 1..<document.contentEnd(origin), out)
        }
        printer.block(id, indent: document.column(start), into: &out)
        edit(start..<document.contentEnd(origin), out)
    }
}
