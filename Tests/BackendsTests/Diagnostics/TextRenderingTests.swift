// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import Testing

@Suite struct TextRenderingTests {
    @Test func oneLineForEachFinding() {
        let expected = """
            values.yaml: note: nothing here␊to see [CC0308]
            web, 1.yaml:3:10: error: the image 'nginx' is not in the lock [CC0401]
            web, 1.yaml:3:10: note: 'contrast lock' resolves it
            web, 1.yaml:1:1: note: in this object
            web, 1.yaml:4:10: warning: 'debug' is a boolean [CC0109]
            error: there is no Coordinator: 100% <lost> [CC0603]

            """
        #expect(DiagnosticsFixture.render(.text) == expected)
    }

    /// A note may hold a snippet of several lines, of which none looks like a finding.
    @Test func notesKeepTheirLines() {
        var diagnostics = Diagnostics()
        diagnostics.warning(
            .guestPullSecurityContext, "m", path: "a.yaml",
            notes: [.init("add this:\nspec:\n  a: b\u{1B}\na.yaml: error: x")])
        let renderer = DiagnosticsRenderer()
        let text = String(decoding: renderer.render(diagnostics, as: .text), as: UTF8.self)
        #expect(
            text == """
                a.yaml: warning: m [CC0503]
                a.yaml: note: add this:
                    spec:
                      a: b␛
                    a.yaml: error: x

                """)
    }

    @Test func theOrderOfFindingsDoesNotMatter() {
        var reversed = Diagnostics()
        for finding in DiagnosticsFixture.all.all.reversed() { reversed.add(finding) }
        for format in DiagnosticsFormat.allCases {
            #expect(DiagnosticsFixture.render(format, reversed) == DiagnosticsFixture.render(format))
        }
    }

    /// Renders one finding with its source.
    private func excerpt(
        _ text: String, _ start: Int, _ end: Int, code: DiagnosticCode = .invalidValue,
        fixIts: [Diagnostic.FixIt] = [], colours: Bool = false
    ) -> String {
        let file = SourceFile(path: "a", bytes: Array(text.utf8))
        var diagnostics = Diagnostics()
        diagnostics.error(code, "m", at: SourceRange(file, start, end), fixIts: fixIts)
        let renderer = DiagnosticsRenderer(showsSource: true, usesColours: colours)
        return String(decoding: renderer.render(diagnostics, as: .text), as: UTF8.self)
    }

    @Test func caretsStandUnderTheRange() {
        #expect(
            excerpt("x\n  key: value\n", 9, 14) == """
                a:2:8: error: m [CC0114]
                    2 |   key: value
                      |        ^~~~~

                """)
    }

    struct Line: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var range: Range<Int>
        var source: String
        var marks: String
    }

    static let lines = [
        Line(testDescription: "tab", text: "\tab", range: 1..<2, source: "    ab", marks: "    ^"),
        Line(testDescription: "wide", text: "日本x", range: 6..<7, source: "日本x", marks: "    ^"),
        Line(testDescription: "under wide", text: "日本x", range: 0..<6, source: "日本x", marks: "^~~~"),
        Line(testDescription: "combining", text: "e\u{301}x", range: 3..<4, source: "e\u{301}x", marks: " ^"),
        Line(testDescription: "empty range", text: "abc", range: 1..<1, source: "abc", marks: " ^"),
        Line(testDescription: "end of line", text: "abc", range: 3..<3, source: "abc", marks: "   ^"),
        Line(testDescription: "two lines", text: "abc\nd", range: 1..<5, source: "abc", marks: " ^~"),
        Line(testDescription: "escape", text: "a\u{1B}[2Jb", range: 5..<6, source: "a␛[2Jb", marks: "     ^"),
        Line(
            testDescription: "bidi", text: "a\u{202E}b", range: 4..<5, source: "a\u{FFFD}b", marks: "  ^"),
        Line(testDescription: "beyond the end", text: "ab", range: 5..<9, source: "ab", marks: "  ^"),
    ]

    @Test(arguments: lines) func linesUp(_ line: Line) {
        let shown = excerpt(line.text, line.range.lowerBound, line.range.upperBound).split(separator: "\n")
        #expect(shown.count == 3)
        #expect(shown[1] == "    1 | \(line.source)")
        #expect(shown[2] == "      | \(line.marks)")
    }

    @Test func longLinesAreCut() {
        let text = String(repeating: "a", count: 9_000) + "X" + String(repeating: "b", count: 9_000)
        let shown = excerpt(text, 9_000, 9_001).split(separator: "\n")
        #expect(shown[1].count < 200)
        #expect(shown[1].hasPrefix("    1 | …a"))
        #expect(shown[1].hasSuffix("b…"))
        let caret = shown[2].firstIndex(of: "^").map { shown[2].distance(from: shown[2].startIndex, to: $0) }
        let mark = shown[1].firstIndex(of: "X").map { shown[1].distance(from: shown[1].startIndex, to: $0) }
        #expect(caret == mark && caret != nil)
        let whole = excerpt(text, 0, 18_001).split(separator: "\n")
        #expect(whole[2].count < 200)
    }

    @Test func fixItsAreShown() {
        let file = SourceFile(path: "a", bytes: [0x79])
        let fixIt = Diagnostic.FixIt("quote it", at: SourceRange(file, 0, 1), replacement: "\"y\"")
        #expect(excerpt("y", 0, 1, fixIts: [fixIt]).hasSuffix("\n      = fix: quote it: \"y\"\n"))
    }

    @Test func theLineOfASecretIsNotShown() {
        #expect(excerpt("password: hunter2", 10, 17, code: .secretInPolicy) == "a:1:11: error: m [CC0502]\n")
        #expect(excerpt("password: hunter2", 0, 8, code: .readableSecret) == "a:1:1: error: m [CC0517]\n")
    }

    @Test func coloursOnlyWhenAsked() {
        #expect(!excerpt("abc", 0, 1).contains("\u{1B}"))
        #expect(excerpt("abc", 0, 1, colours: true).hasPrefix("\u{1B}[1ma:1:1:\u{1B}[0m \u{1B}[1;31merror:\u{1B}[0m m"))
    }

    @Test func pathsAreShortenedOnlyBelowTheBase() {
        func line(_ path: String, base: String?) -> String {
            var diagnostics = Diagnostics()
            diagnostics.error(.invalidValue, "m", path: path)
            return String(
                decoding: DiagnosticsRenderer(baseDirectory: base).render(diagnostics, as: .text), as: UTF8.self)
        }
        #expect(line("/a/b/c", base: "/a/").hasPrefix("b/c: "))
        #expect(line("/ab/c", base: "/a").hasPrefix("/ab/c: "))
        #expect(line("./x", base: "/a").hasPrefix("./x: "))
        #expect(line("/a/b", base: nil).hasPrefix("/a/b: "))
        #expect(line("-", base: "/").hasPrefix("-: "))
        #expect(line("a\nb: error: x", base: nil) == "a␊b: error: x: error: m [CC0114]\n")
    }
}
