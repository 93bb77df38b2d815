// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct ImageReplacementsTests {
    static func parse(_ bytes: [UInt8]) -> (map: ImageReplacements?, summaries: [String]) {
        var diagnostics = Diagnostics()
        let map = ImageReplacements.parse(SourceFile(path: "images.txt", bytes: bytes), into: &diagnostics)
        return (map, diagnostics.all.map(\.summary))
    }

    @Test func readsPairs() throws {
        let (map, summaries) = Self.parse(
            Array("# ours\n\na:latest=r.io/a:v1@\(LockFixture.digest("a"))\r\n  b = c\n  # x=y\nb=c".utf8))
        #expect(summaries.isEmpty)
        let replacements = try #require(map)
        #expect(replacements["a:latest"] == "r.io/a:v1@\(LockFixture.digest("a"))")
        #expect(replacements["b"] == "c")
        #expect(replacements["a"] == nil)
        #expect(replacements["x"] == nil)
    }

    @Test(arguments: [
        ("ok=fine\n  nonsense", "2:3 CC0114 error the line has no '='; expected original=replacement"),
        ("=b", "1:1 CC0402 error the image reference is empty"),
        ("a=B", "1:1 CC0402 error the repository 'B' has upper-case letters; expected lower case"),
        ("a=b\na=c", "2:1 CC0114 error 'a' is replaced twice, by 'b' and by 'c'"),
    ]) func reports(_ text: String, _ expected: String) {
        let (map, summaries) = Self.parse(Array(text.utf8))
        #expect(map == nil)
        #expect(summaries == [expected])
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(Self.parse([0x61, 0x3D, 0xFF]).summaries == ["1:1 CC0104 error the line is not UTF-8"])
    }
}
