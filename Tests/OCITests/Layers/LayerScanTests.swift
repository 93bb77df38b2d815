// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import ImageFixtures
import OCI
import Testing

@Suite struct LayerScanTests {
    static let passwd = LayerPath("/etc/passwd")

    static func scan(_ blob: [UInt8], size: Int? = nil, digest: ImageDigest? = nil) throws -> LayerFindings {
        let descriptor = Descriptor(
            mediaType: "application/vnd.oci.image.layer.v1.tar",
            digest: digest ?? ImageDigest(sha256: SHA256.digest(blob)), size: size ?? blob.count)
        var scan = LayerScan(descriptor, paths: [passwd])
        try blob.withUnsafeBytes { buffer in
            for start in stride(from: 0, to: buffer.count, by: 777) {
                try scan.feed(UnsafeRawBufferPointer(rebasing: buffer[start..<min(start + 777, buffer.count)]))
            }
        }
        return try scan.finish()
    }

    static func finding(_ build: (inout TarBuilder) -> Void) throws -> PathFinding? {
        try scan(TarBuilder.archive(build)).paths[passwd]
    }

    static let tar = TarBuilder.archive { tar in
        tar.file("bin/big", [UInt8](repeating: 0x5A, count: 300_000))
        tar.file("./etc/passwd", "root:x:0:0\n")
    }
    static let file = PathFinding(node: .file(Array("root:x:0:0\n".utf8)))

    @Test(arguments: [ImageFixture.Codec.plain, .gzip, .zstd])
    func codecs(_ codec: ImageFixture.Codec) throws {
        let blob: [UInt8]
        switch codec {
        case .plain: blob = Self.tar
        case .gzip: blob = Compression.gzip(Self.tar)
        case .zstd: blob = Compression.zstd(Self.tar)
        }
        let findings = try Self.scan(blob)
        #expect(findings.paths[Self.passwd] == Self.file)
        #expect(findings.diffID == ImageDigest(sha256: SHA256.digest(Self.tar)))
        #expect(findings.uncompressedSize == Self.tar.count)
        #expect(throws: ImageError.self) { try Self.scan(Array(blob.dropLast(20))) }
    }

    @Test func streamsOfSeveralParts() throws {
        let (head, tail) = (Array(Self.tar[..<5000]), Array(Self.tar[5000...]))
        for blob in [Compression.gzip(head) + Compression.gzip(tail), Compression.zstd(head) + Compression.zstd(tail)] {
            #expect(try Self.scan(blob).paths[Self.passwd] == Self.file)
        }
    }

    @Test func whatFollowsAStreamIsRefused() throws {
        for blob in [Compression.gzip(Self.tar), Compression.zstd(Self.tar)] {
            #expect(throws: ImageError.self) { try Self.scan(blob + Array("garbage".utf8)) }
        }
    }

    @Test func otherCompressionsAreRefused() throws {
        #expect(throws: ImageError.self) { try Self.scan(Array("BZh91AY&SY".utf8)) }
    }

    @Test func otherBytesThanAskedForAreRefused() throws {
        let wrong = ImageDigest(sha256: SHA256.digest([1]))
        for (size, digest) in [(Self.tar.count + 1, nil), (Self.tar.count - 1, nil), (nil, wrong)]
            as [(Int?, ImageDigest?)]
        {
            let error = #expect(throws: ImageError.self) { try Self.scan(Self.tar, size: size, digest: digest) }
            #expect(error?.kind == .mismatch)
        }
    }

    @Test func emptyLayers() throws {
        #expect(try Self.scan([]).uncompressedSize == 0)
        #expect(try Self.scan(Compression.gzip([])).paths[Self.passwd] == PathFinding())
    }

    // MARK: - What one layer says of a path

    @Test(arguments: [
        "etc/passwd", "./etc/passwd", "/etc/passwd", "../etc/passwd", "x/../etc//./passwd", "../../etc/passwd",
    ])
    func spellingsOfOnePath(_ name: String) throws {
        #expect(try Self.finding { $0.file(name, "root:x:0:0\n") } == Self.file)
    }

    @Test(arguments: ["etc/passwd-", "etc/passwd/x", "passwd", "etc/Passwd", "usr/etc/passwd", "etc/.passwd"])
    func otherPaths(_ name: String) throws {
        #expect(try Self.finding { $0.file(name, "root:x:0:0\n") } == PathFinding())
    }

    @Test(arguments: ["etc/.wh.passwd", ".wh.etc", "etc/.wh..wh..opq", ".wh..wh..opq"])
    func whiteoutsHideLowerLayers(_ name: String) throws {
        #expect(try Self.finding { $0.file(name, "") }?.hidesLower == true)
        // And no file of their own layer.
        #expect(
            try Self.finding {
                $0.file("etc/passwd", "root:x:0:0\n")
                $0.file(name, "")
            } == PathFinding(node: Self.file.node, hidesLower: true))
    }

    @Test(arguments: [
        "etc/.wh.group", ".wh.etcetera", "etc/x/.wh..wh..opq", "etc/.wh..wh.plnk", "usr/.wh.passwd", "etc/.wh.",
    ])
    func otherWhiteouts(_ name: String) throws {
        #expect(try Self.finding { $0.file(name, "") }?.hidesLower == false)
    }

    @Test func theLastEntryCounts() throws {
        #expect(
            try Self.finding {
                $0.file("etc/passwd", "old")
                $0.file("etc/passwd", "root:x:0:0\n")
            } == Self.file)
    }

    @Test func linksAreToldNotFollowed() throws {
        #expect(
            try Self.finding { $0.symbolicLink("etc/passwd", to: "/x") }
                == PathFinding(node: .symbolicLink(depth: 2, target: Array("/x".utf8))))
        #expect(
            try Self.finding { $0.symbolicLink("etc", to: "usr/etc") }
                == PathFinding(node: .symbolicLink(depth: 1, target: Array("usr/etc".utf8))))
        #expect(
            try Self.finding { $0.hardLink("etc/passwd", to: "x") } == PathFinding(node: .hardLink(target: [0x78])))
        #expect(try Self.finding { $0.file("etc", "") } == PathFinding(node: .nothing))
        #expect(try Self.finding { $0.directory("etc/passwd/") } == PathFinding(node: .nothing))
    }

    @Test func aDirectoryTakesThePlaceOfALink() throws {
        #expect(
            try Self.finding {
                $0.symbolicLink("etc", to: "x")
                $0.directory("etc/")
            } == PathFinding(hidesLower: true, directories: [1]))
    }

    @Test func sparseAndLargeFilesAreRefusedWhereTheyMatter() throws {
        #expect(throws: ImageError.self) { try Self.finding { $0.file("etc/passwd", [1], type: "S") } }
        #expect(throws: ImageError.self) {
            try Self.finding {
                $0.pax([("GNU.sparse.major", "1"), ("GNU.sparse.name", "etc/passwd")])
                $0.file("GNUSparseFile.0/passwd", "1")
            }
        }
        #expect(throws: ImageError.self) {
            try Self.finding { $0.file("etc/passwd", [UInt8](repeating: 0x61, count: LayerScan.fileLimit + 1)) }
        }
        #expect(try Self.finding { $0.file("etc/other", [1], type: "S") } == PathFinding())
    }

    @Test func findingsSurviveTheCache() throws {
        let findings = try Self.scan(
            TarBuilder.archive { tar in
                tar.directory("etc/")
                tar.symbolicLink("etc/passwd", to: "\u{7F}/x")
                tar.file("etc/.wh.passwd", "")
            })
        let text = JSONPrinter.print(findings.json)
        #expect(LayerFindings(try JSONParser.parse(text)) == findings)
        #expect(LayerFindings(["diffID": "sha256:1", "size": 1, "paths": [:]]) == nil)
    }
}
