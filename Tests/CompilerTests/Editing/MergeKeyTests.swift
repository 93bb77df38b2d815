// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// What Kubernetes reads in another way than the specification of YAML says is refused.
@Suite struct MergeKeyTests {
    private static func findings(_ text: String) -> [String] {
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "t.yaml", bytes: Array(text.utf8))
        for document in YAMLFrontend.parse(source, into: &diagnostics) { _ = YAMLTree(document).root.value }
        return diagnostics.all.map { finding in
            let position = finding.range.map { source.position(at: $0.start) }
            return "\(position?.line ?? 0):\(position?.column ?? 0) \(finding.code.rawValue)"
        }
    }

    @Test(arguments: [
        "t: &t {a: 1}\nb: {<<: *t, a: 2}\n", "t: &t {a: 1}\nb: {c: 2, <<: *t}\n",
        "t: &t {a: 1}\nu: &u {a: 2}\nb: {<<: [*t, *u], a: 3}\n", "b: {\"<<\": {a: 1}, a: 2}\n", "b: {a: x, <<: {}}\n",
        "b: {a: x, <<: y}\n",
    ])
    func agreedMergesPass(_ text: String) { #expect(Self.findings(text) == []) }

    @Test func keysBeforeTheMergeAreRefused() {
        #expect(Self.findings("t: &t {a: 1}\nb:\n  a: 2\n  <<: *t\n") == ["3:3 CC0103"])
        #expect(Self.findings("t: &t {a: 1}\nb: {c: 1, a: 2, <<: [{x: 1}, *t]}\n") == ["2:11 CC0103"])
        // Nested: what is merged merges.
        #expect(Self.findings("t: &t {a: 1}\nb: {a: 2, <<: {<<: *t}}\n") == ["2:5 CC0103"])
        #expect(Self.findings("b: {<<: {args: [x], <<: {args: [z]}}}\n") == ["1:10 CC0103"])
    }

    @Test(arguments: ["b: {!!str <<: {a: 1}}\n", "b: {!!merge \"<<\": {a: 1}}\n", "b: {! <<: {a: 1}}\n"])
    func tagsOfTheMergeKeyAreRefused(_ text: String) { #expect(Self.findings(text) == ["1:5 CC0114"]) }

    /// Kubernetes takes an alias of the text '<<' for that text.
    @Test func aliasesAreKeysToo() {
        #expect(Self.findings("a: &m <<\nb: {*m : {c: 1}}\n") == ["2:5 CC0114"])
        #expect(Self.findings("a: &k x\nb: {x: 1, *k : 2}\n") == ["2:11 CC0103"])
        #expect(Self.findings("a: &k x\nt: &t {x: 1}\nb: {*k : 2, <<: *t}\n") == ["3:5 CC0103"])
        #expect(Self.findings("a: &k x\nb: {y: 1, *k : 2}\n") == [])
    }

    /// Each of nested merges looks through all below it.
    @Test func nestedMergesAreBounded() {
        let keys = (0..<30_000).map { "k\($0): 1" }.joined(separator: ", ")
        let depth = 150
        let text = (0..<depth).map { "{a\($0): 1, <<: " }.joined() + "{\(keys)}" + String(repeating: "}", count: depth)
        #expect(Self.findings("b: \(text)\n").map { $0.suffix(6) } == ["CC0105"])
    }

    @Test func binaryTextIsRefused() {
        #expect(Self.findings("command: [!!binary aGVsbG8=]\n") == ["1:11 CC0114"])
        #expect(Self.findings("!!binary YQ==: 1\n") == ["1:1 CC0114"])
    }
}
