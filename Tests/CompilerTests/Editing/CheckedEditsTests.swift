// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// What becomes of edits that the layout of a document cannot take.
@Suite struct CheckedEditsTests {
    /// A key without a value, which ends where the next thing starts.
    private static let unusual = "a: {b: 1,\n  c      }\n"

    @Test func documentIsPrintedAnewWhereEditsWouldChangeIt() throws {
        let result = try Self.edited("# kept\n" + Self.unusual + "d: 2 # after\n---\nnext: 1\n")
        #expect(result.text == "# kept\na:\n  b: 1\n  c: v\nd: 2 # after\n---\nnext: 1\n")
        #expect(result.codes == [.layoutNotKept])
    }

    @Test func documentThatCannotBePrintedAnewIsRefused() throws {
        let result = try Self.edited("? {complex: key}\n: 1\n" + Self.unusual)
        #expect(result.codes == [.invalidYAML])
        #expect(result.text == "? {complex: key}\n: 1\n" + Self.unusual)
    }

    /// The range of a document ends with the mark of its end, not with that line.
    @Test(arguments: ["...\n", "...\n---\nnext: 1\n", "... # end\n"])
    func anEndMayBeMarked(_ end: String) throws {
        let result = try Self.edited("a: {'b': 1, c: 2}\n" + end)
        #expect(result.codes == [])
        #expect(result.text == "a: {'b': 1, c: v}\n" + end)
    }

    @Test func layoutIsKeptWhereItCanBe() throws {
        let result = try Self.edited("a: {'b': .nan, c: &c 2} # kept\n")
        #expect(result.codes == [])
        #expect(result.text == "a: {'b': .nan, c: &c v} # kept\n")
    }

    /// Aliases that stand for more than the document alone may have, but not for more than its file may.
    @Test func aliasesAreBoundByTheFile() throws {
        let long = String(repeating: "x", count: 200_000)
        let aliases = Array(repeating: "*t", count: 14).joined(separator: ", ")
        let rest = "}\n---\n# \(long)\nb: 1\n"
        let text = "a: {'b': &t \(long), d: [\(aliases)], c: "
        let result = try Self.edited(text + "2" + rest)
        #expect(result.codes == [])
        #expect(result.text == text + "v" + rest)
    }

    /// Gives `c` of the mapping `a` another text.
    private static func edited(_ text: String) throws -> (text: String, codes: [DiagnosticCode]) {
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "t.yaml", bytes: Array(text.utf8))
        var edits: [SourceEdit] = []
        for document in YAMLFrontend.parse(source, into: &diagnostics) {
            let tree = YAMLTree(document)
            tree.root["a"]?["c"]?.setText("v")
            edits += CheckedEdits.edits(of: tree, into: &diagnostics)
        }
        var out: [UInt8] = []
        YAMLSplicer.apply(edits, to: source.bytes, 0..<source.bytes.count, into: &out)
        return (String(decoding: out, as: UTF8.self), diagnostics.all.map(\.code))
    }

    /// What is read again says the same only if every scalar, key and item does.
    @Test func sameness() throws {
        let tree = try Self.root("a: 1\nb: [x, {c: .nan}]\n? [k]\n: v\nd: '1'\n")
        #expect(tree.says(try Self.root("{? [k] : v, d: \"1\", b: ['x', {c: .nan}], a: 0x1}")))
        for other in [
            "a: 1", "a: 2\nb: [x, {c: .nan}]\n? [k]\n: v\nd: '1'\n", "a: 1\nb: [x, {c: .nan}]\n? [k]\n: v\nd: 1\n",
            "a: 1\nb: [{c: .nan}, x]\n? [k]\n: v\nd: '1'\n", "a: 1\nb: [x, {c: .nan}]\n? [l]\n: v\nd: '1'\n",
            "a: 1\nb: [x, {c: .nan}]\n? [k]\n: w\nd: '1'\n", "a: 1\nb: [x, {c: 1}]\n? [k]\n: v\nd: '1'\n",
            "a: 1\nb: [x, {c: .nan}]\n? [k]\n: v\ne: '1'\n", "[]", "a: 1\nb: x\n? [k]\n: v\nd: '1'\n",
            "a: 1\nb: [x, {c: '.nan'}]\n? [k]\n: v\nd: '1'\n",
        ] {
            #expect(!tree.says(try Self.root(other)), "\(other)")
        }
    }

    private static func root(_ text: String) throws -> YAMLNode {
        var diagnostics = Diagnostics()
        let documents = YAMLFrontend.parse(SourceFile(path: "t.yaml", bytes: Array(text.utf8)), into: &diagnostics)
        return YAMLTree(try #require(documents.first)).root
    }
}
