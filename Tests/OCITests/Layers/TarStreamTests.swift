// SPDX-License-Identifier: Apache-2.0

import ImageFixtures
import OCI
import Testing

@Suite struct TarStreamTests {
    /// Keeps all that a stream says.
    struct Recorder: TarVisitor {
        var entries: [TarEntry] = []
        var contents: [[UInt8]] = []
        var offsets: [Int] = []

        mutating func begin(_ entry: TarEntry, at offset: Int) throws(ImageError) -> Bool {
            entries.append(entry)
            contents.append([])
            offsets.append(offset)
            return true
        }

        mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
            contents[contents.count - 1] += bytes
        }

        mutating func end() {}

        var names: [String] { entries.map { String(decoding: $0.path, as: UTF8.self) } }
    }

    static func read(_ tar: [UInt8], piece: Int = .max) throws -> Recorder {
        var stream = TarStream()
        var recorder = Recorder()
        try tar.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                try stream.feed(UnsafeRawBufferPointer(rebasing: rest.prefix(piece)), to: &recorder)
                rest = rest.dropFirst(piece)
            }
        }
        try stream.finish()
        return recorder
    }

    static let mixed = TarBuilder.archive { tar in
        tar.pax([("comment", "global")], type: "g")
        tar.directory("etc/")
        tar.file("etc/passwd", "root\n")
        tar.pax([("path", "a/" + String(repeating: "long", count: 100)), ("mtime", "1.5")])
        tar.file("short", String(repeating: "x", count: 1000))
        tar.file("././@LongLink", Array(("b/" + String(repeating: "gnu", count: 100) + "\0").utf8), type: "L")
        tar.file("short", "gnu")
        tar.header("name", size: 0, type: "0", prefix: "some/prefix")
        tar.symbolicLink("link", to: "../target")
        tar.file("empty", "")
    }

    @Test(arguments: [1, 7, 511, 512, 513, 4096, Int.max])
    func namesOfAllForms(piece: Int) throws {
        let recorder = try Self.read(Self.mixed, piece: piece)
        #expect(
            recorder.names == [
                "etc/", "etc/passwd", "a/" + String(repeating: "long", count: 100),
                "b/" + String(repeating: "gnu", count: 100), "some/prefix/name", "link", "empty",
            ])
        #expect(recorder.contents[1] == Array("root\n".utf8))
        #expect(recorder.contents[2].count == 1000)
        #expect(recorder.entries[5].kind == .symbolicLink)
        #expect(recorder.entries[5].linkTarget == Array("../target".utf8))
        for (index, offset) in recorder.offsets.enumerated() {
            let content = recorder.contents[index]
            #expect(Array(Self.mixed[offset..<(offset + content.count)]) == content)
        }
    }

    @Test func missingEndMarkAndPaddingAreTaken() throws {
        var tar = TarBuilder()
        tar.header("a", size: 3, type: "0")
        #expect(try Self.read(tar.bytes + Array("abc".utf8)).contents == [Array("abc".utf8)])
    }

    @Test func truncatedArchivesAreRefused() throws {
        var tar = TarBuilder()
        tar.header("a", size: 3, type: "0")
        for bytes in [tar.bytes + [0x61], Array(tar.bytes.dropLast()), Array(Self.mixed[..<1600])] {
            #expect(throws: ImageError.self) { try Self.read(bytes) }
        }
    }

    @Test func damagedHeadersAreRefused() throws {
        var bytes = TarBuilder.archive { $0.file("a", "b") }
        bytes[3] ^= 1
        #expect(throws: ImageError.self) { try Self.read(bytes) }
        let afterEnd = TarBuilder.archive { _ in }.prefix(512) + TarBuilder.archive { $0.file("a", "b") }
        #expect(throws: ImageError.self) { try Self.read(Array(afterEnd)) }
    }

    @Test func hugeExtendedHeadersAreRefusedBeforeTheyAreRead() throws {
        var tar = TarBuilder()
        tar.header("pax", size: 2 << 20, type: "x")
        #expect(throws: ImageError.self) { try Self.read(tar.bytes) }
    }

    @Test(arguments: ["5 a=b\n", "7 path\n", "99 path=a\n", "6 =b\n\n", "x path=a\n", "13 path=a\u{0}b\n"])
    func damagedExtendedHeadersAreRefused(body: String) throws {
        let bytes = TarBuilder.archive { tar in
            tar.file("pax", Array(body.utf8), type: "x")
            tar.file("a", "b")
        }
        #expect(throws: ImageError.self) { try Self.read(bytes) }
    }

    @Test func binarySizesAreRead() throws {
        var tar = TarBuilder()
        tar.header("a", size: 0, type: "0", sizeField: [0x80] + [UInt8](repeating: 0, count: 10) + [3])
        tar.append(Array("abc".utf8))
        tar.end()
        #expect(try Self.read(tar.bytes).contents == [Array("abc".utf8)])
        var negative = TarBuilder()
        negative.header("a", size: 0, type: "0", sizeField: [UInt8](repeating: 0xFF, count: 12))
        #expect(throws: ImageError.self) { try Self.read(negative.bytes) }
    }

    /// Links say a size in some archives; none has content.
    @Test func linksHaveNoContent() throws {
        var tar = TarBuilder()
        tar.header("link", size: 700, type: "1", link: "a")
        tar.file("b", "c")
        tar.end()
        #expect(try Self.read(tar.bytes).names == ["link", "b"])
    }

    @Test func mapsOfSparseFilesAreSkipped() throws {
        var tar = TarBuilder()
        tar.header("holes", size: 2, type: "S", isSparseExtended: true)
        var map = [UInt8](repeating: 1, count: 512)
        tar.append(map)
        map[504] = 0
        tar.append(map)
        tar.append([1, 2])
        tar.file("after", "x")
        tar.end()
        let recorder = try Self.read(tar.bytes)
        #expect(recorder.names == ["holes", "after"])
        #expect(recorder.entries[0].isSparse)
        #expect(recorder.contents == [[1, 2], Array("x".utf8)])
    }

    @Test func archivesAreIndexedWithoutTheirContent() throws {
        var stream = TarStream()
        var index = TarIndex()
        var offset = 0
        var fed = 0
        let tar = TarBuilder.archive { tar in
            tar.file("blobs/a", [UInt8](repeating: 7, count: 100_000))
            tar.file("./b", "second")
        }
        while offset < tar.count {
            let end = min(offset + 1024, tar.count)
            try tar[offset..<end].withUnsafeBytes { try stream.feed($0, to: &index) }
            fed += end - offset
            offset = end + stream.skippable
            stream.skip()
        }
        try stream.finish()
        #expect(index.files["blobs/a"] == 512..<100_512)
        #expect(index.files["b"].map { Array(tar[$0]) } == Array("second".utf8))
        #expect(fed < 6000)
    }
}
