// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

struct RustRegexTests {
    /// What policies are made of must be understood by the interpreter that explains them.
    @Test(arguments: Placeholder.allCases) func patternsOfPlaceholdersAreKnown(_ placeholder: Placeholder) throws {
        var regex = try RustRegex("^\(placeholder.pattern)$")
        #expect(regex.matches("\n?") == (placeholder == .unknownAnnotation))
    }

    /// What the pattern finds first in the text: the match and its groups, or nothing.
    private static let searches: [(pattern: String, text: String, found: [String]?)] = [
        ("", "abc", [""]),
        ("b+", "abbbc", ["bbb"]),
        ("b+?", "abbbc", ["b"]),
        ("^b", "ab", nil),
        ("b$", "ab", ["b"]),
        ("a$", "a\n", nil),
        ("a.c", "a\nc", nil),
        ("a|ab", "ab", ["a"]),
        ("(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]),
        ("(a)|(b)", "b", ["b", "", "b"]),
        ("(?:a|b)+", "xabbay", ["abba"]),
        ("(|a)+", "aaa", ["", ""]),
        ("(a*)*", "aab", ["aa", "aa"]),
        ("a{2,3}", "aaaa", ["aaa"]),
        ("a{2,3}?", "aaaa", ["aa"]),
        ("a{2,}", "aaaa", ["aaaa"]),
        ("a{ 1 , 2 }", "aaa", ["aa"]),
        ("x++", "xxx", ["xxx"]),
        ("[]a]+", "]a]b", ["]a]"]),
        ("[^]a]", "]ab", ["b"]),
        ("[a-]+", "a-b", ["a-"]),
        ("[a-c&&[^b]]+", "abc", ["a"]),
        ("[\\w--a]", "ab", ["b"]),
        ("[[:alpha:]b]+", "xb1", ["xb"]),
        ("\\d+", "a٣5", ["٣5"]),
        ("\\bé\\b", "x é y", ["é"]),
        ("\\Bb", "ab", ["b"]),
        ("\\x61\\u{62}\\u0063", "abc", ["abc"]),
        ("(?P<name>a)(?<other>b)", "ab", ["ab", "a", "b"]),
        ("\\.\\-\\/\\ ", ".-/ ", [".-/ "]),
        ("]}", "]}", ["]}"]),
        ("^/run/([0-9a-f]{64}|[a-z0-9][a-z0-9.-]*)/rootfs", "/run/a.b-c/rootfs", ["/run/a.b-c/rootfs", "a.b-c"]),
    ]

    @Test(arguments: searches.indices)
    func findsWhatRustFinds(index: Int) throws {
        let (pattern, text, found) = Self.searches[index]
        var regex = try RustRegex(pattern)
        #expect(regex.firstMatch(in: text) == found)
        let occurs = regex.matches(text)
        #expect(occurs == (found != nil))
    }

    @Test(arguments: [
        "(", ")", "a)", "[", "[a", "[[]", "*", "a|*", "{1}", "a{", "a{1", "a{,2}", "a{1, }", "a{2,1}", "[z-a]",
        "[a-\\d]", "[\\b]", "\\", "\\1", "\\q", "\\Z", "\\é", "\\xz", "\\u{110000}", "\\uD800", "(?=a)", "(?<!a)",
        "(?P=a)", "(?<n>a)(?<n>b)", "(?<>a)", "(?", "(?z)",
    ])
    func refusesWhatRustRefuses(pattern: String) {
        #expect(
            performing: { try RustRegex(pattern) }, throws: { if case RegexError.invalid = $0 { true } else { false } })
    }

    @Test(arguments: ["(?i)a", "\\pL", "\\p{Greek}", "\\<a", "\\b{start}a"])
    func tellsWhatItDoesNotKnow(pattern: String) {
        #expect(
            performing: { try RustRegex(pattern) },
            throws: { if case RegexError.unsupported = $0 { true } else { false } })
    }

    @Test(arguments: ["a{10001}", "(a{1000}){1000}", "((?:){1000}){1000}"])
    func limitsSize(pattern: String) {
        #expect(
            performing: { try RustRegex(pattern) },
            throws: { if case RegexError.tooLarge = $0 { true } else { false } })
    }

    @Test func limitsDepth() {
        let deep = String(repeating: "(", count: 100_000)
        #expect(throws: RegexError.self) { try RustRegex(deep) }
        #expect(throws: RegexError.self) { try RustRegex("a" + String(repeating: "*", count: 100_000)) }
    }

    @Test func takesLinearTime() throws {
        var regex = try RustRegex("(a*)*(a|aa)*b$")
        let text = String(repeating: "a", count: 20_000)
        let occurs = regex.matches(text)
        #expect(!occurs)
        #expect(regex.firstMatch(in: text) == nil)
    }

    /// More states than the machine keeps at once.
    @Test func survivesManyStates() throws {
        var regex = try RustRegex("[ab]*a[ab]{12}c")
        var text = ""
        var seed: UInt32 = 1
        for _ in 0..<20_000 {
            seed = seed &* 1_664_525 &+ 1_013_904_223
            text += seed >> 31 == 0 ? "a" : "b"
        }
        let found = [regex.matches(text), regex.matches(text + "abbbbbbbbbbbbc")]
        #expect(found == [false, true])
    }
}
