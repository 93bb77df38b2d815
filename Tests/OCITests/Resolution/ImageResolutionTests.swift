// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import ImageFixtures
import OCI
import Testing

@Suite struct ImageResolutionTests {
    static let reference = try? ImageReference("registry.example/shop/web:1.4")

    static func resolve(
        _ source: MemorySource, digest: ImageDigest? = nil, platform: ImagePlatform = .standard, all: Bool = false
    ) async throws -> LockEntry {
        let reference = try #require(reference)
        return try await ImageResolution(source: source, platform: platform)
            .resolve(reference, digest: digest, readsAllLayers: all)
    }

    static func passwd(_ layers: (inout TarBuilder) -> Void...) async throws -> String? {
        let image = ImageFixture(layers: layers.map { (TarBuilder.archive($0), .plain) })
        return try await resolve(MemorySource(image)).passwd
    }

    @Test func entryHasItsProof() async throws {
        let image = ImageFixture(
            layers: [
                (ImageFixture.userLayer(user: "root", uid: 0), .gzip),
                (TarBuilder.archive { $0.file("a", "b") }, .zstd),
            ],
            config:
                #"{"User":"root","Env":["A=b"],"Entrypoint":["/x"],"Cmd":null,"WorkingDir":"/w","Volumes":{"/z":{},"/a":{}},"Tty":true}"#
        )
        let entry = try await Self.resolve(MemorySource(image))
        #expect(entry.digest == image.root)
        #expect(entry.index == nil)
        #expect(entry.platform == "linux/amd64")
        #expect(
            entry.config
                == LockEntry.Config(
                    user: "root", env: ["A=b"], entrypoint: ["/x"], workingDir: "/w", volumes: ["/a", "/z"], tty: true))
        #expect(entry.manifest == image.blobs[image.root])
        #expect(entry.passwd == "root:x:0:0::/:/bin/sh\n")
        #expect(entry.group == "root:x:0:\n")
        #expect(entry.layers?.map(\.digest) == image.layers.map(\.description))
        #expect(entry.layers?.allSatisfy { $0.uncompressedSize != nil && $0.diffID != nil } == true)
        // As the lock reads it.
        let (again, problems) = LockEntry.parse(try JSONParser.parse(JSONPrinter.print(entry.json)))
        #expect(problems.isEmpty)
        #expect(again == entry)
    }

    @Test func layersThatCannotMatterAreNotRead() async throws {
        let image = ImageFixture(
            layers: [
                (TarBuilder.archive { $0.file("etc/passwd", "low") }, .plain),
                (TarBuilder.archive { $0.file("a", "") }, .gzip),
                (ImageFixture.userLayer(user: "top", uid: 1), .plain),
            ] + (0..<6).map { index in (TarBuilder.archive { $0.file("b\(index)", "") }, .plain) })
        let source = MemorySource(image)
        let entry = try await Self.resolve(source)
        #expect(entry.passwd == "top:x:1:1::/:/bin/sh\n")
        #expect(!source.read.contains(image.layers[0]) || source.read.contains(image.layers[8]))
        #expect(entry.layers?.map { $0.uncompressedSize != nil } == [false, false] + Array(repeating: true, count: 7))
        let full = try await Self.resolve(MemorySource(image), all: true)
        #expect(full.layers?.allSatisfy { $0.uncompressedSize != nil } == true)
        #expect(full.passwd == entry.passwd)
    }

    @Test func whiteoutsAcrossLayers() async throws {
        #expect(try await Self.passwd({ $0.file("etc/passwd", "low") }, { $0.file("etc/.wh.passwd", "") }) == "")
        #expect(try await Self.passwd({ $0.file("etc/passwd", "low") }, { $0.file("etc/.wh..wh..opq", "") }) == "")
        #expect(
            try await Self.passwd(
                { $0.file("etc/passwd", "low") }, { $0.file(".wh.etc", "") }, { $0.file("etc/passwd", "new") }) == "new"
        )
        #expect(try await Self.passwd({ $0.file("etc/passwd", "low") }, { $0.file("etc/.wh.group", "") }) == "low")
    }

    @Test func linksAreFollowedWithinTheImage() async throws {
        #expect(
            try await Self.passwd(
                { $0.file("usr/lib/passwd", "real") }, { $0.symbolicLink("etc/passwd", to: "../usr/lib/passwd") })
                == "real")
        #expect(
            try await Self.passwd(
                { $0.symbolicLink("etc", to: "/usr/etc") }, { $0.file("usr/etc/passwd", "real") }) == "real")
        #expect(
            try await Self.passwd({
                $0.file("a", "real")
                $0.hardLink("etc/passwd", to: "a")
            }) == "real")
        // Out of the root is the root.
        #expect(
            try await Self.passwd({
                $0.file("secret", "inside")
                $0.symbolicLink("etc/passwd", to: "../../../../secret")
            }) == "inside")
        #expect(try await Self.passwd({ $0.symbolicLink("etc/passwd", to: "nowhere") }) == "")
        #expect(try await Self.passwd({ $0.symbolicLink("etc/passwd", to: "passwd") }) == "")
        #expect(try await Self.passwd({ $0.hardLink("etc/passwd", to: "etc/passwd") }) == "")
        // A directory of a higher layer took the place of the link.
        #expect(
            try await Self.passwd(
                {
                    $0.file("usr/etc/passwd", "low")
                    $0.symbolicLink("etc", to: "usr/etc")
                }, { $0.directory("etc/") }) == "")
    }

    @Test func platformsAreSelected() async throws {
        func image(_ name: String, _ architecture: String, _ variant: String? = nil) -> ImageFixture {
            ImageFixture(
                layers: [(ImageFixture.userLayer(user: name, uid: 1), .gzip)], architecture: architecture,
                variant: variant)
        }
        let index = ImageFixture(index: [
            ("linux/arm64/v8", image("arm", "arm64", "v8")), ("linux/amd64", image("amd", "amd64")),
        ])
        let entry = try await Self.resolve(MemorySource(index))
        #expect(entry.passwd?.hasPrefix("amd:") == true)
        #expect(entry.index == index.root)
        #expect(entry.digest != index.root)
        let arm = try await Self.resolve(
            MemorySource(index), platform: ImagePlatform(os: "linux", architecture: "arm64"))
        #expect(arm.passwd?.hasPrefix("arm:") == true)
        #expect(arm.platform == "linux/arm64/v8")
        let error = await #expect(throws: ImageError.self) {
            try await Self.resolve(MemorySource(index), platform: ImagePlatform(os: "linux", architecture: "s390x"))
        }
        #expect(error?.kind == .missing)
        #expect(error?.message.contains("linux/arm64/v8, linux/amd64") == true)
        await #expect(throws: ImageError.self) {
            try await Self.resolve(MemorySource(image("arm", "arm64")))
        }
    }

    @Test func whatAnIndexSaysMustHold() async throws {
        // The entry says amd64, the configuration does not.
        let liar = ImageFixture(index: [
            ("linux/amd64", ImageFixture(layers: [], architecture: "arm64"))
        ])
        await #expect(throws: ImageError.self) { try await Self.resolve(MemorySource(liar)) }
    }

    @Test func otherContentIsRefused() async throws {
        let tar = ImageFixture.userLayer(user: "root", uid: 0)
        let good = ImageFixture(layers: [(tar, .gzip)])
        for digest in [good.root, try #require(good.config), good.layers[0]] {
            var image = good
            image.blobs[digest]?[10] ^= 1
            let error = await #expect(throws: ImageError.self) {
                try await Self.resolve(MemorySource(image), digest: good.root)
            }
            #expect(error?.kind == .mismatch, "\(digest)")
        }
        var short = good
        short.blobs[good.layers[0]]?.removeLast()
        await #expect(throws: ImageError.self) { try await Self.resolve(MemorySource(short)) }
    }

    @Test func aLayerThatExpandsToSomethingElseIsRefused() async throws {
        var image = ImageFixture(layers: [(ImageFixture.userLayer(user: "root", uid: 0), .gzip)])
        let config = String(decoding: try #require(image.config.flatMap { image.blobs[$0] }), as: UTF8.self)
        let diffID = ImageDigest(sha256: SHA256.digest(ImageFixture.userLayer(user: "root", uid: 0))).description
        let other = ImageDigest(sha256: SHA256.digest([1])).description
        let newConfig = image.add(Array(config.replacing(diffID, with: other).utf8))
        let manifest = String(decoding: try #require(image.blobs[image.root]), as: UTF8.self)
        image.root = image.add(
            Array(manifest.replacing(try #require(image.config).description, with: newConfig.description).utf8))
        let error = await #expect(throws: ImageError.self) { try await Self.resolve(MemorySource(image)) }
        #expect(error?.message.contains("expands to") == true)
    }
}
