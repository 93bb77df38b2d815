// SPDX-License-Identifier: Apache-2.0

extension RegexParser {
    /// What a backslash and its letter stand for.
    enum Escape {
        case scalar(UInt32)
        case set(ScalarSet)
        case assertion(RegexAssertion)
    }

    mutating func escape() throws(RegexError) -> RegexNode {
        switch try escaped() {
        case .scalar(let value): .set(ScalarSet([value...value]))
        case .set(let set): .set(set)
        case .assertion(let assertion): .assertion(assertion)
        }
    }

    mutating func escaped() throws(RegexError) -> Escape {
        at += 1
        guard let scalar = current else { throw invalid("a backslash at the end") }
        at += 1
        switch scalar {
        case "d": return .set(.digits)
        case "D": return .set(ScalarSet.digits.inverted)
        case "s": return .set(.spaces)
        case "S": return .set(ScalarSet.spaces.inverted)
        case "w": return .set(.words)
        case "W": return .set(ScalarSet.words.inverted)
        case "b":
            guard current != "{" else { throw .unsupported("half word boundaries") }
            return .assertion(.wordBoundary)
        case "B": return .assertion(.notWordBoundary)
        case "A": return .assertion(.start)
        case "z": return .assertion(.end)
        case "a": return .scalar(0x07)
        case "f": return .scalar(0x0C)
        case "n": return .scalar(0x0A)
        case "r": return .scalar(0x0D)
        case "t": return .scalar(0x09)
        case "v": return .scalar(0x0B)
        case "x": return .scalar(try hexadecimal(digits: 2))
        case "u": return .scalar(try hexadecimal(digits: 4))
        case "U": return .scalar(try hexadecimal(digits: 8))
        case "p", "P": throw .unsupported("Unicode property classes")
        case "<", ">": throw .unsupported("half word boundaries")
        case "0"..."9", "A"..."Z", "a"..."z": throw invalid("unknown escape '\\\(scalar)'")
        default:
            guard scalar.isASCII else { throw invalid("unknown escape '\\\(scalar)'") }
            return .scalar(scalar.value)
        }
    }

    private mutating func hexadecimal(digits: Int) throws(RegexError) -> UInt32 {
        let braced = take("{")
        var value: UInt32 = 0
        var count = 0
        while braced || count < digits, let digit = current?.properties.isASCIIHexDigit == true ? current : nil {
            guard value <= ScalarSet.last, let nibble = UInt32(String(digit), radix: 16) else {
                throw invalid("not a Unicode scalar")
            }
            value = value << 4 | nibble
            count += 1
            at += 1
        }
        guard braced ? count > 0 && take("}") : count == digits else { throw invalid("expected hexadecimal digits") }
        guard Unicode.Scalar(value) != nil else { throw invalid("not a Unicode scalar") }
        return value
    }
}

extension RegexParser {
    /// A class in brackets, with nested classes and the operators `&&`, `--` and `~~`, which bind from left to right.
    mutating func characterClass(depth: Int) throws(RegexError) -> ScalarSet {
        guard depth <= Self.depthLimit else { throw invalid("nesting is deeper than \(Self.depthLimit)") }
        at += 1
        let negated = take("^")
        var left: (set: ScalarSet, combine: @Sendable (ScalarSet, ScalarSet) -> ScalarSet)?
        var items: [ClosedRange<UInt32>] = []
        while take("-") { items.append(0x2D...0x2D) }
        if items.isEmpty, take("]") { items.append(0x5D...0x5D) }

        func finished() -> ScalarSet {
            let right = ScalarSet(items)
            return left.map { $0.combine($0.set, right) } ?? right
        }
        while true {
            guard let scalar = current else { throw invalid("a class does not end") }
            if scalar == "]" {
                at += 1
                return negated ? finished().inverted : finished()
            }
            if scalar == following, scalar == "&" || scalar == "-" || scalar == "~" {
                at += 2
                let combine: @Sendable (ScalarSet, ScalarSet) -> ScalarSet =
                    switch scalar {
                    case "&": { $0.intersection($1) }
                    case "-": { $0.subtracting($1) }
                    default: { $0.symmetricDifference($1) }
                    }
                left = (finished(), combine)
                items = []
            } else if scalar == "[" {
                if let set = try posixClass() {
                    items += set.ranges
                } else {
                    items += try characterClass(depth: depth + 1).ranges
                }
            } else {
                items += try classRange().ranges
            }
        }
    }

    /// `[:name:]` or `[:^name:]`; `nil`, and nothing consumed, when it is a nested class instead.
    private mutating func posixClass() throws(RegexError) -> ScalarSet? {
        let start = at
        guard following == ":" else { return nil }
        at += 2
        let negated = take("^")
        var name = ""
        while let scalar = current, scalar != ":" {
            name.unicodeScalars.append(scalar)
            at += 1
        }
        guard take(":"), take("]"), let set = ScalarSet.posix[name] else {
            at = start
            return nil
        }
        return negated ? set.inverted : set
    }

    private mutating func classRange() throws(RegexError) -> ScalarSet {
        let first = try classItem()
        guard current == "-", let next = following, next != "]", next != "-" else {
            switch first {
            case .scalar(let value): return ScalarSet([value...value])
            case .set(let set): return set
            case .assertion: throw invalid("an assertion within a class")
            }
        }
        at += 1
        guard case .scalar(let low) = first, case .scalar(let high) = try classItem() else {
            throw invalid("the end of a range is not a character")
        }
        guard low <= high else { throw invalid("a range is in the wrong order") }
        return ScalarSet([low...high])
    }

    private mutating func classItem() throws(RegexError) -> Escape {
        guard let scalar = current else { throw invalid("a class does not end") }
        if scalar == "\\" { return try escaped() }
        at += 1
        return .scalar(scalar.value)
    }
}
