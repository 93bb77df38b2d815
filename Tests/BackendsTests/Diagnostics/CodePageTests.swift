// SPDX-License-Identifier: Apache-2.0

import Backends
import FoundationEssentials
import IR
import Testing

@Suite struct CodePageTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/codes")

    @Test func everyPageBelongsToACode() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.directory.path)
        let codes = Set(DiagnosticCode.allCases.map { "\($0.rawValue).md" })
        #expect(!codes.isEmpty)
        #expect(Set(files) == codes)
    }

    @Test(arguments: DiagnosticCode.allCases) func everyCodeHasAPage(_ code: DiagnosticCode) throws {
        let page = try String(
            contentsOf: Self.directory.appending(path: "\(code.rawValue).md"), encoding: .utf8)
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "# \(code.rawValue) \(code.title)")
        let wrong = try #require(lines.firstIndex(of: "## Wrong"))
        let right = try #require(lines.firstIndex(of: "## Right"))
        #expect(wrong < right)
        #expect(lines[1..<wrong].contains { $0.count > 20 }, "no explanation")
        let end = lines[(right + 1)...].firstIndex { $0.hasPrefix("## ") } ?? lines.endIndex
        #expect(Self.hasExample(lines[wrong..<right]), "no wrong example")
        #expect(Self.hasExample(lines[right..<end]), "no right example")
        #expect(lines.count { $0.hasPrefix("```") } % 2 == 0, "an example is not closed")
        #expect(page.hasSuffix("\n") && !page.hasSuffix("\n\n"))
        #expect(code.page == page, "make code-pages")
    }

    /// A block of code that says something.
    private static func hasExample(_ lines: ArraySlice<Substring>) -> Bool {
        guard let start = lines.firstIndex(where: { $0.hasPrefix("```") }) else { return false }
        let block = lines[(start + 1)...].prefix { !$0.hasPrefix("```") }
        return block.contains { !$0.allSatisfy(\.isWhitespace) }
    }

    @Test func titlesDiffer() {
        #expect(Set(DiagnosticCode.allCases.map(\.title)).count == DiagnosticCode.allCases.count)
    }
}
