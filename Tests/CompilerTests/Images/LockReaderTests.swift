// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct LockReaderTests {
    static let entry = #"{"digest":"\#(LockFixture.digest("a"))","platform":"linux/amd64","config":{}}"#

    @Test func roundTrips() throws {
        let lock = ContrastLock(images: ["a:1": LockFixture.proven(), "b": LockFixture.asserted("b", index: "i")])
        let text = lock.text()
        var diagnostics = Diagnostics()
        let file = try #require(
            LockReader.read(SourceFile(path: "contrast.lock", bytes: text), into: &diagnostics))
        let read = try #require(file.contents(into: &diagnostics))
        #expect(diagnostics.all.isEmpty)
        #expect(file.keys == ["a:1", "b"])
        #expect(read == lock)
        #expect(read.text() == text)
    }

    static let malformed: [(String, String)] = [
        ("", "1:1 CC0403 error the lock is not a JSON object"),
        ("[]", "1:1 CC0403 error the lock is not a JSON object"),
        ("{", "1:2 CC0403 error expected a key in quotes"),
        ("{}", "1:1 CC0403 error the lock has no 'version'"),
        (#"{"version":1}"#, "1:1 CC0403 error the lock has no 'images'"),
        (#"{"version":2,"images":{}}"#, "1:12 CC0403 error the version of the lock is 2; expected 1"),
        (#"{"version":1,"images":[]}"#, "1:23 CC0403 error 'images' is not an object"),
        (#"{"version":1,"images":{}} x"#, "1:26 CC0403 error unexpected text after the lock"),
        (
            "{\"version\":1,\n \"images\":{},\n \"image\":{}}",
            "3:2 CC0403 error unknown key 'image'; expected images, version"
        ),
        (
            #"{"version":1,"images":{"a":{},"a":{}}}"#,
            "1:31 CC0403 error the key 'a' stands twice in one object"
        ),
        (
            #"{"version":1,"images":{"A/B":{}}}"#,
            "1:24 CC0403 error the repository 'B' has upper-case letters; expected lower case"
        ),
        (#"{"version":1,"images":{"a":{}"#, "1:23 CC0403 error the value does not end"),
        (#"{"version":1,"images":{"a":}}"#, "1:28 CC0403 error expected a value"),
        (#"{"version":1,"images":{"a":{"x":[}"#, "1:23 CC0403 error the value does not end"),
        (#"{"version":1,"images":{"a":"x}}"#, "1:28 CC0403 error the string does not end"),
    ]

    @Test(arguments: malformed) func reportsTheFrame(_ text: String, _ expected: String) {
        let (file, diagnostics) = LockFixture.open(text)
        #expect(file == nil)
        #expect(diagnostics.all.map(\.summary) == [expected])
    }

    @Test func deepNestingIsNoDanger() throws {
        let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
        let (file, _) = LockFixture.open(#"{"version":1,"images":{"a":\#(deep)}}"#)
        var diagnostics = Diagnostics()
        #expect(try #require(file).contents(into: &diagnostics) == nil)
        #expect(diagnostics.all.first?.message.contains("nesting") == true)
    }

    static let entries: [(String, String)] = [
        ("{\n\"digest\":\"sha256:00\"}", "2:1 CC0403 error image 'a': the sha256 digest has 2 characters"),
        ("{\n\"config\":{\"Env\":\n[],\"user\":\"\"}}", "3:4 CC0403 error image 'a': unknown key 'user'"),
        ("{\n\"layers\":[\n{\"digest\":\"\(LockFixture.digest("l"))\",\n\"size\":-1}]}", "4:1 CC0403"),
        ("{\n\"digest\": nope}", "2:12 CC0403 error unexpected character"),
        ("7", "1:24 CC0403 error image 'a': expected an object, found a number"),
    ]

    @Test(arguments: entries) func reportsTheMember(_ entry: String, _ expected: String) throws {
        let (file, opened) = LockFixture.open(#"{"version":1,"images":{"a":\#(entry)}}"#)
        #expect(opened.all.isEmpty)
        var diagnostics = Diagnostics()
        #expect(try #require(file).contents(into: &diagnostics) == nil)
        #expect(diagnostics.all.contains { $0.summary.hasPrefix(expected) }, "\(diagnostics.all.map(\.summary))")
    }

    @Test func damageIsReportedAndNeverFatal() {
        let text = ContrastLock(images: ["a:1": LockFixture.proven(), "b": LockFixture.asserted("b")]).text()
        func read(_ bytes: [UInt8]) -> Bool {
            var diagnostics = Diagnostics()
            let source = SourceFile(path: "contrast.lock", bytes: bytes)
            let contents = LockReader.read(source, into: &diagnostics)?.contents(into: &diagnostics)
            for finding in diagnostics.all { _ = finding.summary }
            #expect((contents == nil) == diagnostics.hasErrors)
            return contents != nil
        }
        #expect(read(text))
        for length in 0..<(text.count - 1) { #expect(!read(Array(text[..<length]))) }
        for index in stride(from: 0, to: text.count, by: 3) {
            for byte in "\"\\{}[],:0\u{0}".utf8 {
                var damaged = text
                damaged[index] = byte
                _ = read(damaged)
            }
        }
    }

    @Test func anEntryIsReadOnlyWhenAskedFor() throws {
        let (file, _) = LockFixture.open(
            #"{"version":1,"images":{"broken":{"digest":7},"good":\#(Self.entry)}}"#)
        let resolver = ImageResolver(lock: try #require(file))
        var diagnostics = Diagnostics()
        #expect(resolver.resolve(Located("good"), into: &diagnostics) != nil)
        #expect(diagnostics.all.isEmpty)
        #expect(resolver.resolve(Located("broken"), into: &diagnostics) == nil)
        #expect(diagnostics.hasErrors)
    }

    @Test func opensALargeLock() throws {
        let blob = String(repeating: "QUJD", count: 1000)
        let entry =
            #"{"digest":"\#(LockFixture.digest("a"))","platform":"linux/amd64","config":{},"passwd":"\#(blob)"}"#
        let text =
            #"{"version":1,"images":{"#
            + (0..<10_000).map { "\"registry.example/team/app\($0):1\":\(entry)" }.joined(separator: ",") + "}}"
        var diagnostics = Diagnostics()
        let file = LockReader.read(SourceFile(path: "contrast.lock", bytes: Array(text.utf8)), into: &diagnostics)
        #expect(file?.count == 10_000)
        #expect(diagnostics.all.isEmpty)
    }
}
