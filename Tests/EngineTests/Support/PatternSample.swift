// SPDX-License-Identifier: Apache-2.0

/// Makes a short text that a pattern matches, for the simple patterns of policies: literals, escapes, classes, groups
/// with alternatives, and repetitions.
struct PatternSample {
    private let pattern: [Character]
    private var at = 0

    static func text(_ pattern: String) -> String {
        var sample = PatternSample(pattern: Array(pattern))
        return sample.alternatives()
    }

    private init(pattern: [Character]) { self.pattern = pattern }

    private var next: Character? { at < pattern.count ? pattern[at] : nil }

    /// The first of the alternatives up to the end of the group.
    private mutating func alternatives() -> String {
        let first = sequence()
        while next == "|" {
            at += 1
            _ = sequence()
        }
        return first
    }

    private mutating func sequence() -> String {
        var text = ""
        while let character = next, character != "|", character != ")" {
            let one = atom()
            text += String(repeating: one, count: repetitions())
        }
        return text
    }

    private mutating func atom() -> String {
        let character = pattern[at]
        at += 1
        switch character {
        case "^", "$": return ""
        case ".": return "x"
        case "\\":
            defer { at += 1 }
            return next.map(String.init) ?? ""
        case "[":
            let first = next == "\\" ? pattern[at + 1] : pattern[at]
            while let inner = next, inner != "]" { at += inner == "\\" ? 2 : 1 }
            at += 1
            return String(first)
        case "(":
            if next == "?" { at += 2 }
            defer { at += 1 }
            return alternatives()
        default: return String(character)
        }
    }

    /// The least number that the pattern asks for.
    private mutating func repetitions() -> Int {
        switch next {
        case "?", "*":
            at += 1
            return 0
        case "+":
            at += 1
            return 1
        case "{":
            let digits = pattern[(at + 1)...].prefix { $0.isNumber }
            while let inner = next, inner != "}" { at += 1 + (inner == "}" ? 1 : 0) }
            at += 1
            return Int(String(digits)) ?? 0
        default: return 1
        }
    }
}
