// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct JSONLocatorTests {
    private let source = SourceFile(
        path: "s.json", bytes: Array(#"{ "a": [1, {"b/c": "x,]}"}, -2.5e3], "d\u0065": true, "e": {} }"#.utf8))

    private func text(_ range: SourceRange?) -> String? {
        range.map { String(decoding: source.bytes[$0.start..<$0.end], as: UTF8.self) }
    }

    @Test(
        arguments: [
            ("/a/0", "1"), ("/a/1/b~1c", #""x,]}""#), ("/a/2", "-2.5e3"), ("/de", "true"), ("/e", "{}"),
            ("/a", #"[1, {"b/c": "x,]}"}, -2.5e3]"#), ("/a/3", nil), ("/x", nil), ("/e/x", nil), ("/de/x", nil),
        ] as [(String, String?)])
    func valuesAreFound(_ text: String, _ expected: String?) throws {
        let pointer = try #require(JSONPointer(parsing: text))
        #expect(self.text(JSONLocator.value(at: pointer, in: source)) == expected)
        #expect(pointer.description == text)
    }

    @Test func keysAndNearestAncestorsAreFound() {
        #expect(text(JSONLocator.key(at: JSONPointer(["de"]), in: source)) == #""d\u0065""#)
        #expect(text(JSONLocator.nearest(to: JSONPointer(["e", "x", "y"]), in: source)) == #""e""#)
        #expect(text(JSONLocator.nearest(to: JSONPointer(["x"]), in: source)) == "{")
    }

    @Test(arguments: ["a", "/~", "/~2"])
    func malformedPointersAreRefused(_ text: String) { #expect(JSONPointer(parsing: text) == nil) }

    @Test func noTextMakesItTrap() {
        let whole = source.bytes
        for end in 0..<whole.count {
            for extra in ["", "}", "]", "\\", "\"", ",", ":"] {
                let cut = SourceFile(path: "", bytes: Array(whole[..<end]) + Array(extra.utf8))
                _ = JSONLocator.nearest(to: JSONPointer(["a", "1", "b/c", "z"]), in: cut)
            }
        }
    }
}
