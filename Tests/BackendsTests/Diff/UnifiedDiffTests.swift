// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Backends

@Suite struct UnifiedDiffTests {
    static func diff(_ old: String?, _ new: String?, _ options: UnifiedDiff = UnifiedDiff()) -> String {
        String(
            decoding: options.text(old: old.map { Array($0.utf8) }, new: new.map { Array($0.utf8) }, name: "x.yaml"),
            as: UTF8.self)
    }

    @Test func equalTextsHaveNoDiff() {
        #expect(Self.diff("a\n", "a\n").isEmpty)
        #expect(Self.diff("", "").isEmpty)
    }

    @Test func oneChange() {
        #expect(
            Self.diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n") == """
                --- a/x.yaml
                +++ b/x.yaml
                @@ -2,7 +2,7 @@
                 2
                 3
                 4
                -5
                +five
                 6
                 7
                 8

                """)
    }

    @Test func closeChangesShareAHunk() {
        let old = (1...20).map { "\($0)\n" }.joined()
        let near = old.replacing("5\n6", with: "5\nnew\n6").replacing("\n12\n", with: "\ntwelve\n")
        #expect(Self.diff(old, near).components("@@ -") == 1)
        let far = old.replacing("5\n6", with: "5\nnew\n6").replacing("\n13\n", with: "\nthirteen\n")
        #expect(Self.diff(old, far).components("@@ -") == 2)
        #expect(Self.diff(old, far).contains("@@ -3,6 +3,7 @@\n"))
        #expect(Self.diff(old, far).contains("@@ -10,7 +11,7 @@\n"))
    }

    @Test func newAndRemovedFiles() {
        #expect(Self.diff(nil, "a\nb\n") == "--- /dev/null\n+++ b/x.yaml\n@@ -0,0 +1,2 @@\n+a\n+b\n")
        #expect(Self.diff("a\n", nil) == "--- a/x.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n")
    }

    @Test func missingFinalNewline() {
        #expect(
            Self.diff("a\nb", "a\nb\n") == """
                --- a/x.yaml
                +++ b/x.yaml
                @@ -1,2 +1,2 @@
                 a
                -b
                \\ No newline at end of file
                +b

                """)
    }

    @Test func longLinesAreCutForDisplay() {
        let long = String(repeating: "ä", count: 5_000)
        let shown = Self.diff("k\n", "k\nv: \(long)\n", UnifiedDiff(lineLimit: 10))
        #expect(shown.hasSuffix("+v: äää… (10003 bytes)\n"))
        #expect(Self.diff("k\n", "k\nv: \(long)\n").hasSuffix("+v: \(long)\n"))
    }

    @Test func namesAreQuotedWhenTheyMust() {
        let text = UnifiedDiff().text(old: [], new: [0x61], name: "a\n+++ \"b\\")
        #expect(String(decoding: text, as: UTF8.self).hasPrefix(#"--- "a/a\012+++ \"b\\""# + "\n"))
    }

    /// A small generator with a fixed start, so that failures repeat.
    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    @Test(arguments: 0..<400) func patchesReproduceTheTarget(_ seed: Int) throws {
        var random = Random(state: UInt64(seed))
        let alphabet = Int.random(in: 1...12, using: &random)
        func text() -> [UInt8] {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                bytes += Array("line \(Int.random(in: 0..<alphabet, using: &random))\n".utf8)
            }
            if Bool.random(using: &random), !bytes.isEmpty { bytes.removeLast() }
            return bytes
        }
        let (old, new) = (text(), text())
        for context in [0, 1, 3] {
            let diff = UnifiedDiff(context: context).text(old: old, new: new, name: "x")
            #expect(try Patcher.apply(diff, to: old) == new)
            #expect(diff.isEmpty == (old == new))
        }
    }

    /// The length of a longest common subsequence, by the plain table.
    private func common(_ old: [Int], _ new: [Int]) -> Int {
        var row = [Int](repeating: 0, count: new.count + 1)
        for element in old {
            var diagonal = 0
            for index in new.indices {
                let above = row[index + 1]
                row[index + 1] = element == new[index] ? diagonal + 1 : max(above, row[index])
                diagonal = above
            }
        }
        return row[new.count]
    }

    @Test(arguments: 0..<300) func scriptsAreShortest(_ seed: Int) {
        var random = Random(state: UInt64(seed) &+ 7)
        let elements = Int.random(in: 1...5, using: &random)
        let old = (0..<Int.random(in: 0...30, using: &random)).map { _ in Int.random(in: 0..<elements, using: &random) }
        let new = (0..<Int.random(in: 0...30, using: &random)).map { _ in Int.random(in: 0..<elements, using: &random) }
        // Twice each, so that nothing is unique and the anchors do not take part.
        let (doubledOld, doubledNew) = (old + old, new + new)
        let matches = EditScript.matches(old: doubledOld, new: doubledNew)
        #expect(matches.reduce(0) { $0 + $1.count } == common(doubledOld, doubledNew))
    }

    @Test(.timeLimit(.minutes(1))) func differentHugeTextsStayCheap() {
        var random = Random(state: 1)
        func text() -> [UInt8] {
            (0..<60_000).flatMap { _ in Array("\(Int.random(in: 0..<1000, using: &random))\n".utf8) }
        }
        let (old, new) = (text(), text())
        let diff = UnifiedDiff().text(old: old, new: new, name: "x")
        #expect(diff.count < 2 * (old.count + new.count))
    }

    @Test(.timeLimit(.minutes(1))) func manySmallChangesGrowLinearly() {
        let old = (0..<100_000).map { "kind: \($0)\nspec:\n" }.joined()
        let diff = Self.diff(old, old.replacing("spec:", with: "spec:\n  added: x"))
        #expect(diff.components("\n+") == 100_001)
        #expect(diff.components("\n-") == 0)
        #expect(diff.components("@@ -") == 1)
    }

    @Test func usedUpWorkStillGivesARightScript() {
        var random = Random(state: 3)
        let old = (0..<500).map { _ in Int.random(in: 0..<9, using: &random) }
        let new = (0..<500).map { _ in Int.random(in: 0..<9, using: &random) }
        for limit in [0, 100, 5_000, 20_000] {
            for match in EditScript.matches(old: old, new: new, workLimit: limit) {
                #expect(old[match.old..<(match.old + match.count)] == new[match.new..<(match.new + match.count)])
            }
        }
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
