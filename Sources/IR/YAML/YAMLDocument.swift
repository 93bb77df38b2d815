// SPDX-License-Identifier: Apache-2.0

/// One node of a document's tape: a document is an array of these in document order, keys before their values.
package struct TapeNode: Sendable {
    package enum Kind: UInt8, Sendable { case scalar, sequence, mapping, alias }

    package enum Style: UInt8, Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
        /// Collections.
        case block, flow
    }

    package var kind: Kind
    package var style: Style
    /// An explicit tag, reduced to what matters to Kubernetes.
    package var tag: Tag
    /// Whether `text` counts from the start of the source rather than of the document's arena.
    package var textInSource: Bool
    /// Byte offset in the source of the first byte, which is that of the anchor or tag when there is one.
    package var start: Int32
    /// Byte offset after the last byte. For a block collection, the end of its last leaf.
    package var end: Int32
    /// Tape index after this node and all below it.
    package var next: Int32
    /// Start of the scalar's text, see `textInSource`. For an alias, the tape index of its anchor.
    package var text: Int32
    package var textLength: Int32
    /// Whether an anchor stands on this node.
    package var anchored: Bool

    package enum Tag: UInt8, Sendable {
        case none
        /// `!` or `!!str`: a string, whatever it looks like.
        case string
        case binary
        /// `!!int`, `!!float`, `!!bool` and `!!null`: what it looks like, in quotes too.
        case resolved
        /// `!!map` and `!!seq`, which say nothing new.
        case collection
        case other
    }

    /// Whether a scalar means what it looks like, not just the text that it is.
    package var isResolved: Bool { style == .plain ? tag != .string && tag != .binary : tag == .resolved }

    package init(kind: Kind, style: Style, start: Int32) {
        self.kind = kind
        self.style = style
        self.tag = .none
        self.textInSource = false
        self.start = start
        self.end = start
        self.next = 0
        self.text = 0
        self.textLength = 0
        self.anchored = false
    }
}

/// A parsed YAML document: an immutable tape over the bytes it was read from.
package struct YAMLDocument: Sendable {
    package let source: SourceFile
    /// Never empty: the node at 0 is the root.
    package let tape: ContiguousArray<TapeNode>
    /// Text of the scalars whose value does not stand in the source as such.
    package let arena: [UInt8]
    /// The whole document in the source, with its `---` and directives.
    package let range: Range<Int>
    /// Whether there is any anchor or tag, and so perhaps an alias.
    package let hasProperties: Bool
    /// Whether any mapping has a merge key (`<<`).
    package let hasMergeKeys: Bool

    package init(
        source: SourceFile, tape: ContiguousArray<TapeNode>, arena: [UInt8], range: Range<Int>, hasProperties: Bool,
        hasMergeKeys: Bool
    ) {
        self.source = source
        self.tape = tape
        self.arena = arena
        self.range = range
        self.hasProperties = hasProperties
        self.hasMergeKeys = hasMergeKeys
    }

    /// The bytes of a scalar's value.
    package func textBytes(_ index: Int32) -> ArraySlice<UInt8> {
        let node = tape[Int(index)]
        let start = Int(node.text)
        let end = start + Int(node.textLength)
        return node.textInSource ? source.bytes[start..<end] : arena[start..<end]
    }

    func firstByte(_ index: Int32) -> UInt8? {
        let node = tape[Int(index)]
        if node.textLength == 0 { return nil }
        return node.textInSource ? source.bytes[Int(node.text)] : arena[Int(node.text)]
    }

    package func text(_ index: Int32) -> String { String(decoding: textBytes(index), as: UTF8.self) }

    package func textEquals(_ index: Int32, _ other: StaticString) -> Bool {
        guard Int(tape[Int(index)].textLength) == other.utf8CodeUnitCount else { return false }
        return other.withUTF8Buffer { textEquals(index, $0) }
    }

    /// Whether a scalar's value is this.
    func textEquals(_ index: Int32, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        let node = tape[Int(index)]
        let length = Int(node.textLength)
        guard length == other.count else { return false }
        let start = Int(node.text)
        // One by one, since asking an array for its memory counts a reference more.
        var at = 0
        if node.textInSource {
            while at < length, source.bytes[start + at] == other[at] { at += 1 }
        } else {
            while at < length, arena[start + at] == other[at] { at += 1 }
        }
        return at == length
    }

    /// The node that an alias stands for; any other node stands for itself.
    package func resolved(_ index: Int32) -> Int32 {
        tape[Int(index)].kind == .alias ? tape[Int(index)].text : index
    }

    package func range(_ index: Int32) -> SourceRange {
        SourceRange(source, Int(tape[Int(index)].start), Int(tape[Int(index)].end))
    }

    /// The value of a top-level key, merge keys not followed; for a quick look at what a document is.
    package func rootValue(_ key: StaticString) -> Int32? {
        guard tape[0].kind == .mapping else { return nil }
        var index: Int32 = 1
        while index < tape[0].next {
            let value = tape[Int(index)].next
            if tape[Int(index)].kind == .scalar, textEquals(index, key) { return resolved(value) }
            index = tape[Int(value)].next
        }
        return nil
    }
}
