// SPDX-License-Identifier: Apache-2.0

/// An edit of a source: bytes to stand in place of a range.
package struct SourceEdit: Sendable, Equatable {
    package var range: Range<Int>
    package var text: [UInt8]
}

/// Turns what passes changed in a document into edits of its source.
///
/// An alias stays as long as what it stands for is what its anchor says after all edits; else an expanded copy takes
/// its place.
package struct YAMLSplicer {
    private let tree: YAMLTree
    private let document: YAMLDocument
    private let printer: YAMLPrinter
    /// Tape indices of anchors that edits delete, so that no alias of them can stay.
    private let lostAnchors: Set<Int32>
    private var edits: [SourceEdit] = []

    /// The edits in the order of their ranges, which do not overlap. None when nothing was changed.
    package static func edits(of tree: YAMLTree) -> [SourceEdit] {
        guard tree.hasEdits else { return [] }
        let style = YAMLPrinter.Style(of: tree.document)
        let edits = YAMLSplicer(tree, style, lostAnchors: []).run()
        let lost = lostAnchors(of: tree.document, edits)
        return lost.isEmpty ? edits : YAMLSplicer(tree, style, lostAnchors: lost).run()
    }

    private static func lostAnchors(of document: YAMLDocument, _ edits: [SourceEdit]) -> Set<Int32> {
        var lost: Set<Int32> = []
        var position = 0
        for index in document.tape.indices where document.tape[index].anchored {
            let start = Int(document.tape[index].start)
            while position < edits.count, edits[position].range.upperBound <= start { position += 1 }
            if position < edits.count, edits[position].range.contains(start) { lost.insert(Int32(index)) }
        }
        return lost
    }

    private consuming func run() -> [SourceEdit] {
        node(0, indent: 0, inFlow: false)
        return separated()
    }

    /// The edits in the order of their ranges. Lines inserted after a line that another edit deletes go in front of the
    /// deletion.
    private func separated() -> [SourceEdit] {
        let deletions = deletions()
        var result = edits.filter { !$0.text.isEmpty || $0.range.isEmpty } + deletions
        let newLine = printer.style.newLine
        for index in result.indices where result[index].range.isEmpty && result[index].text.starts(with: newLine) {
            let at = result[index].range.lowerBound
            guard let deletion = deletions.last(where: { $0.range.lowerBound <= at }), at < deletion.range.upperBound
            else { continue }
            let start = deletion.range.lowerBound
            result[index].range = start..<start
            if document.lineStart(start) == start {
                result[index].text = result[index].text.dropFirst(newLine.count) + newLine
            }
        }
        // At one place what is inserted stands before what is replaced, else the order is that of making.
        let sorted = result.enumerated()
            .sorted { left, right in
                let first = (left.element.range.lowerBound, left.element.range.isEmpty ? 0 : 1, left.offset)
                let second = (right.element.range.lowerBound, right.element.range.isEmpty ? 0 : 1, right.offset)
                return first < second
            }
            .map(\.element)
        return withoutFinalBreak(sorted)
    }

    /// Lines that take the place of the last ones of a source without final line break end without one, too.
    private func withoutFinalBreak(_ sorted: [SourceEdit]) -> [SourceEdit] {
        var edits = sorted
        guard let deletion = edits.last, deletion.text.isEmpty, !deletion.range.isEmpty, !endsWithBreak,
            deletion.range.upperBound == document.source.bytes.count, edits.count > 1
        else { return edits }
        let newLine = printer.style.newLine
        let index = edits.count - 2
        if edits[index].range == deletion.range.lowerBound..<deletion.range.lowerBound,
            Array(edits[index].text.suffix(newLine.count)) == newLine
        {
            edits[index].text.removeLast(newLine.count)
        }
        return edits
    }

    private var endsWithBreak: Bool {
        guard let last = document.source.bytes.last else { return true }
        return last == 0x0A || last == 0x0D
    }

    /// The deletions in their order, neighbouring ones joined. One that reaches the end of a source without final line
    /// break takes the break before it, so that the source ends as it did, unless lines take its place.
    private func deletions() -> [SourceEdit] {
        var joined: [SourceEdit] = []
        let all = edits.filter { $0.text.isEmpty && !$0.range.isEmpty }
        for edit in all.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            if let last = joined.last, edit.range.lowerBound <= last.range.upperBound {
                let end = max(last.range.upperBound, edit.range.upperBound)
                joined[joined.count - 1].range = last.range.lowerBound..<end
            } else {
                joined.append(edit)
            }
        }
        let size = document.source.bytes.count
        if let start = joined.last?.range.lowerBound, joined.last?.range.upperBound == size, !endsWithBreak,
            document.lineStart(start) == start, !edits.contains(where: { $0.range == start..<start })
        {
            joined[joined.count - 1].range = document.beforeBreak(start)..<size
        }
        return joined
    }

    /// Appends a range of the source with edits of it applied.
    package static func apply(
        _ edits: [SourceEdit], to bytes: [UInt8], _ range: Range<Int>, into out: inout [UInt8]
    ) {
        var at = range.lowerBound
        for edit in edits {
            if edit.range.lowerBound > at { out.append(contentsOf: bytes[at..<edit.range.lowerBound]) }
            out.append(contentsOf: edit.text)
            at = max(at, edit.range.upperBound)
        }
        if at < range.upperBound { out.append(contentsOf: bytes[at..<range.upperBound]) }
    }

    private init(_ tree: YAMLTree, _ style: YAMLPrinter.Style, lostAnchors: Set<Int32>) {
        self.tree = tree
        self.lostAnchors = lostAnchors
        document = tree.document
        printer = YAMLPrinter(tree: tree, style: style)
    }

    private func tape(_ id: Int32) -> TapeNode { document.tape[Int(tree.nodes[Int(id)].origin)] }

    private mutating func edit(_ range: Range<Int>, _ text: [UInt8]) {
        edits.append(SourceEdit(range: range, text: text))
    }

    // MARK: - Nodes in their place

    /// `indent` is the column of the pair or item that the node belongs to.
    private mutating func node(_ id: Int32, indent: Int, inFlow: Bool) {
        let node = tree.nodes[Int(id)]
        guard node.origin >= 0 else { return }
        if node.aliasUse >= 0 { return alias(id, indent: indent, inFlow: inFlow) }
        switch node.kind {
        case .scalar: scalar(id, inFlow: inFlow)
        case .sequence, .mapping:
            // What no pass visited has no edits, but may have aliases of anchors that are gone.
            guard node.children != nil || !lostAnchors.isEmpty else { return }
            let children = tree.children(id)
            let flow = tape(id).style == .flow
            if let original = node.original, original != children {
                if flow, original.isEmpty, !inFlow, !printer.style.json, let start = blockStart(id) {
                    var out: [UInt8] = []
                    printer.value(id, indent: indent, into: &out)
                    edit(start..<Int(tape(id).end), out)
                } else if flow {
                    flowCollection(id, original, children)
                } else {
                    blockCollection(id, original, children, indent: indent)
                }
            } else {
                let column = flow ? indent : blockColumn(id)
                for child in children { self.node(child, indent: column, inFlow: flow || inFlow) }
            }
        }
    }

    /// Where a block can start in place of an empty flow collection: after the colon before it.
    private func blockStart(_ id: Int32) -> Int? {
        let origin = tree.nodes[Int(id)].origin
        guard !document.tape[Int(origin)].anchored, document.tape[Int(origin)].tag == .none else { return nil }
        var start = Int(document.tape[Int(origin)].start)
        while start > document.range.lowerBound, document.source.bytes[start - 1] == 0x20 { start -= 1 }
        guard start > 0, document.source.bytes[start - 1] == UInt8(ascii: ":") else { return nil }
        return start
    }

    private func blockColumn(_ id: Int32) -> Int { document.column(document.contentStart(tree.nodes[Int(id)].origin)) }

    private mutating func scalar(_ id: Int32, inFlow: Bool) {
        let node = tree.nodes[Int(id)]
        guard let text = node.text, text != document.text(node.origin) || node.plain || node.verbatim else { return }
        var out: [UInt8] = []
        let tape = tape(id)
        switch tape.style {
        case _ where node.verbatim: out = Array(text.utf8)
        case .doubleQuoted: JSONPrinter.quote(text, goEscapes: true, into: &out)
        default: printer.string(text, flow: inFlow, into: &out)
        }
        let start = document.contentStart(node.origin)
        edit(start..<max(start, document.contentEnd(node.origin)), out)
    }

    private mutating func alias(_ id: Int32, indent: Int, inFlow: Bool) {
        let node = tree.nodes[Int(id)]
        if !lostAnchors.contains(node.origin) {
            let anchor = tree.anchorNodes[node.origin]
            guard isTouched(id) || anchor.map(isTouched) ?? false else { return }
            if let anchor, same(id, anchor) { return }
        }
        var out: [UInt8] = []
        let use = document.tape[Int(node.aliasUse)]
        if inFlow {
            printer.flow(id, into: &out)
        } else if node.kind == .scalar || tree.children(id).isEmpty {
            printer.block(id, indent: indent, into: &out)
        } else if document.dash(before: node.aliasUse, from: 0) != nil {
            printer.block(id, indent: document.column(Int(use.start)), into: &out)
        } else {
            let below = indent + (node.kind == .sequence ? printer.style.sequenceOffset : printer.style.step)
            printer.lineBreak(below, into: &out)
            printer.block(id, indent: below, into: &out)
            if Int(use.start) > 0, document.source.bytes[Int(use.start) - 1] == 0x20 {
                return edit(Int(use.start) - 1..<Int(use.end), out)
            }
        }
        edit(Int(use.start)..<Int(use.end), out)
    }

    /// Whether a pass changed this node or one below it.
    private func isTouched(_ id: Int32) -> Bool {
        let node = tree.nodes[Int(id)]
        if node.text != nil || node.original != nil || node.origin < 0 { return true }
        return node.children?.contains(where: isTouched) ?? false
    }

    private func same(_ left: Int32, _ right: Int32) -> Bool {
        let a = YAMLNode(tree: tree, id: left)
        let b = YAMLNode(tree: tree, id: right)
        if a.isScalar { return b.isScalar && a.text == b.text && a.scalar == b.scalar }
        let first = tree.children(left)
        let second = tree.children(right)
        return a.isMapping == b.isMapping && b.isScalar == false && first.count == second.count
            && zip(first, second).allSatisfy { same($0, $1) }
    }

    // MARK: - Flow collections

    private mutating func flowCollection(_ id: Int32, _ original: [Int32], _ children: [Int32]) {
        let isMapping = tree.nodes[Int(id)].kind == .mapping
        let before = entries(original, isMapping: isMapping)
        let after = entries(children, isMapping: isMapping)
        let originals = Dictionary(before.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(after.map(\.identity)).intersection(originals.keys)
        let canReplace = after.allSatisfy { entry in
            guard let old = originals[entry.identity], old.value != entry.value else { return true }
            return endOfUse(old.value) > startOfUse(old.value)
        }
        let start = document.contentStart(tree.nodes[Int(id)].origin)
        let hasBracket = "{[".utf8.contains(document.source.bytes[start])
        guard !kept.isEmpty, canReplace, hasBracket else {
            var out: [UInt8] = []
            printer.flow(id, into: &out)
            return edit(start..<Int(tape(id).end), out)
        }
        insertInFlow(after, originals)
        deleteInFlow(before, kept: kept)
    }

    private mutating func insertInFlow(_ after: [Entry], _ originals: [Int32: Entry]) {
        var previous: Entry?
        var added: [UInt8] = []
        for entry in after {
            guard let old = originals[entry.identity] else {
                if previous != nil { added.append(contentsOf: ", ".utf8) }
                printInFlow(entry, into: &added)
                if previous == nil { added.append(contentsOf: ", ".utf8) }
                continue
            }
            if !added.isEmpty {
                let at = previous.map { endOfUse($0.value) } ?? startOfUse(old.identity)
                edit(at..<at, added)
                added = []
            }
            if let key = entry.key { node(key, indent: 0, inFlow: true) }
            if old.value == entry.value {
                node(entry.value, indent: 0, inFlow: true)
            } else {
                var out: [UInt8] = []
                printer.flow(entry.value, into: &out)
                edit(startOfUse(old.value)..<endOfUse(old.value), out)
            }
            previous = old
        }
        if !added.isEmpty, let end = previous.map({ endOfUse($0.value) }) { edit(end..<end, added) }
    }

    private func printInFlow(_ entry: Entry, into out: inout [UInt8]) {
        if let key = entry.key {
            printer.flowPair(key, entry.value, into: &out)
        } else {
            printer.flow(entry.value, into: &out)
        }
    }

    /// Deletes entries with the comma before them, the first ones with the comma after them.
    private mutating func deleteInFlow(_ before: [Entry], kept: Set<Int32>) {
        var previous: Entry?
        var deleted: Entry?
        for entry in before {
            guard kept.contains(entry.identity) else {
                if let previous {
                    edit(endOfUse(deleted?.value ?? previous.value)..<endOfUse(entry.value), [])
                }
                if previous != nil || deleted == nil { deleted = entry }
                continue
            }
            if previous == nil, let deleted {
                edit(startOfUse(deleted.identity)..<startOfUse(entry.identity), [])
            }
            previous = entry
            deleted = nil
        }
    }

    /// The end in the source of a child, of the alias where it came through one.
    private func endOfUse(_ id: Int32) -> Int {
        let node = tree.nodes[Int(id)]
        return node.aliasUse >= 0 ? Int(document.tape[Int(node.aliasUse)].end) : document.contentEnd(node.origin)
    }

    private func startOfUse(_ id: Int32) -> Int {
        let node = tree.nodes[Int(id)]
        return Int(document.tape[Int(node.aliasUse >= 0 ? node.aliasUse : node.origin)].start)
    }

    // MARK: - Block collections

    /// A pair of a mapping or an item of a sequence.
    private struct Entry: Equatable {
        var key: Int32?
        var value: Int32

        /// What identifies the entry among the original ones.
        var identity: Int32 { key ?? value }
    }

    private func entries(_ children: [Int32], isMapping: Bool) -> [Entry] {
        isMapping
            ? stride(from: 0, to: children.count, by: 2).map { Entry(key: children[$0], value: children[$0 + 1]) }
            : children.map { Entry(key: nil, value: $0) }
    }

    private mutating func blockCollection(_ id: Int32, _ original: [Int32], _ children: [Int32], indent: Int) {
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
    private func start(of entry: Entry, in id: Int32) -> Int? {
        if let key = entry.key { return document.questionMark(before: startOfUse(key)) ?? startOfUse(key) }
        let node = tree.nodes[Int(entry.value)]
        let index = node.aliasUse >= 0 ? node.aliasUse : node.origin
        return document.dash(before: index, from: document.contentStart(tree.nodes[Int(id)].origin))
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
