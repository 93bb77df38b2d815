// SPDX-License-Identifier: Apache-2.0

/// Reads the syntax of Rust's `regex` crate, without inline flags and `\p` classes.
struct RegexParser {
    /// Groups, classes and repetitions within one another; the limit of Rust's parser.
    static let depthLimit = 250
    static let repetitionLimit = 10_000

    let pattern: [Unicode.Scalar]
    var at = 0
    private(set) var captureCount = 0
    private var names: Set<String> = []

    static func parse(_ text: String) throws(RegexError) -> (node: RegexNode, captures: Int) {
        var parser = RegexParser(pattern: Array(text.unicodeScalars))
        let node = try parser.alternatives(depth: 0)
        guard parser.at == parser.pattern.count else { throw parser.invalid("')' without '('") }
        return (node, parser.captureCount)
    }

    private init(pattern: [Unicode.Scalar]) { self.pattern = pattern }

    var current: Unicode.Scalar? { at < pattern.count ? pattern[at] : nil }
    var following: Unicode.Scalar? { at + 1 < pattern.count ? pattern[at + 1] : nil }

    func invalid(_ message: String) -> RegexError { .invalid(message, offset: at) }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        at += 1
        return true
    }

    private mutating func alternatives(depth: Int) throws(RegexError) -> RegexNode {
        guard depth <= Self.depthLimit else { throw invalid("nesting is deeper than \(Self.depthLimit)") }
        var branches = [try sequence(depth: depth)]
        while take("|") { branches.append(try sequence(depth: depth)) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence(depth: Int) throws(RegexError) -> RegexNode {
        var items: [RegexNode] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            var item = try atom(depth: depth)
            var repetitions = 0
            while let bounds = try repetition() {
                repetitions += 1
                guard depth + repetitions <= Self.depthLimit else {
                    throw invalid("nesting is deeper than \(Self.depthLimit)")
                }
                item = .repetition(item, minimum: bounds.0, maximum: bounds.1, greedy: !take("?"))
            }
            items.append(item)
        }
        return items.isEmpty ? .empty : items.count == 1 ? items[0] : .sequence(items)
    }

    private mutating func repetition() throws(RegexError) -> (Int, Int?)? {
        switch current {
        case "*":
            at += 1
            return (0, nil)
        case "+":
            at += 1
            return (1, nil)
        case "?":
            at += 1
            return (0, 1)
        case "{":
            at += 1
            return try counts()
        default: return nil
        }
    }

    private mutating func counts() throws(RegexError) -> (Int, Int?) {
        let minimum = try decimal()
        var maximum: Int? = minimum
        if take(",") {
            maximum = current == "}" ? nil : try decimal()
        }
        guard take("}") else { throw invalid("a counted repetition does not end") }
        if let maximum, maximum < minimum { throw invalid("the bounds of a repetition are in the wrong order") }
        guard max(minimum, maximum ?? 0) <= Self.repetitionLimit else {
            throw .tooLarge("a repetition counts beyond \(Self.repetitionLimit)")
        }
        return (minimum, maximum)
    }

    private mutating func skipSpaces() {
        while let scalar = current, scalar.properties.isWhitespace { at += 1 }
    }

    private mutating func decimal() throws(RegexError) -> Int {
        skipSpaces()
        var value = 0
        let start = at
        while let scalar = current, ("0"..."9").contains(scalar) {
            value = min(value * 10 + Int(scalar.value - 0x30), Self.repetitionLimit + 1)
            at += 1
        }
        guard at > start else { throw invalid("expected a decimal number") }
        skipSpaces()
        return value
    }

    private mutating func atom(depth: Int) throws(RegexError) -> RegexNode {
        guard let scalar = current else { return .empty }
        switch scalar {
        case "(": return try group(depth: depth)
        case "[":
            return .set(try characterClass(depth: depth + 1))
        case "*", "+", "?", "{": throw invalid("'\(scalar)' has nothing to repeat")
        case "\\": return try escape()
        default:
            at += 1
            switch scalar {
            case ".": return .set(ScalarSet([0x0A...0x0A]).inverted)
            case "^": return .assertion(.start)
            case "$": return .assertion(.end)
            default: return .set(ScalarSet([scalar.value...scalar.value]))
            }
        }
    }

    private mutating func group(depth: Int) throws(RegexError) -> RegexNode {
        at += 1
        var index: Int?
        if take("?") {
            if take(":") {
                index = nil
            } else if current == "<" && following != "=" && following != "!" {
                index = try namedCapture()
            } else if current == "P", following == "<" {
                at += 1
                index = try namedCapture()
            } else if current == "=" || current == "!" || current == "<" {
                throw invalid("look-around is not part of the syntax")
            } else {
                throw try flags()
            }
        } else {
            captureCount += 1
            index = captureCount
        }
        let inner = try alternatives(depth: depth + 1)
        guard take(")") else { throw invalid("a group does not end") }
        return index.map { .capture($0, inner) } ?? inner
    }

    private mutating func namedCapture() throws(RegexError) -> Int {
        at += 1
        let start = at
        while let scalar = current, scalar != ">" {
            let properties = scalar.properties
            let isFirst = at == start
            guard
                scalar == "_" || properties.isAlphabetic
                    || !isFirst
                        && (properties.generalCategory == .decimalNumber || ".[]".unicodeScalars.contains(scalar))
            else { throw invalid("a group has a malformed name") }
            at += 1
        }
        var name = ""
        name.unicodeScalars.append(contentsOf: pattern[start..<at])
        guard take(">"), !name.isEmpty else { throw invalid("a group has a malformed name") }
        guard names.insert(name).inserted else { throw invalid("two groups have the name '\(name)'") }
        captureCount += 1
        return captureCount
    }

    /// Inline flags are told apart from nonsense, since an invalid pattern is a decision and an unknown one is not.
    private mutating func flags() throws(RegexError) -> RegexError {
        let start = at
        while let scalar = current, "imsUuRx-".unicodeScalars.contains(scalar) { at += 1 }
        guard at > start, current == ")" || current == ":" else { throw invalid("unknown group") }
        return .unsupported("inline flags")
    }
}
