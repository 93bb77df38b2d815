// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct FrontendTests {
    private func findings(_ bytes: [UInt8]) -> [String] {
        let source = SourceFile(path: "t.yaml", bytes: bytes)
        var diagnostics = Diagnostics()
        _ = YAMLFrontend.parse(source, into: &diagnostics)
        return diagnostics.all.map { finding in
            guard let range = finding.range else { return finding.code.rawValue }
            let position = source.position(at: range.start)
            return "\(position.line):\(position.column) \(finding.code.rawValue)"
        }
    }

    private func findings(_ text: String) -> [String] { findings(Array(text.utf8)) }

    @Test(arguments: [
        ("a: 1\na: 2\n", "2:1 CC0103"),
        ("a: *b\n", "1:4 CC0106"),
        ("a: &b [*b]\n", "1:8 CC0106"),
        ("a:\n\t- b\n", "2:1 CC0102"),
        ("a: [\n", "2:1 CC0102"),
        ("a: \u{1}\n", "1:4 CC0104"),
    ])
    func refusals(text: String, expected: String) {
        #expect(findings(text) == [expected])
    }

    @Test(arguments: [2, 20, 200])
    func aKeyStandsOnce(count: Int) {
        let keys = (1..<count).map { "k\($0): \($0)\n" }
        #expect(findings(keys.joined()) == [])
        #expect(findings(keys.joined() + "\"k1\": 0\n") == ["\(count):1 CC0103"])
    }

    @Test func encodings() {
        #expect(findings([0xFF, 0xFE, 0x61, 0x00]) == ["CC0104"])
        #expect(findings([0x61, 0x3A, 0x20, 0xC3, 0x28]) == ["1:5 CC0104"])
    }

    @Test func deepNestingIsRefused() {
        #expect(findings(String(repeating: "[", count: 10_000)) == ["1:201 CC0105"])
    }

    @Test func aliasBombIsRefused() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let uses = (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        let found = findings(text)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("CC0105") == true)
    }

    /// What all aliases stand for: in anchors of anchors, as keys, in several documents.
    @Test(arguments: [(3, true), (4, false)])
    func aliasedText(_ uses: Int, _ isAccepted: Bool) {
        func list(_ alias: String, _ count: Int) -> String {
            Array(repeating: alias, count: count).joined(separator: ", ")
        }
        let text = String(repeating: "x", count: 1_000_000)
        let nested = "a: &a {k: [\(text)]}\nb: &b [\(list("*a", 2))]\nc: [\(list("*b", uses))]\n"
        #expect(findings(nested).isEmpty == isAccepted)
        let keys = "a: [&a \(text), \(list("{*a : x}", 6 + uses))]\n"
        #expect(findings(keys).isEmpty == isAccepted)
        let document = "a: [&a \(text), \(list("*a", 5 + uses))]\n"
        #expect(findings("\(document)---\n\(document)").isEmpty == isAccepted)
    }

    @Test func manyDocuments() {
        let source = SourceFile(path: "t.yaml", bytes: Array("---\na: 1\n---\n# none\n---\nb: ü\n---\nc: 3\n".utf8))
        var diagnostics = Diagnostics()
        let documents = YAMLFrontend.parse(source, into: &diagnostics)
        #expect(documents.count == 3)
        #expect(documents[2].rootValue("c").map { documents[2].text($0) } == "3")
    }

    /// What one document has says nothing of the next, which is read in the same memory.
    @Test func documentsAreReadAlone() throws {
        var diagnostics = Diagnostics()
        let text = "{a: &x [1, 2], b: *x, <<: {p: z}, yes: w}\n---\n{yes: a, no: b}\n---\nc: \"\\t\"\n"
        let documents = YAMLFrontend.parse(SourceFile(path: "t.yaml", bytes: Array(text.utf8)), into: &diagnostics)
        #expect(diagnostics.all.isEmpty)
        #expect(documents.map(\.hasMergeKeys) == [true, false, false])
        #expect(documents.map(\.hasProperties) == [true, false, false])
        try #require(documents.map(\.tape.count) == [13, 5, 3])
        #expect(try documents[2].text(#require(documents[2].rootValue("c"))) == "\t")
        let stray = SourceFile(path: "t.yaml", bytes: Array("a: &x 1\n---\nb: *x\n".utf8))
        _ = YAMLFrontend.parse(stray, into: &diagnostics)
        #expect(diagnostics.all.map(\.code) == [.unknownAnchor])
    }

    /// Mappings in which many keys are asked for, of which most are not there.
    @Test func keysAreFound() throws {
        let names = (0..<200).map { "key\(String(repeating: "y", count: $0 % 70))\($0)" }
        let text = names.enumerated().map { "\($0.element): \($0.offset)\n" }.joined() + "\"\": empty\n\"\\u00e9\": e\n"
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "t.yaml", bytes: Array(text.utf8))
        let tree = YAMLTree(try #require(YAMLFrontend.parse(source, into: &diagnostics).first))
        for (offset, name) in names.enumerated() {
            #expect(tree.root[name]?.text == "\(offset)")
            #expect(tree.root[name + "y"] == nil && tree.root["k" + name] == nil)
        }
        #expect(tree.root[""]?.text == "empty" && tree.root["\u{e9}"]?.text == "e")
        tree.root.set("new", "value")
        #expect(tree.root["new"]?.text == "value" && tree.root[names[7]]?.text == "7")
        tree.root.remove(names[7])
        #expect(tree.root[names[7]] == nil && tree.root[names[8]]?.text == "8")
    }

    @Test(arguments: [
        ("yes", Scalar.bool(true)), ("y", .bool(true)), ("n", .bool(false)), ("0o17", .integer(15)),
        ("0777", .integer(511)), ("1e3", .double(1000)), ("1_000", .integer(1000)), ("08", .double(8)),
        ("0x1F", .integer(31)), ("1.", .double(1)), (".5", .double(0.5)), ("~", .null), ("", .null),
        ("2020-01-01", .string), ("1:20", .string), ("0b101", .integer(5)), ("-12", .integer(-12)),
        ("+1", .integer(1)), ("nope", .string), ("1e400", .string), ("0x", .string), ("1e", .string),
        ("18446744073709551615", .integer(18_446_744_073_709_551_615)),
        ("999999999999999999", .integer(999_999_999_999_999_999)),
        ("9999999999999999999", .integer(9_999_999_999_999_999_999)), ("0", .integer(0)), ("00", .integer(0)),
        ("+", .string), ("-", .string), (".", .string), ("-.inf", .double(-.infinity)), ("12Mi", .string),
        ("TRUE", .bool(true)), ("tRUE", .string), ("True ", .string), ("nulls", .string), ("off", .bool(false)),
        ("yesno", .string), ("~~", .string), ("٣", .string),
    ])
    func scalars(text: String, expected: Scalar) {
        #expect(Scalar(plain: text.utf8) == expected)
    }
}
