// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// Parses one document, edits it, and returns the whole source with the edits in it.
func edited(_ text: String, path: String = "test.yaml", _ edit: (YAMLNode) -> Void) throws -> String {
    let source = SourceFile(path: path, bytes: Array(text.utf8))
    var diagnostics = Diagnostics()
    let documents = YAMLFrontend.parse(source, into: &diagnostics)
    try #require(diagnostics.all.isEmpty, "\(diagnostics.all)")
    let tree = YAMLTree(try #require(documents.first))
    edit(tree.root)
    var out: [UInt8] = []
    YAMLSplicer.apply(YAMLSplicer.edits(of: tree), to: source.bytes, 0..<source.bytes.count, into: &out)
    return String(decoding: out, as: UTF8.self)
}

@Suite struct SplicerTests {
    @Test func appendsToABlockSequence() throws {
        let out = try edited("a:\n- x # one\n# after\nb: 1\n") { $0["a"]?.append("q") }
        #expect(out == "a:\n- x # one\n- q\n# after\nb: 1\n")
    }

    @Test func insertsInFrontAboveComments() throws {
        let out = try edited("a:\n  # about x\n  - name: x\n") {
            $0["a"]?.insert(["name": "q", "v": ["1", "w"]], at: 0)
        }
        #expect(out == "a:\n  - name: q\n    v:\n      - \"1\"\n      - w\n  # about x\n  - name: x\n")
    }

    @Test func insertsInFrontOfANestedSequence() throws {
        let out = try edited("- - a\n  - b\n") { $0.items[0].insert("w", at: 0) }
        #expect(out == "- - w\n  - a\n  - b\n")
    }

    @Test func appendsWithoutFinalNewline() throws {
        let out = try edited("a: 1") { $0.set("b", ["c": 2]) }
        #expect(out == "a: 1\nb:\n  c: 2")
    }

    @Test func blockScalarAtTheEndGainsNoLineBreak() throws {
        for (header, after) in [
            ("|", "|-"), (">", ">-"), ("|+", "|-"), ("|2", "|-2"), ("| # c", "|- # c"), ("|-", "|-"),
        ] {
            let out = try edited("a:\n  - b: \(header)\n      x") { root in
                root["a"]?.items[0].set("c", 1)
                root.set("d", 2)
            }
            #expect(out == "a:\n  - b: \(after)\n      x\n    c: 1\nd: 2")
        }
        let out = try edited("a: |\n  x\n") { $0.set("b", 1) }
        #expect(out == "a: |\n  x\nb: 1\n")
    }

    @Test func blankLastLineOfABlockScalarStaysContent() throws {
        let out = try edited("a: |\n  x\n   \n\nc: 2\n") { $0.set("b", 1) }
        #expect(out == "a: |\n  x\n   \n\nc: 2\nb: 1\n")
        let last = try edited("a: |\n  x\n   \n") { $0.set("b", 1) }
        #expect(last == "a: |\n  x\n   \nb: 1\n")
    }

    @Test func keepsCarriageReturns() throws {
        let out = try edited("a: 1\r\nb:\r\n  - c\r\n") { $0["b"]?.append("d") }
        #expect(out == "a: 1\r\nb:\r\n  - c\r\n  - d\r\n")
    }

    @Test func nestedInsertionsAtOneLineEnd() throws {
        let out = try edited("spec:\n  containers:\n  - name: a\n") { root in
            root["spec"]?["containers"]?.items[0].set("image", "b")
            root["spec"]?["containers"]?.append(["name": "c"])
            root["spec"]?.set("volumes", [["name": "v"]])
        }
        #expect(out == "spec:\n  containers:\n  - name: a\n    image: b\n  - name: c\n  volumes:\n  - name: v\n")
    }

    @Test func emptyFlowCollectionBecomesABlock() throws {
        let out = try edited("a: {}\nb: [] # none\nc: 1\n") { root in
            root["a"]?.set("x", 1)
            root["b"]?.append("q")
        }
        #expect(out == "a:\n  x: 1\nb:\n- q # none\nc: 1\n")
    }

    @Test func nullBecomesAMapping() throws {
        let out = try edited("a:\nb: ~\nc: 1\n") { root in
            root.mapping("a")?.set("x", 1)
            root.mapping("b")?.set("w", true)
        }
        #expect(out == "a:\n  x: 1\nb:\n  w: true\nc: 1\n")
    }

    @Test func flowParentsGetFlowStyle() throws {
        let out = try edited("{a: [1, 2], b: {c: d}}\n") { root in
            root["a"]?.append(["x": "q"])
            root["b"]?.set("e", "f,g")
        }
        #expect(out == "{a: [1, 2, {x: q}], b: {c: d, e: \"f,g\"}}\n")
    }

    @Test func flowLayoutSurvivesRemovals() throws {
        let text = "{ a: 1, # one\n  b: [x,\n  y , z], c: {d: 2,e: } }\n"
        let out = try edited(text) { root in
            root["b"]?.removeItem(at: 1)
            root["c"]?.remove("e")
        }
        #expect(out == "{ a: 1, # one\n  b: [x , z], c: {d: 2} }\n")
        #expect(try edited(text) { $0.remove("a") } == "{ b: [x,\n  y , z], c: {d: 2,e: } }\n")
        #expect(
            try edited("[a, b, c, d, e]\n") { root in
                for position in [4, 2, 1] { root.removeItem(at: position) }
            } == "[a, d]\n")
        #expect(try edited("[a, b, c]\n") { root in for _ in 0..<2 { root.removeItem(at: 0) } } == "[c]\n")
    }

    @Test func jsonStaysJSON() throws {
        let out = try edited("{\"a\": [\"x\"], \"n\": {}}", path: "test.json") { root in
            root["a"]?.append("q")
            root["n"]?.set("k", ["w": 1])
        }
        #expect(out == "{\"a\": [\"x\", \"q\"], \"n\": {\"k\": {\"w\": 1}}}")
    }

    @Test func replacesScalarsInTheirStyle() throws {
        let out = try edited("a: x # c\nb: \"x\"\nc: 'it''s'\nd: |\n  x\n  y\n\ne: &k v\n") { root in
            for key in ["a", "b", "c", "d", "e"] { root[key]?.setText("new:tag") }
        }
        #expect(out == "a: new:tag # c\nb: \"new:tag\"\nc: new:tag\nd: new:tag\n\ne: &k new:tag\n")
    }

    @Test func removesItemsAndPairs() throws {
        let out = try edited("a:\n- name: x\n  b: 1\n- name: q\nk: 1\nl: |\n  text\n\nm: 2\n") { root in
            root["a"]?.removeItem(at: 0)
            root.remove("l")
        }
        #expect(out == "a:\n- name: q\nk: 1\n\nm: 2\n")
    }

    @Test func removesTheFirstKeyOfAnItem() throws {
        let out = try edited("- a: 1\n  b: 2\n") { $0.items[0].remove("a") }
        #expect(out == "- b: 2\n")
    }

    @Test func replacingTheOnlyItem() throws {
        let out = try edited("a:\n  - name: old\nb: 1\n") { root in
            root["a"]?.removeItem(at: 0)
            root["a"]?.append(["name": "new"])
        }
        #expect(out == "a:\n  - name: new\nb: 1\n")
    }

    @Test func emptiedSequence() throws {
        let out = try edited("a:\n  - name: old\nb: 1\n") { $0["a"]?.removeItem(at: 0) }
        #expect(out == "a: []\nb: 1\n")
    }

    @Test func keptBlankLinesStayContent() throws {
        let out = try edited("a: |+\n  x\n\n") { $0.set("b", "q") }
        #expect(out == "a: |+\n  x\n\nb: q\n")
    }

    @Test func aliasStaysWhenAllUsesAgree() throws {
        let text = "x: &m\n- a\ny: *m\n"
        let out = try edited(text) { root in
            root["x"]?.append("b")
            root["y"]?.append("b")
        }
        #expect(out == "x: &m\n- a\n- b\ny: *m\n")
    }

    @Test func aliasIsExpandedWhenOnlyItIsEdited() throws {
        let out = try edited("x: &m\n- a\ny: *m\nz: 1\n") { $0["y"]?.append("b") }
        #expect(out == "x: &m\n- a\ny:\n- a\n- b\nz: 1\n")
    }

    @Test func aliasIsExpandedWhenOnlyItsAnchorIsEdited() throws {
        let out = try edited("x: &m\n- a\ny: *m\n") { $0["x"]?.append("b") }
        #expect(out == "x: &m\n- a\n- b\ny:\n- a\n")
    }

    @Test func aliasAsSequenceItem() throws {
        let out = try edited("x: &m {a: 1}\ny:\n- *m\n") { $0["y"]?.items[0].set("b", 2) }
        #expect(out == "x: &m {a: 1}\ny:\n- a: 1\n  b: 2\n")
    }

    @Test func mergedMappingIsExpandedWhereItDiffers() throws {
        let text = "base: &b\n  k:\n  - a\none:\n  <<: *b\n  v: 1\n"
        let out = try edited(text) { $0["one"]?["k"]?.append("w") }
        #expect(out == "base: &b\n  k:\n  - a\none:\n  <<:\n    k:\n    - a\n    - w\n  v: 1\n")
        let same = try edited(text) { root in
            root["base"]?["k"]?.append("w")
            root["one"]?["k"]?.append("w")
        }
        #expect(same == "base: &b\n  k:\n  - a\n  - w\none:\n  <<: *b\n  v: 1\n")
    }

    @Test func mergeKeysAreReadThrough() throws {
        _ = try edited("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 9\n") { root in
            #expect(root["c"]?["x"]?.text == "9")
            #expect(root["c"]?["y"]?.text == "2")
            #expect(root["c"]?["z"]?.text == "4")
            #expect(root["c"]?.pairs.count == 3)
        }
    }

    @Test func multibyteTextBeforeAnEdit() throws {
        let out = try edited("\u{FEFF}a: \"grüß 😀\"\nb: ünï\nc:\n- x\n") { root in
            root["b"]?.setText("plain")
            root["c"]?.append("q")
        }
        #expect(out == "\u{FEFF}a: \"grüß 😀\"\nb: plain\nc:\n- x\n- q\n")
    }

    @Test func stringsThatLookLikeOtherThings() throws {
        let out = try edited("a: 1\n") { root in
            for (position, text) in ["yes", "0x1F", "1:20", "2020-01-01", "", "- a", "a: b", "a #b", "x\ny", "ok"]
                .enumerated()
            { root.set("k\(position)", .string(text)) }
        }
        #expect(
            out == """
                a: 1
                k0: "yes"
                k1: "0x1F"
                k2: "1:20"
                k3: "2020-01-01"
                k4: ""
                k5: "- a"
                k6: "a: b"
                k7: "a #b"
                k8: "x\\ny"
                k9: ok

                """)
    }

    @Test func pairsInFlowSequencesGetBraces() throws {
        let out = try edited("a: [x: {}, y: 1 ]\n") { root in
            root["a"]?.items[0].set("k", "v")
            root["a"]?.items[1].set("k", "v")
        }
        #expect(out == "a: [{x: {}, k: v}, {y: 1, k: v} ]\n")
    }

    @Test func flowCollectionsAreEditedInPlace() throws {
        let out = try edited("a: [ 'x' , y,  z, ]\nb: {k: 1,  l: 2, m: 3 }\n") { root in
            root["a"]?.removeItem(at: 1)
            root["a"]?.insert("q", at: 0)
            root["b"]?.remove("k")
            root["b"]?.set("m", 4)
        }
        #expect(out == "a: [ q, 'x',  z, ]\nb: {l: 2, m: 4 }\n")
    }

    @Test func aliasesOfDeletedAnchorsAreExpanded() throws {
        let out = try edited("a:\n- &x {k: &v 1}\n- b\nc: *x\nd: *v\n") { $0["a"]?.removeItem(at: 0) }
        #expect(out == "a:\n- b\nc:\n  k: 1\nd: 1\n")
    }
}
