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
    let tree: YAMLTree
    let document: YAMLDocument
    let printer: YAMLPrinter
    /// Tape indices of anchors that edits delete, so that no alias of them can stay.
    let lostAnchors: Set<Int32>
    var edits: [SourceEdit] = []

    /// The edits in the order of their ranges, which do not overlap. None when nothing was changed.
    package static func edits(of tree: YAMLTree) -> [SourceEdit] {
        guard tree.hasEdits else { return [] }
        let style = YAMLPrinter.Style(of: tree.document)
        let edits = YAMLSplicer(tree, style, lostAnchors: []).run()
        let lost = lostAnchors(of: tree.document, edits)
        return lost.isEmpty ? edits : YAMLSplicer(tree, style, lostAnchors: lost).run()
    }

    private static func lostAnchors(of document: YAMLDocument, _ edits: [SourceEdit]) -> Set<Int32> {
        guard document.hasProperties else { return [] }
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

    var endsWithBreak: Bool {
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

    /// One edit that prints a document anew, without its layout, comments, anchors and tags.
    package static func reprint(_ tree: YAMLTree) -> SourceEdit {
        let document = tree.document
        let style = YAMLPrinter.Style(of: document)
        let printer = YAMLPrinter(tree: tree, style: style)
        var start = Int(document.tape[0].start)
        var text: [UInt8] = []
        if document.isIndentation(before: start) {
            start = document.lineStart(start)
        } else {
            text = style.newLine
        }
        if style.json { printer.flow(0, into: &text) } else { printer.block(0, indent: 0, into: &text) }
        return SourceEdit(range: start..<max(start, document.contentEnd(0)), text: text)
    }

    /// Whether edits are all insertions and replacements between lines of a plain block document, without anchors, tags,
    /// explicit keys and flow collections around them.
    package static func isOrdinary(_ edits: [SourceEdit], of document: YAMLDocument) -> Bool {
        if document.hasProperties { return false }
        var edits = edits[...]
        for node in document.tape {
            while let edit = edits.first, edit.range.upperBound <= Int(node.start) { edits.removeFirst() }
            if node.style == .flow, let edit = edits.first, edit.range.lowerBound < Int(node.end) { return false }
        }
        return !document.source.bytes[document.range].contains(UInt8(ascii: "?"))
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

    func tape(_ id: Int32) -> TapeNode { document.tape[Int(tree.nodes[Int(id)].origin)] }

    mutating func edit(_ range: Range<Int>, _ text: [UInt8]) {
        var text = text
        // A comment may follow a quote or bracket at once, but nothing else.
        let bytes = document.source.bytes
        if range.upperBound < bytes.count, bytes[range.upperBound] == UInt8(ascii: "#"), let last = text.last,
            last != 0x20, last != 0x0A
        {
            text.append(0x20)
        }
        edits.append(SourceEdit(range: range, text: text))
    }

    // MARK: - Nodes in their place

    /// `indent` is the column of the pair or item that the node belongs to.
    mutating func node(_ id: Int32, indent: Int, inFlow: Bool) {
        // Most nodes are scalars that nobody touched.
        let kind = tree.nodes[Int(id)].kind
        if kind == .scalar, tree.nodes[Int(id)].text < 0, tree.nodes[Int(id)].aliasUse < 0 { return }
        let node = tree.nodes[Int(id)]
        guard node.origin >= 0 else { return }
        if node.aliasUse >= 0 { return alias(id, indent: indent, inFlow: inFlow) }
        switch node.kind {
        case .scalar: scalar(id, inFlow: inFlow)
        case .sequence, .mapping:
            // What no pass visited has no edits, but may have aliases of anchors that are gone.
            guard tree.isVisited(id) || !lostAnchors.isEmpty else { return }
            let children = tree.children(id)
            let flow = tape(id).style == .flow
            if let original = tree.original(id), !original.elementsEqual(children) {
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

    func blockColumn(_ id: Int32) -> Int { document.column(document.contentStart(tree.nodes[Int(id)].origin)) }

    private mutating func scalar(_ id: Int32, inFlow: Bool) {
        let node = tree.nodes[Int(id)]
        guard let text = tree.ownText(id), text != document.text(node.origin) || node.plain || node.verbatim else {
            return
        }
        var out: [UInt8] = []
        let tape = tape(id)
        switch tape.style {
        case _ where node.verbatim: out = Array(text.utf8)
        case .doubleQuoted: JSONPrinter.quote(text, goEscapes: true, into: &out)
        default: printer.string(text, flow: inFlow, into: &out)
        }
        let start = document.contentStart(node.origin)
        if start > Int(tape.start), !document.isSpace(document.source.bytes[start - 1]) { out.insert(0x20, at: 0) }
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
        } else if document.dash(before: node.aliasUse) != nil {
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
        if node.text >= 0 || node.edited >= 0 || node.origin < 0 { return true }
        return tree.isVisited(id) && tree.children(id).contains(where: isTouched)
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

    // MARK: - Places and entries

    /// The end in the source of a child, of the alias where it came through one.
    func endOfUse(_ id: Int32) -> Int {
        let node = tree.nodes[Int(id)]
        return node.aliasUse >= 0 ? Int(document.tape[Int(node.aliasUse)].end) : document.contentEnd(node.origin)
    }

    func startOfUse(_ id: Int32) -> Int {
        let node = tree.nodes[Int(id)]
        return Int(document.tape[Int(node.aliasUse >= 0 ? node.aliasUse : node.origin)].start)
    }

    /// A pair of a mapping or an item of a sequence.
    struct Entry: Equatable {
        var key: Int32?
        var value: Int32

        /// What identifies the entry among the original ones.
        var identity: Int32 { key ?? value }
    }

    func entries(_ children: TreeChildren, isMapping: Bool) -> [Entry] {
        isMapping
            ? stride(from: 0, to: children.count, by: 2).map { Entry(key: children[$0], value: children[$0 + 1]) }
            : children.map { Entry(key: nil, value: $0) }
    }
}
