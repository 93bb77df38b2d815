// SPDX-License-Identifier: Apache-2.0

/// A document under edit: what its source says, overlaid with what passes changed.
///
/// Nodes are made from the tape when they are first visited, aliases as copies that remember where they stand, so a
/// pass edits what it sees and need not know of anchors. `YAMLSplicer` turns the differences into edits of the source;
/// what no pass touched keeps its bytes. A class, because cursors into it are handed around; one thread at a time.
package final class YAMLTree {
    package let document: YAMLDocument
    // Checking each access as it is made costs a twentieth of a run. No method calls out while it has one open.
    @exclusivity(unchecked) var nodes: [TreeNode] = []
    /// The tree nodes made for anchors at their own place, by tape index; alias copies are compared with these.
    @exclusivity(unchecked) var anchorNodes: [Int32: Int32] = [:]

    /// Mappings whose `inherited` is filled and not empty of sources.
    @exclusivity(unchecked) var withInherited: [Int32] = []

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
    func children(_ id: Int32) -> [Int32] {
        if let children = nodes[Int(id)].children { return children }
        let origin = nodes[Int(id)].origin
        guard origin >= 0 else { return [] }
        var children: [Int32] = []
        let copied = nodes[Int(id)].isCopy
        var index = origin + 1
        while index < document.tape[Int(origin)].next {
            children.append(make(tape: index, copied: copied))
            index = document.tape[Int(index)].next
        }
        nodes[Int(id)].children = children
        return children
    }

    /// Key and value pairs that a mapping has through merge keys (`<<`), those of its own keys left out.
    func inherited(_ id: Int32) -> [(key: Int32, value: Int32)] {
        if let inherited = nodes[Int(id)].inherited { return inherited }
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
        nodes[Int(id)].inherited = result
        if !sources.isEmpty { withInherited.append(id) }
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
        let children = children(id)
        var key = key
        let found = key.withUTF8 { name in
            stride(from: 0, to: children.count, by: 2).first { textEquals(children[$0], name) }
        }
        if let found { return (children[found], children[found + 1]) }
        let merges = stride(from: 0, to: children.count, by: 2).contains { isMergeKey(children[$0]) }
        return merges
            ? inherited(id).first { nodes[Int($0.key)].kind == .scalar && text($0.key) == key } : nil
    }

    private func textEquals(_ id: Int32, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        let origin = nodes[Int(id)].origin
        guard nodes[Int(id)].kind == .scalar else { return false }
        if nodes[Int(id)].text != nil || origin < 0 {
            var text = text(id)
            return text.withUTF8 { UnsafeRawBufferPointer($0).hasSameBytes(as: UnsafeRawBufferPointer(other)) }
        }
        return document.textEquals(origin, other)
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
        return origin >= 0 && document.tape[Int(origin)].style == .plain && document.tape[Int(origin)].kind == .scalar
            && document.textEquals(origin, "<<")
    }

    func text(_ id: Int32) -> String {
        if let text = nodes[Int(id)].text { return text }
        let origin = nodes[Int(id)].origin
        guard nodes[Int(id)].kind == .scalar, origin >= 0 else { return "" }
        return document.text(origin)
    }

    /// Adds a value that no source holds yet.
    func make(_ value: YAMLValue) -> Int32 {
        let id = Int32(nodes.count)
        switch value {
        case .scalar(let text, let plain):
            var node = TreeNode(kind: .scalar)
            node.text = text
            node.plain = plain
            nodes.append(node)
        case .source(let text):
            var node = TreeNode(kind: .scalar)
            node.text = text
            node.verbatim = true
            hasSourceText = true
            nodes.append(node)
        case .sequence(let items):
            nodes.append(TreeNode(kind: .sequence))
            let children = items.map { make($0) }
            nodes[Int(id)].children = children
        case .mapping(let members):
            nodes.append(TreeNode(kind: .mapping))
            let children = members.flatMap { [make(.scalar($0.key, plain: false)), make($0.value)] }
            nodes[Int(id)].children = children
        }
        return id
    }

    /// Records the children as they are in the source before the first edit of a collection.
    func willEdit(_ id: Int32) {
        let current = children(id)
        if nodes[Int(id)].original == nil, nodes[Int(id)].origin >= 0 { nodes[Int(id)].original = current }
        hasEdits = true
    }

    /// Whether any pass changed anything.
    package internal(set) var hasEdits = false
    /// Whether a pass put text into it that is source as it stands, whatever it says.
    package internal(set) var hasSourceText = false
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
    /// For a new scalar, whether it is printed plain (numbers, booleans) rather than as a string.
    var plain = false
    /// For a scalar with a text of its own, whether that is source text that is printed as it is.
    var verbatim = false
    /// A scalar's text where it is not that of the source.
    var text: String?
    /// Items, or keys and values in turn; `nil` until visited.
    var children: [Int32]?
    /// The children in the source, from the first edit on.
    var original: [Int32]?
    var inherited: [(key: Int32, value: Int32)]?
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
