// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import Testing

/// Each file of the corpus compiles, or is refused for a defect that it has; `docs/corpus.md` says how many.
@Suite(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
struct CensusTests {
    private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/corpus.md")

    @Test func eachErrorHasAPlace() { #expect(Census.taken.unplaced == []) }

    @Test func eachWorkloadHasAPolicy() { #expect(Census.taken.missed == []) }

    /// The tables of the page are what is found. The text beside the counts of a code is written by hand.
    @Test func thePageIsRight() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        var tables = Tables(text)
        #expect(tables.projects == Census.taken.projectRows)
        #expect(tables.codes == Census.taken.codeRows)
        guard Self.isUpdating else { return }
        tables.update(Census.taken)
        if tables.text != text {
            try tables.text.write(to: Self.page, atomically: true, encoding: .utf8)
            Issue.record("rewrote the tables of docs/corpus.md")
        }
    }

    /// The two tables of the page, by their head rows.
    private struct Tables {
        private var lines: [String]
        private static let heads = ["| Project |", "| Code |"]

        init(_ text: String) { lines = text.components(separatedBy: "\n") }

        var text: String { lines.joined(separator: "\n") }

        private func rows(_ head: String) -> Range<Int> {
            guard let start = lines.firstIndex(where: { $0.hasPrefix(head) }) else { return 0..<0 }
            let first = start + 2
            return first..<(lines[first...].firstIndex { !$0.hasPrefix("|") } ?? lines.count)
        }

        var projects: [String] { Array(lines[rows(Self.heads[0])]) }
        var codes: [String] { lines[rows(Self.heads[1])].map(Self.counts) }

        private static func counts(_ row: String) -> String {
            "|" + row.split(separator: "|").prefix(3).joined(separator: "|") + "|"
        }

        mutating func update(_ census: Census) {
            let known = lines[rows(Self.heads[1])].map { $0.split(separator: "|") }
            let codes = census.codeRows.map { row in
                let text = known.first { row.hasPrefix("|\($0[0])|") }?.last ?? " "
                return row + text + "|"
            }
            lines.replaceSubrange(rows(Self.heads[1]), with: codes)
            lines.replaceSubrange(rows(Self.heads[0]), with: census.projectRows)
        }
    }
}
