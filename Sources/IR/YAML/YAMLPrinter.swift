// SPDX-License-Identifier: Apache-2.0

/// Prints new nodes in the manner of the document they join.
struct YAMLPrinter {
    /// How a document is written, as far as new nodes follow it.
    struct Style {
        /// Spaces by which a mapping below a mapping is indented.
        var step = 2
        /// Spaces by which the dashes of a sequence are indented beyond the key above them.
        var sequenceOffset = 0
        var newLine: [UInt8] = [0x0A]
        var singleQuotes = false
        /// Every string in double quotes, keys too: the document is JSON.
        var json = false
    }

    let tree: YAMLTree
    let style: Style

    /// A mapping's pairs or a sequence's items on lines of their own, the first without indentation and the last
    /// without line break: to stand where `indent` spaces stand already.
    func block(_ id: Int32, indent: Int, into out: inout [UInt8]) {
        let node = tree.nodes[Int(id)]
        switch node.kind {
        case .scalar: scalar(id, flow: false, into: &out)
        case .sequence:
            let items = tree.children(id)
            if items.isEmpty { return out.append(contentsOf: "[]".utf8) }
            for (position, item) in items.enumerated() {
                if position > 0 { lineBreak(indent, into: &out) }
                out.append(contentsOf: "- ".utf8)
                block(item, indent: indent + 2, into: &out)
            }
        case .mapping:
            let pairs = tree.pairs(id)
            if pairs.isEmpty { return out.append(contentsOf: "{}".utf8) }
            for (position, pair) in pairs.enumerated() {
                if position > 0 { lineBreak(indent, into: &out) }
                self.pair(pair.key, pair.value, indent: indent, into: &out)
            }
        }
    }

    /// `key: value`, the value on further lines when it is a collection that is not empty.
    func pair(_ key: Int32, _ value: Int32, indent: Int, into out: inout [UInt8]) {
        scalar(key, flow: false, into: &out)
        out.append(UInt8(ascii: ":"))
        self.value(value, indent: indent, into: &out)
    }

    /// What follows the colon of a pair whose key stands at `indent`.
    func value(_ id: Int32, indent: Int, into out: inout [UInt8]) {
        let kind = tree.nodes[Int(id)].kind
        if kind == .scalar || tree.children(id).isEmpty {
            if tree.nodes[Int(id)].verbatim, tree.text(id).isEmpty { return }
            out.append(0x20)
            block(id, indent: indent, into: &out)
        } else {
            let below = indent + (kind == .sequence ? style.sequenceOffset : style.step)
            lineBreak(below, into: &out)
            block(id, indent: below, into: &out)
        }
    }

    /// On one line, in brackets and braces.
    func flow(_ id: Int32, into out: inout [UInt8]) {
        let node = tree.nodes[Int(id)]
        switch node.kind {
        case .scalar: scalar(id, flow: true, into: &out)
        case .sequence:
            out.append(UInt8(ascii: "["))
            for (position, item) in tree.children(id).enumerated() {
                if position > 0 { out.append(contentsOf: ", ".utf8) }
                flow(item, into: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .mapping:
            out.append(UInt8(ascii: "{"))
            for (position, pair) in tree.pairs(id).enumerated() {
                if position > 0 { out.append(contentsOf: ", ".utf8) }
                flowPair(pair.key, pair.value, into: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    func flowPair(_ key: Int32, _ value: Int32, into out: inout [UInt8]) {
        scalar(key, flow: true, into: &out)
        out.append(contentsOf: ": ".utf8)
        flow(value, into: &out)
    }

    func lineBreak(_ indent: Int, into out: inout [UInt8]) {
        out.append(contentsOf: style.newLine)
        out.append(contentsOf: repeatElement(0x20, count: indent))
    }

    func scalar(_ id: Int32, flow: Bool, into out: inout [UInt8]) {
        let node = YAMLNode(tree: tree, id: id)
        let text = node.text
        if tree.nodes[Int(id)].verbatim {
            out.append(contentsOf: text.utf8)
        } else if node.scalar != .string {
            out.append(contentsOf: (text.isEmpty ? "null" : text).utf8)
        } else {
            string(text, flow: flow, into: &out)
        }
    }

    /// A string in the lightest form that every YAML reader takes for this string.
    func string(_ text: String, flow: Bool, into out: inout [UInt8]) {
        if !style.json, Self.isPlainSafe(text, flow: flow) {
            out.append(contentsOf: text.utf8)
        } else if style.singleQuoted(text) {
            out.append(UInt8(ascii: "'"))
            for byte in text.utf8 {
                out.append(byte)
                if byte == UInt8(ascii: "'") { out.append(byte) }
            }
            out.append(UInt8(ascii: "'"))
        } else {
            JSONPrinter.quote(text, goEscapes: true, into: &out)
        }
    }

    /// Whether a text is the same string in YAML 1.1 and 1.2 without quotes.
    static func isPlainSafe(_ text: String, flow: Bool) -> Bool {
        if text.utf8.count > 64, isBase64(text) { return true }
        var text = text
        return text.withUTF8 { isPlainSafe($0, flow: flow) }
    }

    private static func isPlainSafe(_ bytes: UnsafeBufferPointer<UInt8>, flow: Bool) -> Bool {
        guard let first = bytes.first, let last = bytes.last, bytes.count < 1 << 20 else { return false }
        guard case .string = Scalar(plain: bytes) else { return false }
        guard
            isLetter(first) || isDigit(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: ".")
                || first == UInt8(ascii: "_") || first == UInt8(ascii: "$") || first == UInt8(ascii: "(")
        else { return false }
        guard last != UInt8(ascii: ":"), last != 0x20 else { return false }
        // Numbers with colons and dates mean something in YAML 1.1.
        if bytes.contains(where: isDigit), bytes.allSatisfy({ isDigit($0) || "+-.:_TZtz ".utf8.contains($0) }) {
            return false
        }
        var previous: UInt8 = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "#") where previous == 0x20: return false
            case 0x20 where previous == UInt8(ascii: ":"): return false
            case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
                UInt8(ascii: ":"), UInt8(ascii: "?"):
                if flow && byte != UInt8(ascii: ":") { return false }
            case 0x21...0x7E, 0x20: break
            default: return false
            }
            previous = byte
        }
        return true
    }

    /// Whether a text has only the characters of base64 and starts with a letter, as annotations do.
    private static func isBase64(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard isLetter(bytes[0]) else { return false }
            return notBase64.withUnsafeBufferPointer { table in
                bytes.reduce(0) { $0 | table[Int($1)] } == 0
            }
        }
    }

    /// Zero for the characters of base64.
    private static let notBase64: [UInt8] = (0...UInt8.max).map { byte in
        isLetter(byte) || isDigit(byte) || "+/=".utf8.contains(byte) ? 0 : 1
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}

extension YAMLPrinter.Style {
    /// Single quotes where the document uses them, and where double ones would need escapes.
    func singleQuoted(_ text: String) -> Bool {
        (singleQuotes || text.contains("\"") || text.contains("\\")) && !json
            && text.unicodeScalars.allSatisfy { (" "..."~").contains($0) }
    }

    /// Reads the style off a document: the first block sequence below a key, the first mapping below a key, the first
    /// quoted scalar, the first line break.
    init(of document: YAMLDocument) {
        let bytes = document.source.bytes
        if let lineBreak = bytes[document.range].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }),
            bytes[lineBreak] == 0x0D
        {
            newLine = lineBreak + 1 < bytes.count && bytes[lineBreak + 1] == 0x0A ? [0x0D, 0x0A] : [0x0D]
        }
        json = document.source.path.hasSuffix(".json") || Self.isJSON(document)
        var quote: TapeNode.Style?
        var sequence: Int?
        var mapping: Int?
        for index in document.tape.indices {
            let node = document.tape[index]
            if quote == nil, node.style == .singleQuoted || node.style == .doubleQuoted { quote = node.style }
            guard node.style == .block, !node.anchored, index > 0 else { continue }
            let key = document.tape[index - 1]
            guard key.kind == .scalar, key.end <= node.start else { continue }
            let offset = document.column(Int(node.start)) - document.column(Int(key.start))
            if node.kind == .sequence, sequence == nil, offset >= 0, offset < 10 {
                sequence = offset
            } else if node.kind == .mapping, mapping == nil, offset > 0, offset < 10,
                document.isIndentation(before: Int(node.start))
            {
                mapping = offset
            }
            if quote != nil, sequence != nil, mapping != nil { break }
        }
        singleQuotes = quote == .singleQuoted
        sequenceOffset = sequence ?? 0
        step = mapping ?? 2
    }

    /// A document in braces whose first key stands in double quotes is taken for JSON.
    private static func isJSON(_ document: YAMLDocument) -> Bool {
        document.tape[0].style == .flow && document.tape.count > 1 && document.tape[1].style == .doubleQuoted
    }
}
