// SPDX-License-Identifier: Apache-2.0

internal import CYAML
internal import IR

/// Collects the nodes of one document at a time, and refuses what Kubernetes cannot mean: duplicate keys, aliases without
/// or inside their anchor, documents that grow beyond bounds.
struct TapeBuilder {
    private let source: SourceFile
    private let bytes: UnsafeRawBufferPointer
    /// Bytes of scalars that aliases may stand for, in all documents.
    private let aliasedTextLimit: Int
    private var tape: ContiguousArray<TapeNode> = []
    private var arena: [UInt8] = []
    private var open: [Int32] = []
    private var anchors: [String: Int32] = [:]
    /// What each collection with an anchor holds, itself included, with all aliases expanded.
    private var expandedBelow: [Int32: Expansion] = [:]
    /// What there was when each open collection was opened.
    private var expandedAtOpen: [Expansion] = []
    private var expanded = Expansion()
    /// Bytes of scalars that aliases stand for, in all documents so far.
    private var aliasedText = 0
    /// Keys that were looked at behind merge keys.
    private var mergedKeys = 0
    /// Whether any key so far is a number or boolean, so that two of different texts may be one.
    private var hasTypedKeys = false
    /// Those of the mapping that is closed; kept for its memory.
    private var keys = MappingKeys()
    /// The end of the leaf or flow collection that ended last, where a block collection around it ends too.
    private var lastEnd: Int32 = 0
    private var hasProperties = false
    private var hasMergeKeys = false

    /// What a document holds once all aliases are replaced by what they stand for.
    private struct Expansion {
        var nodes = 0
        /// Bytes of scalars.
        var text = 0

        static func + (left: Expansion, right: Expansion) -> Expansion {
            Expansion(nodes: left.nodes + right.nodes, text: left.text + right.text)
        }

        static func - (left: Expansion, right: Expansion) -> Expansion {
            Expansion(nodes: left.nodes - right.nodes, text: left.text - right.text)
        }
    }

    init(source: SourceFile, bytes: UnsafeRawBufferPointer, aliasedTextLimit: Int) {
        self.source = source
        self.bytes = bytes
        self.aliasedTextLimit = aliasedTextLimit
    }

    /// Forgets the document before; its memory stays for the next.
    mutating func start() {
        tape.removeAll(keepingCapacity: true)
        arena.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        expandedAtOpen.removeAll(keepingCapacity: true)
        if hasProperties {
            anchors.removeAll()
            expandedBelow.removeAll()
        }
        expanded = Expansion()
        mergedKeys = 0
        lastEnd = 0
        hasTypedKeys = false
        hasProperties = false
        hasMergeKeys = false
    }

    func finish(_ range: Range<Int>) -> YAMLDocument? {
        guard let root = tape.first, !isEmpty(root) else { return nil }
        // Copies have no room to grow.
        return YAMLDocument(
            source: source, tape: tape.withUnsafeBufferPointer { ContiguousArray($0) },
            arena: arena.withUnsafeBufferPointer { Array($0) }, range: range, hasProperties: hasProperties,
            hasMergeKeys: hasMergeKeys)
    }

    private func isEmpty(_ root: TapeNode) -> Bool {
        root.textLength == 0 && root.kind == .scalar && root.style == .plain
    }

    @inline(__always)
    private mutating func append(
        _ node: TapeNode, anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?
    ) throws(FrontendError) {
        guard open.count < InputLimits.depth else {
            throw .limit("nesting is deeper than \(InputLimits.depth)", range(node))
        }
        guard tape.count < InputLimits.expandedNodes else { throw tooLarge(node) }
        var node = node
        if let tag {
            node.tag = Self.tag(tag)
            hasProperties = true
        }
        if let anchor {
            node.anchored = true
            hasProperties = true
            anchors[String(cString: anchor)] = Int32(tape.count)
        }
        node.next = Int32(tape.count + 1)
        tape.append(node)
        expanded.nodes += 1
        lastEnd = node.end
    }

    private func range(_ node: TapeNode) -> SourceRange {
        SourceRange(source, Int(node.start), max(Int(node.end), min(Int(node.start) + 1, bytes.count)))
    }

    private func tooLarge(_ node: TapeNode) -> FrontendError {
        .limit(
            "the document has more than \(InputLimits.expandedNodes) nodes when its aliases are expanded", range(node))
    }

    private static func tag(_ tag: UnsafeMutablePointer<UInt8>) -> TapeNode.Tag {
        switch String(cString: tag) {
        case "!", "tag:yaml.org,2002:str": .string
        case "tag:yaml.org,2002:binary": .binary
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
            .resolved
        case "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq": .collection
        default: .other
        }
    }

    mutating func scalar(_ event: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar, from: Int, to: Int)
        throws(FrontendError)
    {
        // Comparing raw values is what the compiler makes a jump of.
        let style: TapeNode.Style =
            switch event.style.rawValue {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE.rawValue: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE.rawValue: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE.rawValue: .literal
            case YAML_FOLDED_SCALAR_STYLE.rawValue: .folded
            default: .plain
            }
        let length = event.length
        let isMisplaced = length == 0 && from == to && event.anchor == nil && isBeforeNextToken(from)
        let from = isMisplaced ? Int(lastEnd) : from
        var node = TapeNode(kind: .scalar, style: style, start: Int32(from))
        node.end = Int32(isMisplaced ? from : max(from, to))
        guard length <= InputLimits.scalarSize else {
            throw .limit("the scalar has \(length) bytes; the limit is \(InputLimits.scalarSize)", range(node))
        }
        node.textLength = Int32(length)
        expanded.text += length
        let value = UnsafeRawBufferPointer(start: event.value, count: length)
        var inSource = from
        // A comparison of enumerations of another module is a call; this is none.
        if case .plain = style {} else { inSource += 1 }
        if length > 0, inSource + length <= bytes.count,
            UnsafeRawBufferPointer(rebasing: bytes[inSource..<inSource + length]).hasSameBytes(as: value)
        {
            node.textInSource = true
            node.text = Int32(inSource)
        } else {
            node.text = Int32(arena.count)
            arena.append(contentsOf: value)
        }
        try append(node, anchor: event.anchor, tag: event.tag)
        // Kubernetes would take the decoded bytes for the text.
        if event.tag != nil, tape[tape.count - 1].tag == .binary {
            throw FrontendError(
                diagnostic: Diagnostic(
                    .error, .invalidValue, "the tag '!!binary' is not supported; write the text itself",
                    at: range(tape[tape.count - 1])))
        }
    }

    /// Whether the mark of an empty value is that of the next token, as after a key without colon, rather than that
    /// of the indicator before it: no indicator stands between the last leaf and the mark.
    private func isBeforeNextToken(_ mark: Int) -> Bool {
        var at = Int(lastEnd)
        guard at > 0 else { return false }
        while at < mark {
            switch bytes[at] {
            case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "?"): return false
            case UInt8(ascii: "#"): while at < mark, bytes[at] != 0x0A, bytes[at] != 0x0D { at += 1 }
            default: at += 1
            }
        }
        return mark > lastEnd
    }

    mutating func alias(_ name: UnsafeMutablePointer<UInt8>, from: Int, to: Int) throws(FrontendError) {
        var node = TapeNode(kind: .alias, style: .plain, start: Int32(from))
        node.end = Int32(max(from, to))
        let name = String(cString: name)
        guard let target = anchors[name] else {
            throw FrontendError(
                diagnostic: Diagnostic(
                    .error, .unknownAnchor, "there is no anchor '&\(name)' before this alias", at: range(node)))
        }
        guard !open.contains(target) else {
            throw FrontendError(
                diagnostic: Diagnostic(
                    .error, .unknownAnchor, "the alias '*\(name)' stands inside its own anchor", at: range(node)))
        }
        node.text = target
        let added = expandedBelow[target] ?? Expansion(nodes: 1, text: Int(tape[Int(target)].textLength))
        expanded = expanded + added - Expansion(nodes: 1)
        guard expanded.nodes < InputLimits.expandedNodes else { throw tooLarge(node) }
        aliasedText += added.text
        guard aliasedText <= aliasedTextLimit else {
            throw .limit(
                "the aliases of the file stand for more than \(aliasedTextLimit) bytes of text", range(node))
        }
        try append(node, anchor: nil, tag: nil)
    }

    mutating func open(
        _ kind: TapeNode.Kind, flow: Bool, anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?,
        from: Int
    ) throws(FrontendError) {
        let node = TapeNode(kind: kind, style: flow ? .flow : .block, start: Int32(from))
        expandedAtOpen.append(expanded)
        try append(node, anchor: anchor, tag: tag)
        open.append(Int32(tape.count - 1))
    }

    mutating func close(to end: Int) throws(FrontendError) {
        guard let index = open.popLast(), let before = expandedAtOpen.popLast() else { return }
        let at = Int(index)
        tape[at].next = Int32(tape.count)
        if case .flow = tape[at].style {
            // A pair in a sequence is a mapping without braces, whose end event stands at the next token.
            let hasBracket = end > 0 && "}]".utf8.contains(bytes[end - 1])
            tape[at].end = hasBracket ? Int32(end) : max(tape[at].start, lastEnd)
            lastEnd = tape[at].end
        } else {
            tape[at].end = max(tape[at].start, lastEnd)
        }
        if tape[at].anchored { expandedBelow[index] = expanded - before }
        if case .mapping = tape[at].kind { try checkKeys(of: at) }
    }

    private mutating func checkKeys(of mapping: Int) throws(FrontendError) {
        keys.removeAll()
        var merge: Int32?
        var inOrder: [Int32] = []
        var twins: (first: Int32, second: Int32)?
        // Nothing of `self` may be read while the closure can change all of it.
        let (tape, arena, bytes) = (tape, arena, bytes)
        arena.withUnsafeBytes { arena in
            var index = Int32(mapping + 1)
            while index < Int32(tape.count) {
                let place = tape[Int(index)]
                var node = place
                if case .alias = place.kind { node = tape[Int(place.text)] }
                if case .scalar = node.kind {
                    let range = Int(node.text)..<Int(node.text + node.textLength)
                    let text = UnsafeRawBufferPointer(rebasing: (node.textInSource ? bytes : arena)[range])
                    keys.append(index, text)
                    if Self.isMergeKey(node, text) { merge = index }
                    if !hasTypedKeys, node.isResolved { hasTypedKeys = Scalar(plain: text).hasKeyText }
                }
                index = tape[Int(place.next)].next
            }
            if merge != nil || hasTypedKeys { inOrder = keys.indices }
            twins = keys.firstTwin()
        }
        if let merge {
            hasMergeKeys = true
            try checkMerge(merge, among: inOrder)
        }
        if hasTypedKeys { try checkTypedKeys(inOrder) }
        guard let twins, let text = keyText(twins.second) else { return }
        throw duplicate(
            twins.second, of: twins.first,
            "the key '\(String(decoding: text, as: UTF8.self))' stands twice in one mapping")
    }

    private func duplicate(_ second: Int32, of first: Int32, _ message: String) -> FrontendError {
        FrontendError(
            diagnostic: Diagnostic(
                .error, .duplicateKey, message, at: range(tape[Int(second)]),
                notes: [.init("it stands here first", at: range(tape[Int(first)]))]))
    }

    /// Kubernetes makes texts of keys that are numbers or booleans, and keeps any of two that have become one.
    private func checkTypedKeys(_ keys: [Int32]) throws(FrontendError) {
        var seen: [[UInt8]: Int32] = [:]
        for key in keys {
            guard let first = seen.updateValue(key, forKey: name(key)), !areAlike(first, key) else { continue }
            throw sameName(key, first)
        }
    }

    private func sameName(_ second: Int32, _ first: Int32) -> FrontendError {
        duplicate(
            second, of: first,
            "to Kubernetes two keys of this mapping are '\(String(decoding: name(first), as: UTF8.self))'")
    }

    /// The text that Kubernetes makes of a key that is a number or boolean.
    private func typedText(_ index: Int32) -> String? {
        guard let key = scalarKey(index), tape[Int(key)].isResolved else { return nil }
        return Scalar(plain: text(key)).keyText
    }

    /// A key that is a scalar as Kubernetes has it in the end.
    private func name(_ index: Int32) -> [UInt8] {
        typedText(index).map { Array($0.utf8) } ?? keyText(index).map { Array($0) } ?? []
    }

    /// Whether two keys are the same for all readers.
    private func areAlike(_ one: Int32, _ other: Int32) -> Bool {
        keyText(one) == keyText(other) && (typedText(one) == nil) == (typedText(other) == nil)
    }

    /// The scalar that a key is, or is an alias of; `nil` for a collection.
    private func scalarKey(_ index: Int32) -> Int32? {
        let key = tape[Int(index)].kind == .alias ? tape[Int(index)].text : index
        return tape[Int(key)].kind == .scalar ? key : nil
    }

    private func keyText(_ index: Int32) -> ArraySlice<UInt8>? { scalarKey(index).map(text) }

    // MARK: - Merge keys

    private static func isMergeKey(_ node: TapeNode, _ text: some Collection<UInt8>) -> Bool {
        node.textLength == 2 && (node.style == .plain || node.tag != .none) && text.elementsEqual("<<".utf8)
    }

    /// Readers of YAML disagree on keys that stand before a merge key which has them, too: the specification takes the
    /// mapping's own, Kubernetes the merged ones. They also disagree on merge keys with a tag, and on aliases of one.
    private mutating func checkMerge(_ merge: Int32, among keys: [Int32]) throws(FrontendError) {
        let node = tape[Int(merge)]
        guard node.kind == .scalar, node.tag == .none, node.style == .plain else {
            throw FrontendError(
                diagnostic: Diagnostic(
                    .error, .invalidValue, "the merge key '<<' must have no tag and be no alias", at: range(node)))
        }
        // Keys behind it can only be one of those if they have the same text, or some are no text.
        let own = hasTypedKeys ? keys : keys.filter { $0 < merge }
        guard hasTypedKeys || !own.isEmpty else { return }
        let ownByName = Dictionary(own.map { (name($0), $0) }) { first, _ in first }
        var merged: [Int32] = []
        try collectKeys(mergedInto: node.next, &merged)
        let before = merged.compactMap { ownByName[name($0)] }.filter { $0 < merge }.min()
        if let before, let text = keyText(before) {
            throw FrontendError(
                diagnostic: Diagnostic(
                    .error, .duplicateKey,
                    "the key '\(String(decoding: text, as: UTF8.self))' stands before the merge key '<<', which has it,"
                        + " too: Kubernetes takes the merged value; move '<<' to the front",
                    at: range(tape[Int(before)]),
                    notes: [.init("the merge key", at: range(node))]))
        }
        guard hasTypedKeys else { return }
        var seen: [[UInt8]: Int32] = [:]
        for key in merged {
            let name = name(key)
            if let later = ownByName[name], !areAlike(later, key) { throw sameName(later, key) }
            if let other = seen.updateValue(key, forKey: name), !areAlike(other, key) { throw sameName(merge, other) }
        }
    }

    /// The keys of what a merge key has as its value: a mapping, or a list of some, and what these merge.
    private mutating func collectKeys(mergedInto value: Int32, _ keys: inout [Int32]) throws(FrontendError) {
        let target = tape[Int(value)].kind == .alias ? tape[Int(value)].text : value
        var index = target + 1
        let end = tape[Int(target)].next
        switch tape[Int(target)].kind {
        case .mapping:
            while index < end {
                // Merges in merges are looked through once for each of them.
                mergedKeys += 1
                guard mergedKeys <= InputLimits.expandedNodes else { throw tooLarge(tape[Int(value)]) }
                let member = tape[Int(index)].next
                if let key = scalarKey(index) {
                    if Self.isMergeKey(tape[Int(key)], text(key)) {
                        try collectKeys(mergedInto: member, &keys)
                    } else {
                        keys.append(index)
                    }
                }
                index = tape[Int(member)].next
            }
        case .sequence:
            while index < end {
                try collectKeys(mergedInto: index, &keys)
                index = tape[Int(index)].next
            }
        case .scalar, .alias: break
        }
    }

    private func text(_ index: Int32) -> ArraySlice<UInt8> {
        let node = tape[Int(index)]
        let start = Int(node.text)
        let end = start + Int(node.textLength)
        return node.textInSource ? source.bytes[start..<end] : arena[start..<end]
    }
}
