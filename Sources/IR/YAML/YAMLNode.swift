// SPDX-License-Identifier: Apache-2.0

/// A cursor on a node of a document under edit: reads through all edits made so far, and makes new ones.
package struct YAMLNode: Equatable {
    let tree: YAMLTree
    let id: Int32

    package static func == (left: YAMLNode, right: YAMLNode) -> Bool {
        left.tree === right.tree && left.id == right.id
    }

    private func node(_ id: Int32) -> YAMLNode { YAMLNode(tree: tree, id: id) }
    private var data: TreeNode { tree.nodes[Int(id)] }
}

// MARK: - Reading

extension YAMLNode {
    package var isMapping: Bool { data.kind == .mapping }
    package var isSequence: Bool { data.kind == .sequence }
    package var isScalar: Bool { data.kind == .scalar }
    package var isNull: Bool { isScalar && tree.mayBeNull(id) && scalar == .null }

    /// A scalar's text as it is written, escapes and folding undone; empty for collections.
    package var text: String { tree.text(id) }

    /// The position of a scalar's text in a table.
    package func position(in table: KeyTable) -> Int? { tree.position(id, in: table) }

    /// What a scalar means; `.string` for collections.
    package var scalar: Scalar {
        let data = data
        guard data.kind == .scalar else { return .string }
        if let text = tree.ownText(id) { return data.plain ? Scalar(plain: text.utf8) : .string }
        guard data.origin >= 0 else { return .string }
        let origin = tree.document.tape[Int(data.origin)]
        guard origin.isResolved, Scalar.mayMean(tree.document.firstByte(data.origin)) else { return .string }
        return Scalar(plain: tree.document.textBytes(data.origin))
    }

    /// Whether a collection is written as `{…}` or `[…]`.
    package var isFlow: Bool { data.origin >= 0 && tree.document.tape[Int(data.origin)].style == .flow }

    /// A text in the quotes that a scalar has in the source, if it has any.
    package func inItsQuotes(_ text: String) -> String {
        guard let quote = sourceText?.first, quote == "\"" || quote == "'" else { return text }
        return "\(quote)\(text)\(quote)"
    }

    /// Whether a scalar is written without quotes, so that its meaning depends on how it looks.
    package var isPlain: Bool {
        data.origin >= 0 && data.text < 0 && tree.document.tape[Int(data.origin)].style == .plain
    }

    /// Where the node stands in the source; `nil` for what a pass added.
    package var range: SourceRange? { data.origin >= 0 ? tree.document.range(data.origin) : nil }

    /// The source text of the node; `nil` for what a pass added.
    package var sourceText: String? {
        guard let range else { return nil }
        return String(decoding: range.file.bytes[range.start..<range.end], as: UTF8.self)
    }

    /// A scalar's text in the source such that `restore` brings it back: without anchor and tag; quoted anew when it
    /// has an indentation that is relative to its place. It may span lines. For an alias, the text of its anchor.
    package var restorableText: String? {
        guard data.origin >= 0, isScalar else { return nil }
        let bytes = tree.document.source.bytes
        let start = tree.document.contentStart(data.origin)
        let written = bytes[start..<max(start, tree.document.contentEnd(data.origin))]
        let isRelative = tree.document.hasExplicitIndentation(data.origin)
        return isRelative ? quotedText : String(decoding: written, as: UTF8.self)
    }

    /// A scalar's text in double quotes, on one line.
    package var quotedText: String {
        var quoted: [UInt8] = []
        JSONPrinter.quote(text, goEscapes: true, into: &quoted)
        return String(decoding: quoted, as: UTF8.self)
    }

    /// Column of the first character of the node in the source, counted from zero.
    package var column: Int? {
        data.origin >= 0 ? tree.document.column(Int(tree.document.tape[Int(data.origin)].start)) : nil
    }

    /// What follows the node on its last line in the source.
    package var restOfLine: String {
        guard let range else { return "" }
        let end = tree.document.contentEnd(data.origin)
        return String(decoding: range.file.bytes[end..<max(end, tree.document.lineEnd(end))], as: UTF8.self)
    }

    /// Whether an edit of the node is one of its own place, rather than of a copy or of something new.
    package var isInPlace: Bool { data.origin >= 0 && !data.isCopy }

    /// Whether the source has null or an empty collection here.
    package var isEmptyInSource: Bool {
        guard data.origin >= 0 else { return false }
        if data.kind == .scalar { return isNull }
        return tree.document.tape[Int(data.origin)].next == data.origin + 1
    }

    /// The source text of an empty value such that `restore` brings it back after something else was put there.
    package var emptyText: String {
        guard data.origin >= 0 else { return "" }
        let bytes = tree.document.source.bytes
        let node = tree.document.tape[Int(data.origin)]
        // The anchor of an alias may be gone by the time of the restoration.
        let start = data.isCopy ? tree.document.contentStart(data.origin) : Int(node.start)
        let written = bytes[start..<max(start, Int(node.end))]
        if !written.contains(0x0A), !written.contains(0x0D) { return String(decoding: written, as: UTF8.self) }
        let properties = String(decoding: bytes[start..<tree.document.contentStart(data.origin)], as: UTF8.self)
            .prefix { $0 != "#" && !$0.isNewline }
        return properties + (isMapping ? "{}" : isSequence ? "[]" : "null")
    }

    /// The items of a sequence; empty for anything else.
    package var items: [YAMLNode] { isSequence ? tree.children(id).map(node) : [] }

    /// The text of a key as Kubernetes reads it: what YAML takes for a boolean or a number becomes the text of that, so that
    /// `yes` is `true` and `010` is `8`.
    package var keyText: String { scalar.keyText ?? text }

    /// The same of a quantity.
    package var quantityText: String { scalar.quantityText ?? text }

    /// The pairs of a mapping, those through merge keys included; empty for anything else.
    package var pairs: [(key: YAMLNode, value: YAMLNode)] {
        isMapping ? tree.pairs(id).map { (node($0.key), node($0.value)) } : []
    }

    /// Calls with each of the pairs in turn.
    package func forEachPair(_ body: (_ key: YAMLNode, _ value: YAMLNode) -> Void) {
        guard isMapping else { return }
        if tree.document.hasMergeKeys {
            for pair in pairs { body(pair.key, pair.value) }
        } else {
            let children = tree.children(id)
            for at in stride(from: 0, to: children.count, by: 2) { body(node(children[at]), node(children[at + 1])) }
        }
    }

    package func pair(_ key: String) -> (key: YAMLNode, value: YAMLNode)? {
        guard tree.nodes[Int(id)].kind == .mapping else { return nil }
        return tree.pair(id, key).map { (node($0.key), node($0.value)) }
    }

    package subscript(key: String) -> YAMLNode? {
        guard tree.nodes[Int(id)].kind == .mapping, let pair = tree.pair(id, key) else { return nil }
        return node(pair.value)
    }

    /// The value at a path of keys.
    package subscript(path: [String]) -> YAMLNode? {
        path.reduce(self as YAMLNode?) { $0?[$1] }
    }

    /// The node as a value of its own; aliases and merge keys expanded.
    package var value: YAMLValue {
        switch data.kind {
        case .scalar: .scalar(text, plain: scalar != .string)
        case .sequence: .sequence(items.map(\.value))
        case .mapping: .mapping(pairs.map { .init(key: $0.key.text, value: $0.value.value) })
        }
    }

    /// Whether the node says the same as a value. The order of a mapping's keys does not matter.
    package func means(_ value: YAMLValue) -> Bool {
        switch value {
        case .source(let text): return isScalar && sourceText == text
        case .scalar(let text, let plain):
            guard isScalar else { return false }
            return plain ? scalar == Scalar(plain: text.utf8) : scalar == .string && self.text == text
        case .sequence(let values):
            let items = items
            return isSequence && items.count == values.count && zip(items, values).allSatisfy { $0.means($1) }
        case .mapping(let members):
            let pairs = pairs
            return isMapping && pairs.count == members.count
                && members.allSatisfy { member in self[member.key]?.means(member.value) ?? false }
        }
    }

    /// Whether a node of another document, as it was read, says what this one says after its edits. Source text that an
    /// edit put back says what it says.
    package func says(_ read: YAMLNode) -> Bool {
        if data.verbatim { return true }
        if isScalar {
            guard read.isScalar else { return false }
            if case (.double(let first), .double(let second)) = (scalar, read.scalar), first.isNaN {
                return second.isNaN
            }
            return scalar == read.scalar && (scalar != .string || text == read.text)
        }
        if isSequence { return read.isSequence && Self.say(items, read.items) }
        let pairs = pairs
        let others = read.pairs
        guard read.isMapping, pairs.count == others.count else { return false }
        // Keys may have moved, but for those that are no scalars, which have no text to find them by.
        let byKey = Dictionary(
            others.filter(\.key.isScalar).map { ($0.key.text, $0) }, uniquingKeysWith: { first, _ in first })
        let complex = (pairs.filter { !$0.key.isScalar }, others.filter { !$0.key.isScalar })
        return Self.say(complex.0.map(\.key), complex.1.map(\.key))
            && Self.say(complex.0.map(\.value), complex.1.map(\.value))
            && pairs.allSatisfy { key, value in
                guard key.isScalar else { return true }
                return byKey[key.text].map { key.says($0.key) && value.says($0.value) } ?? false
            }
    }

    private static func say(_ nodes: [YAMLNode], _ read: [YAMLNode]) -> Bool {
        nodes.count == read.count && zip(nodes, read).allSatisfy { $0.says($1) }
    }
}

// MARK: - Editing

extension YAMLNode {
    /// Gives a scalar another text, which stays a string.
    package func setText(_ text: String) {
        guard isScalar, self.text != text || scalar != .string else { return }
        tree.setText(id, text)
        tree.nodes[Int(id)].plain = false
        tree.hasEdits = true
    }

    /// Brings a key's value back to a text that was read by `restorableText` or `sourceText`.
    package func restore(_ key: String, _ text: String) {
        guard let existing = self[key] else {
            set(key, .source(text))
            return
        }
        if !text.isEmpty, existing.isScalar, !existing.isNull, existing.data.origin >= 0 {
            tree.setText(existing.id, text)
            tree.nodes[Int(existing.id)].verbatim = true
            tree.hasSourceText = true
            tree.hasEdits = true
        } else {
            set(key, .source(text))
        }
    }

    @discardableResult
    package func append(_ value: YAMLValue) -> YAMLNode { insert(value, at: tree.children(id).count) }

    /// Inserts an item into a sequence.
    @discardableResult
    package func insert(_ value: YAMLValue, at position: Int) -> YAMLNode {
        let made = tree.make(value)
        tree.editChildren(id) { $0.insert(made, at: position) }
        return node(made)
    }

    /// Removes an item from a sequence.
    package func removeItem(at position: Int) {
        tree.editChildren(id) { $0.remove(at: position) }
    }

    /// Gives a key of a mapping a value: replaces the one it has, or appends a pair.
    @discardableResult
    package func set(_ key: String, _ value: YAMLValue) -> YAMLNode {
        let (owner, position) = tree.owner(of: key, in: id)
        let made = tree.make(value)
        if let position {
            tree.editChildren(owner) { $0[position + 1] = made }
        } else {
            let keyNode = tree.make(.string(key))
            tree.editChildren(owner) { $0 += [keyNode, made] }
        }
        tree.forgetInherited()
        return node(made)
    }

    /// Removes a key and its value from a mapping. A key that came through a merge key is removed from the copy that
    /// stands here.
    package func remove(_ key: String) {
        let (owner, position) = tree.owner(of: key, in: id)
        guard let position else { return }
        tree.editChildren(owner) { $0.removeSubrange(position...position + 1) }
        tree.forgetInherited()
    }

    /// The mapping under a key; made, in place of null or nothing, when there is none. `nil` when something else
    /// stands there.
    package func mapping(_ key: String) -> YAMLNode? {
        guard let existing = self[key] else { return set(key, .mapping([])) }
        if existing.isNull { return set(key, .mapping([])) }
        return existing.isMapping ? existing : nil
    }

    /// The sequence under a key; made, in place of null or nothing, when there is none. `nil` when something else
    /// stands there.
    package func sequence(_ key: String) -> YAMLNode? {
        guard let existing = self[key] else { return set(key, .sequence([])) }
        if existing.isNull { return set(key, .sequence([])) }
        return existing.isSequence ? existing : nil
    }
}

extension YAMLTree {
    /// The mapping that holds a key, either itself or one merged into it, and the position of the key among its
    /// children; the mapping itself and `nil` when there is no such key.
    func owner(of key: String, in id: Int32) -> (Int32, Int?) {
        for source in [id] + mergeSources(id) {
            let children = children(source)
            for index in stride(from: 0, to: children.count, by: 2)
            where nodes[Int(children[index])].kind == .scalar && text(children[index]) == key {
                return (source, index)
            }
        }
        return (id, nil)
    }
}
