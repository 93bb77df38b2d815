// SPDX-License-Identifier: Apache-2.0

/// SplitMix64, so that a seed means the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
    mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &self)] }
}

/// Writes random Pods in random styles: indentation, quotes, block scalars, flow and block, anchors, aliases, merge keys,
/// tags, explicit keys, comments wherever they may stand, blank lines, line breaks, order of keys.
struct WorkloadGenerator {
    indirect enum Node {
        case text(String)
        case plain(String)
        case list([Node])
        case map([(String, Node)])
    }

    private var random: SeededGenerator
    private let lineBreak: String
    private let step: Int
    private let offset: Int
    private let flow: Int
    private let comments: Int
    private let anchors: Int
    private let tags: Int
    private let explicit: Int
    private let literals: Int
    private let merges: Int

    /// Whether nothing in the style makes values be written anew: neither copies nor values whose place is relative.
    var keepsBytes: Bool { anchors == 0 && merges == 0 && detached == 0 && !statesIndentation }

    /// How often what follows an indicator stands on the next line, below a comment.
    private let detached: Int
    private var names: [String: String] = [:]
    private var statesIndentation = false

    init(seed: UInt64) {
        random = SeededGenerator(state: seed)
        lineBreak = random.pick(["\n", "\n", "\n", "\r\n", "\r"])
        step = random.pick([1, 2, 2, 4, 7])
        offset = random.pick([0, 0, 2, 3])
        flow = random.pick([0, 0, 10, 40])
        comments = random.pick([0, 0, 15, 40])
        anchors = random.pick([0, 0, 30])
        tags = random.pick([0, 0, 15])
        explicit = random.pick([0, 0, 10])
        literals = random.pick([0, 0, 20])
        merges = random.pick([0, 0, 40])
        detached = random.pick([0, 0, 0, 15])
    }

    mutating func source() -> String {
        let mark = random.chance(5) ? "\u{FEFF}" : ""
        let count = random.pick([1, 1, 2, 3])
        var lines: [String] = []
        for _ in 0..<count {
            if !lines.isEmpty || random.chance(20) { lines.append("---") }
            names = [:]
            complete = []
            merged = []
            lines += block(pod(), 0)
            if random.chance(10) { lines.append("...") }
        }
        return mark + lines.joined(separator: lineBreak) + (random.chance(80) ? lineBreak : "")
    }

    // MARK: - What is said

    private mutating func pod() -> Node {
        var metadata: [(String, Node)] = [("name", .text("w"))]
        metadata.append(
            (
                "annotations",
                random.pick([.map([]), .plain("null"), .map([("a", .text("b"))]), .map([("a", .text("yes"))])])
            ))
        if random.chance(30) { metadata.removeLast() }
        var spec: [(String, Node)] = []
        spec.append(("containers", .list((0..<random.pick([1, 1, 2, 3])).map { container("c\($0)") })))
        if random.chance(50) {
            let own = Node.map([("name", .text("contrast-initializer")), ("image", .text("mine"))])
            spec.append(
                (
                    "initContainers",
                    random.pick([.list([]), .plain("~"), .list([container("i")]), .list([own, container("i")])])
                ))
        }
        if random.chance(50) {
            let data = Node.map([("name", .text("data")), ("emptyDir", .map([]))])
            let own = Node.map([("name", .text("contrast-secrets")), ("emptyDir", .map([("medium", .text("Memory"))]))])
            spec.append(("volumes", random.pick([.list([]), .plain("null"), .list([data]), .list([own, data])])))
        }
        if random.chance(50) { spec.append(("runtimeClassName", .text("contrast-cc"))) }
        spec.shuffle(using: &random)
        return .map([
            ("apiVersion", .text("v1")), ("kind", .text("Pod")), ("metadata", .map(metadata)), ("spec", .map(spec)),
        ])
    }

    private mutating func container(_ name: String) -> Node {
        var fields: [(String, Node)] = [("name", .text(name)), ("image", .text("app"))]
        if random.chance(30) {
            fields.append(
                (
                    "args",
                    .list(
                        random.pick([
                            [.text("a: b"), .text("#"), .text("ü")], [.text("x\ny\n")],
                            [.text("x \n\n"), .text("l\n m")],
                        ]))
                ))
        }
        let data = Node.map([("name", .text("data")), ("mountPath", .text("/d"))])
        let own = Node.map([
            ("name", .text("contrast-secrets")), ("mountPath", .text(random.pick(["/contrast", "/x"]))),
        ])
        if random.chance(50) {
            fields.append(
                (
                    "volumeMounts",
                    random.pick([.list([]), .plain("~"), .list([data]), .list([own]), .list([data, own])])
                ))
        }
        if random.chance(50) {
            let memory = { (text: String) in Node.map([("memory", .text(text))]) }
            fields.append(
                ("resources", .map([("limits", memory("1Gi")), ("requests", memory(random.pick(["1Gi", "1Mi"])))])))
        }
        fields.shuffle(using: &random)
        return .map(fields)
    }

    // MARK: - How it is written

    private func isEmpty(_ node: Node) -> Bool {
        switch node {
        case .text, .plain: false
        case .list(let items): items.isEmpty
        case .map(let pairs): pairs.isEmpty
        }
    }

    private func isAlias(_ node: Node) -> Bool {
        if case .plain(let text) = node { text.hasPrefix("*") } else { false }
    }

    private mutating func scalar(_ text: String) -> String {
        if text.contains("\n") { return "\"" + text.replacing("\n", with: "\\n") + "\"" }
        let isSafe = text.utf8.allSatisfy { $0 > 0x2D && $0 < 0x7F && $0 != 0x3A } && text != "yes"
        return random.pick(isSafe ? [text, text, "'\(text)'", "\"\(text)\""] : ["'\(text)'", "\"\(text)\""])
    }

    private mutating func margin(_ column: Int, _ lines: inout [String]) {
        if random.chance(comments) { lines.append(String(repeating: " ", count: column) + "# c: - [") }
        if random.chance(comments) { lines.append("") }
    }

    private mutating func properties(_ node: Node) -> String {
        var properties = ""
        if random.chance(tags) {
            switch node {
            case .list: properties += " !!seq"
            case .map: properties += " !!map"
            case .text, .plain: break
            }
        }
        if random.chance(anchors), !isAlias(node) {
            let name = "n\(names.count)"
            if names["\(node)"] == nil {
                names["\(node)"] = name
                properties += " &\(name)"
                if case .map(let pairs) = node, !pairs.isEmpty { merged.append((name, pairs)) }
            }
        }
        return properties
    }

    /// What stands between tokens in brackets: perhaps a line break and a comment.
    private mutating func gap(_ column: Int) -> String {
        guard random.chance(comments / 2) else { return random.pick(["", " "]) }
        let pad = String(repeating: " ", count: column)
        return random.pick([
            " # f\(lineBreak)\(pad)", "\(lineBreak)\(pad)", " #\(lineBreak)\(lineBreak)\(pad)# ,]\(lineBreak)\(pad)",
        ])
    }

    private mutating func inFlow(_ node: Node, _ column: Int) -> String {
        if let alias = alias(node) { return alias + " " }
        let before = Set(names.values)
        let properties = properties(node).dropFirst()
        defer { complete.formUnion(Set(names.values).subtracting(before)) }
        return (properties.isEmpty ? "" : properties + " ") + flowBody(node, column)
    }

    private mutating func flowBody(_ node: Node, _ column: Int) -> String {
        let end = random.pick(["", " ", ","]) + gap(column)
        switch node {
        case .text(let text): return scalar(text)
        case .plain(let text): return text
        case .list(let items):
            let texts = items.map { gap(column) + inFlow($0, column) }
            return "[" + texts.joined(separator: ",") + (items.isEmpty ? "" : end) + "]"
        case .map(let pairs):
            let texts = merging(pairs).map { pair in
                gap(column) + (pair.0 == "<<" ? "<<" : scalar(pair.0)) + ": " + inFlow(pair.1, column)
            }
            return "{" + texts.joined(separator: ",") + (pairs.isEmpty ? "" : end) + "}"
        }
    }

    /// The pairs with some of them behind a merge key.
    private mutating func merging(_ pairs: [(String, Node)]) -> [(String, Node)] {
        guard pairs.count > 1, random.chance(merges) else { return pairs }
        let texts = pairs.map { "\($0.0)=\($0.1)" }
        let known = merged.filter { map in
            map.1.allSatisfy { pair in texts.contains("\(pair.0)=\(pair.1)") } && complete.contains(map.0)
        }
        guard let (name, parts) = known.isEmpty ? nil : random.pick(known) else {
            // A mapping of its own.
            let part = Array(pairs[..<Int.random(in: 1..<pairs.count, using: &random)])
            let rest = Array(pairs[part.count...])
            return [("<<", .map(part))] + rest
        }
        let keys = Set(parts.map(\.0))
        let rest = pairs.filter { pair in !keys.contains(pair.0) || random.chance(20) }
        return [("<<", random.pick([.plain("*\(name)"), .list([.plain("*\(name)")])]))] + rest
    }

    /// Anchored mappings that merge keys may name.
    private var merged: [(String, [(String, Node)])] = []

    private mutating func alias(_ node: Node) -> String? {
        guard random.chance(70), let name = names["\(node)"], complete.contains(name) else { return nil }
        return "*\(name)"
    }

    /// Anchors whose node is written, which aliases may name.
    private var complete: Set<String> = []

    /// What stands behind a colon or dash, and the lines below.
    private mutating func value(_ node: Node, _ column: Int, inList: Bool) -> (String, [String]) {
        let (text, below) = attachedValue(node, column, inList: inList)
        guard random.chance(detached), !text.isEmpty else { return (text, below) }
        let pad = String(repeating: " ", count: column + step)
        return (
            random.pick([" # d", ""]),
            (random.chance(30) ? ["", pad + "# d:"] : []) + [pad + text.dropFirst()] + below
        )
    }

    private mutating func attachedValue(_ node: Node, _ column: Int, inList: Bool) -> (String, [String]) {
        if let alias = alias(node) { return (" " + alias + (random.chance(comments) ? " # t" : ""), []) }
        let before = Set(names.values)
        let properties = properties(node)
        defer { complete.formUnion(Set(names.values).subtracting(before)) }
        let tail = random.chance(comments) ? " # t" : ""
        switch node {
        case .text(let text):
            if random.chance(literals) { return blockScalar(text, properties, tail, column) }
            return (properties + " " + scalar(text) + tail, [])
        case .plain(let text): return (properties + " " + text + tail, [])
        case .list, .map:
            if isEmpty(node) || random.chance(flow) {
                return (properties + " " + flowBody(node, column + step + 1) + tail, [])
            }
            var below = column + step
            if case .list = node { below = column + (inList ? max(1, offset) : offset) }
            return (properties + tail, block(node, below))
        }
    }

    private mutating func blockScalar(_ text: String, _ properties: String, _ tail: String, _ column: Int) -> (
        String, [String]
    ) {
        let body = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let breaks = body.reversed().prefix { $0.isEmpty }.count
        let lines = body.dropLast(breaks)
        // Folding would join the lines of a text that has several.
        let kind = lines.count > 1 ? "|" : random.pick(["|", ">"])
        let chomping = breaks == 0 ? "-" : breaks == 1 ? random.pick(["", "+"]) : "+"
        let pad = String(repeating: " ", count: column + step)
        let indent = random.chance(20) ? String(step) : ""
        if !indent.isEmpty { statesIndentation = true }
        let header = random.pick([indent + chomping, chomping + indent])
        let kept = Array(repeating: "", count: max(0, breaks - 1))
        let blank = breaks < 2 && chomping != "+" && random.chance(20) ? ["", ""] : []
        return (properties + " " + kind + header + tail, lines.map { $0.isEmpty ? "" : pad + $0 } + kept + blank)
    }

    private mutating func block(_ node: Node, _ column: Int) -> [String] {
        let pad = String(repeating: " ", count: column)
        var lines: [String] = []
        switch node {
        case .text, .plain: break
        case .map(let pairs):
            for (key, node) in merging(pairs) {
                margin(column, &lines)
                let (text, below) = value(node, column, inList: false)
                if key != "<<", random.chance(explicit) {
                    let gap = random.chance(detached) ? "? # k\(lineBreak)\(pad)  " : "? "
                    lines += [pad + gap + scalar(key), pad + ":" + text] + below
                } else {
                    lines += [pad + (key == "<<" ? key : scalar(key)) + ":" + text] + below
                }
            }
        case .list(let items):
            for item in items {
                margin(column, &lines)
                let (text, below) = value(item, column, inList: true)
                lines += [pad + "-" + text] + below
            }
        }
        return lines
    }
}
