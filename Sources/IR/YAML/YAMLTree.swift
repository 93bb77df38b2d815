// SPDX-License-Identifier: Apache-2.0

/// A document under edit: what its source says, overlaid with what passes changed.
///
/// Nodes are made from the tape when they are first visited, aliases as copies that remember where they stand, so a
/// pass edits what it sees and need not know of anchors. `YAMLSplicer` turns the differences into edits of the source;
/// what no pass touched keeps its bytes. A class, because cursors into it are handed around; one thread at a time.
package final class YAMLTree {
    package let document: YAMLDocument
    // Checking each access as it is made costs a twentieth of a run. While a method has one open, nothing else is
    // called but the closures of `editChildren`, which touch no tree.
    @exclusivity(unchecked) var nodes: [TreeNode] = []
    /// The tree nodes made for anchors at their own place, by tape index; alias copies are compared with these.
    @exclusivity(unchecked) var anchorNodes: [Int32: Int32] = [:]
    /// What few nodes have, so that the others are plain numbers: texts that are not those of the source, and children
    /// that are not those of the source or not alone.
    @exclusivity(unchecked) private var texts: [String] = []
    @exclusivity(unchecked) private var edited: [[Int32]] = []
    /// What mappings have through merge keys, where that was asked for.
    @exclusivity(unchecked) private var inherited: [Int32: [(key: Int32, value: Int32)]] = [:]

    package init(_ document: YAMLDocument) {
        self.document = document
        nodes.reserveCapacity(document.tape.count)
        _ = make(tape: 0, copied: false)
    }

    package var root: YAMLNode { YAMLNode(tree: self, id: 0) }

    /// Makes the tree node of a tape node. `copied` below an alias, where nothing has a place of its own.
    func make(tape index: Int32, copied: Bool) -> Int32 {
        let node = document.tape[Int(index)]
        let target = document.resolved(index)
        let id = Int32(nodes.count)
        var made = TreeNode(kind: document.tape[Int(target)].kind == .scalar ? .scalar : .sequence)
        if document.tape[Int(target)].kind == .mapping { made.kind = .mapping }
        made.origin = target
        made.isCopy = copied || node.kind == .alias
        if node.kind == .alias, !copied { made.aliasUse = index }
        nodes.append(made)
        if node.anchored, !copied { anchorNodes[index] = id }
        return id
    }

    /// The children of a collection: items, or keys and values in turn.
    func children(_ id: Int32) -> TreeChildren {
        let node = nodes[Int(id)]
        if node.edited >= 0 { return TreeChildren(edited[Int(node.edited)]) }
        if node.firstChild >= 0 { return TreeChildren(node.firstChild, count: node.childCount) }
        guard node.origin >= 0 else { return TreeChildren(0, count: 0) }
        let first = Int32(nodes.count)
        var index = node.origin + 1
        let end = document.tape[Int(node.origin)].next
        var isKey = node.kind == .mapping
        while index < end {
            let child = make(tape: index, copied: node.isCopy)
            nodes[Int(child)].isKey = isKey
            if node.kind == .mapping { isKey.toggle() }
            index = document.tape[Int(index)].next
        }
        let count = Int32(nodes.count) - first
        nodes[Int(id)].firstChild = first
        nodes[Int(id)].childCount = count
        return TreeChildren(first, count: count)
    }

    /// The children in the source of a collection that was edited; `nil` for one that was not, or is new.
    func original(_ id: Int32) -> TreeChildren? {
        let node = nodes[Int(id)]
        guard node.edited >= 0, node.origin >= 0 else { return nil }
        return TreeChildren(node.firstChild, count: node.childCount)
    }

    /// Whether the children of a collection were ever looked at.
    func isVisited(_ id: Int32) -> Bool { nodes[Int(id)].firstChild >= 0 || nodes[Int(id)].edited >= 0 }

    /// Key and value pairs that a mapping has through merge keys (`<<`), those of its own keys left out.
    func inherited(_ id: Int32) -> [(key: Int32, value: Int32)] {
        if let known = inherited[id] { return known }
        let children = children(id)
        let sources = mergeSources(id)
        var result: [(key: Int32, value: Int32)] = []
        if !sources.isEmpty {
            var seen = Set(
                stride(from: 0, to: children.count, by: 2).map { text(children[$0]) })
            for source in sources {
                for pair in ownPairs(source) where seen.insert(text(pair.key)).inserted { result.append(pair) }
            }
        }
        inherited[id] = result
        return result
    }

    /// The mappings that merge keys of a mapping name, nested ones included, in their order.
    func mergeSources(_ id: Int32) -> [Int32] {
        let children = children(id)
        var sources: [Int32] = []
        for index in stride(from: 0, to: children.count, by: 2) where isMergeKey(children[index]) {
            let value = children[index + 1]
            switch nodes[Int(value)].kind {
            case .mapping: sources.append(value)
            case .sequence: sources += self.children(value).filter { nodes[Int($0)].kind == .mapping }
            case .scalar: break
            }
        }
        return sources.flatMap { [$0] + mergeSources($0) }
    }

    /// All pairs of a mapping, its own before inherited ones; merge keys themselves left out.
    func pairs(_ id: Int32) -> [(key: Int32, value: Int32)] {
        let own = ownPairs(id)
        return own.count * 2 == children(id).count ? own : own + inherited(id)
    }

    /// The pair of a key, own ones before inherited ones.
    func pair(_ id: Int32, _ key: String) -> (key: Int32, value: Int32)? {
        let own =
            key.utf8.withContiguousStorageIfAvailable { ownPair(id, $0) }
            ?? Array(key.utf8).withUnsafeBufferPointer { ownPair(id, $0) }
        if let own { return own }
        guard document.hasMergeKeys else { return nil }
        return inherited(id).first { nodes[Int($0.key)].kind == .scalar && text($0.key) == key }
    }

    private func ownPair(_ id: Int32, _ key: UnsafeBufferPointer<UInt8>) -> (key: Int32, value: Int32)? {
        if nodes[Int(id)].edited >= 0 {
            let children = children(id)
            return stride(from: 0, to: children.count, by: 2).first { isKey(children[$0], key) }
                .map { (children[$0], children[$0 + 1]) }
        }
        if nodes[Int(id)].firstChild < 0 { _ = children(id) }
        // Most keys that are asked for are not there.
        let bit = Self.keyBit(key.first, of: Int32(truncatingIfNeeded: key.count))
        guard keyBits(of: id) & bit != 0 else { return nil }
        var child = nodes[Int(id)].firstChild
        let end = child + nodes[Int(id)].childCount
        while child < end {
            if isKey(child, key) { return (child, child + 1) }
            child += 2
        }
        return nil
    }

    /// One bit for each length and first byte that a key has, of 64 for all.
    private func keyBits(of id: Int32) -> UInt64 {
        let node = nodes[Int(id)]
        if node.keyBits != 0 { return node.keyBits }
        var bits: UInt64 = 1 << 63
        for child in stride(from: node.firstChild, to: node.firstChild + node.childCount, by: 2) {
            let key = nodes[Int(child)]
            if key.kind == .scalar {
                bits |= Self.keyBit(document.firstByte(key.origin), of: document.tape[Int(key.origin)].textLength)
            }
        }
        nodes[Int(id)].keyBits = bits
        return bits
    }

    private static func keyBit(_ first: UInt8?, of length: Int32) -> UInt64 {
        1 << ((UInt64(truncatingIfNeeded: length) &* 7 &+ UInt64(first ?? 0)) & 63)
    }

    /// Whether a child of a mapping is a key of this text.
    private func isKey(_ id: Int32, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let node = nodes[Int(id)]
        if node.text >= 0 { return texts[Int(node.text)].hasBytes(key) }
        return node.kind == .scalar && document.textEquals(node.origin, key)
    }

    private func ownPairs(_ id: Int32) -> [(key: Int32, value: Int32)] {
        let children = children(id)
        var pairs: [(key: Int32, value: Int32)] = []
        pairs.reserveCapacity(children.count / 2)
        for index in stride(from: 0, to: children.count, by: 2) where !isMergeKey(children[index]) {
            pairs.append((children[index], children[index + 1]))
        }
        return pairs
    }

    func isMergeKey(_ id: Int32) -> Bool {
        let origin = nodes[Int(id)].origin
        guard document.hasMergeKeys, origin >= 0 else { return false }
        return document.tape[Int(origin)].style == .plain && document.tape[Int(origin)].kind == .scalar
            && document.textEquals(origin, "<<")
    }

    func text(_ id: Int32) -> String {
        let node = nodes[Int(id)]
        if node.text >= 0 { return texts[Int(node.text)] }
        guard node.kind == .scalar, node.origin >= 0 else { return "" }
        return document.text(node.origin)
    }

    func position(_ id: Int32, in table: KeyTable) -> Int? {
        if var text = ownText(id) { return text.withUTF8 { table.position(of: $0) } }
        let node = nodes[Int(id)]
        guard node.kind == .scalar, node.origin >= 0 else { return nil }
        let place = document.tape[Int(node.origin)]
        let range = Int(place.text)..<Int(place.text) + Int(place.textLength)
        return (place.textInSource ? document.source.bytes : document.arena).withUnsafeBufferPointer {
            table.position(of: UnsafeBufferPointer(rebasing: $0[range]))
        }
    }

    /// Whether a scalar of the source is short enough for a null.
    func mayBeNull(_ id: Int32) -> Bool {
        let node = nodes[Int(id)]
        return node.text >= 0 || node.origin < 0 || document.tape[Int(node.origin)].textLength <= 4
    }

    /// The text of a scalar where it is not that of the source.
    func ownText(_ id: Int32) -> String? {
        let index = nodes[Int(id)].text
        return index >= 0 ? texts[Int(index)] : nil
    }

    /// Gives a scalar another text than that of the source. Keys of the source keep theirs.
    func setText(_ id: Int32, _ text: String) {
        precondition(!nodes[Int(id)].isKey, "keys are found by the text that they have in the source")
        nodes[Int(id)].text = Int32(texts.count)
        texts.append(text)
    }

    /// Adds a value that no source holds yet.
    func make(_ value: YAMLValue) -> Int32 {
        let id = Int32(nodes.count)
        switch value {
        case .scalar(let text, let plain):
            var node = TreeNode(kind: .scalar)
            node.plain = plain
            nodes.append(node)
            setText(id, text)
        case .source(let text):
            var node = TreeNode(kind: .scalar)
            node.verbatim = true
            nodes.append(node)
            setText(id, text)
            hasSourceText = true
        case .sequence(let items):
            nodes.append(TreeNode(kind: .sequence))
            setChildren(id, items.map { make($0) })
        case .mapping(let members):
            nodes.append(TreeNode(kind: .mapping))
            setChildren(id, members.flatMap { [make(.scalar($0.key, plain: false)), make($0.value)] })
        }
        return id
    }

    private func setChildren(_ id: Int32, _ children: [Int32]) {
        nodes[Int(id)].edited = Int32(edited.count)
        edited.append(children)
    }

    /// Changes the children of a collection; those in the source stay known.
    func editChildren(_ id: Int32, _ change: (inout [Int32]) -> Void) {
        if nodes[Int(id)].edited < 0 { setChildren(id, Array(children(id))) }
        change(&edited[Int(nodes[Int(id)].edited)])
        hasEdits = true
    }

    func forgetInherited() { inherited.removeAll() }

    /// Whether any pass changed anything.
    package internal(set) var hasEdits = false
    /// Whether a pass put text into it that is source as it stands, whatever it says.
    package internal(set) var hasSourceText = false
}

/// The children of a collection at one time; later edits do not change it.
struct TreeChildren: RandomAccessCollection {
    /// As a source has them: they were made one after the other.
    private let first: Int32
    let endIndex: Int
    private let edited: [Int32]?

    init(_ first: Int32, count: Int32) {
        self.first = first
        endIndex = Int(count)
        edited = nil
    }

    init(_ edited: [Int32]) {
        first = 0
        endIndex = edited.count
        self.edited = edited
    }

    var startIndex: Int { 0 }

    subscript(position: Int) -> Int32 {
        if let edited { return edited[position] }
        return first + Int32(position)
    }
}

/// A node of a document under edit.
struct TreeNode {
    enum Kind: UInt8 { case scalar, sequence, mapping }

    var kind: Kind
    /// Tape index of what this node says; -1 for a new node. For a copy, that of the anchored node.
    var origin: Int32 = -1
    /// Tape index of the alias that this node stands in place of, or -1.
    var aliasUse: Int32 = -1
    /// Whether the node came through an alias, so that its origin is not its own place in the source.
    var isCopy = false
    /// Whether it is a key of a mapping in the source.
    var isKey = false
    /// For a new scalar, whether it is printed plain (numbers, booleans) rather than as a string.
    var plain = false
    /// For a scalar with a text of its own, whether that is source text that is printed as it is.
    var verbatim = false
    /// Where the tree has a scalar's text, if that is not the one of the source, or -1.
    var text: Int32 = -1
    /// The first of the children in the source, and their number, items, or keys and values in turn; -1 until visited.
    var firstChild: Int32 = -1
    var childCount: Int32 = 0
    /// Where the tree has the children, if they are not only those of the source, or -1.
    var edited: Int32 = -1
    /// For a mapping whose keys were asked for, what its keys in the source look like; zero until then.
    var keyBits: UInt64 = 0
}

/// A value that a pass adds to a document.
package indirect enum YAMLValue: Sendable, Equatable {
    /// `plain` for numbers, booleans and null, which must not be quoted.
    case scalar(String, plain: Bool)
    case sequence([YAMLValue])
    case mapping([Member])
    /// A scalar, or an empty flow collection, in the very text of a source. Must fit on one line.
    case source(String)

    package struct Member: Sendable, Equatable {
        package var key: String
        package var value: YAMLValue

        package init(key: String, value: YAMLValue) {
            self.key = key
            self.value = value
        }
    }

    package static func string(_ text: String) -> YAMLValue { .scalar(text, plain: false) }
    package static func integer(_ number: Int) -> YAMLValue { .scalar(String(number), plain: true) }
    package static func bool(_ bool: Bool) -> YAMLValue { .scalar(bool ? "true" : "false", plain: true) }
}

extension YAMLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: YAMLValue...) { self = .sequence(elements) }
    package init(dictionaryLiteral elements: (String, YAMLValue)...) {
        self = .mapping(elements.map { Member(key: $0.0, value: $0.1) })
    }
}
