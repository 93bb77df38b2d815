// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import ImageFixtures
import OCI
import Testing

/// Images as `umoci`, `skopeo` and `buildah` make them, from a real registry into a lock and a policy.
@Suite(
    .enabled(
        if: TestRegistry.isThere && ImageTools.work,
        "docker-registry, umoci, skopeo or buildah is missing, or this is not root"),
    .serialized)
struct ImageToolTests {
    private typealias Workspace = LockCommandTests.Workspace

    /// A registry of its own for each test: skopeo remembers which compression it has seen in one.
    private struct Setting {
        let registry: TestRegistry
        let tools: ImageTools

        init() throws {
            let directory = NSTemporaryDirectory() + "contrast-tools-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            registry = try TestRegistry(in: directory)
            tools = ImageTools(directory: directory, host: registry.host)
        }

        /// The entries of a lock of these images, for which a policy can be made without the network.
        func lock(_ names: String...) throws -> [LockEntry] {
            let workspace = try Workspace(images: names.map { "\(tools.host)/\($0)" })
            let result = try workspace.contrast("lock app.yaml")
            #expect(result.status == 0, "\(result.stderr)")
            let generated = try workspace.contrast(
                "generate --reference-values metal-qemu-snp --locked --require-proof app.yaml")
            #expect(generated.status == 0, "\(generated.stderr)")
            #expect(try workspace.contrast("lock --check --no-cache app.yaml").status == 0)
            let lock = try JSONParser.parse(Array(try #require(try workspace.text("contrast.lock")).utf8))
            return try names.map { name in
                let value = try #require(lock["images"]?["\(tools.host)/\(name)"])
                let entry = LockEntry.parse(value)
                #expect(entry.problems.isEmpty)
                return try #require(entry.entry)
            }
        }

        /// An OCI layout `oci` with an image of two layers, the upper of which takes `/etc/group` away.
        func makeLayered() throws {
            try tools.run("umoci", "init --layout oci")
            try tools.run("umoci", "new --image oci:app")
            try tools.run("umoci", "unpack --image oci:app bundle")
            try tools.write("root:x:0:0::/:/bin/sh\nweb:x:1000:1000::/:/bin/sh\n", "bundle/rootfs/etc/passwd")
            try tools.write("web:x:1000:\n", "bundle/rootfs/etc/group")
            try tools.run("umoci", "repack --refresh-bundle --image oci:app bundle")
            try tools.remove("bundle/rootfs/etc/group")
            try tools.run("umoci", "repack --refresh-bundle --image oci:app bundle")
            try tools.run(
                "umoci", "config --image oci:app --config.user web --config.volume /data --config.entrypoint /app")
        }
    }

    /// OCI, Docker's schema 2 and zstd have the same content under other digests.
    @Test func oneImageInThreeForms() throws {
        let setting = try Setting()
        try setting.makeLayered()
        try setting.tools.push("oci:oci:app", "team/app:oci")
        try setting.tools.push("oci:oci:app", "team/app:docker", "-f v2s2")
        // Into another registry: skopeo takes a layer that one has in whatever compression.
        let other = try Setting()
        try setting.tools.run("skopeo", "copy -q --dest-decompress oci:oci:app dir:plain")
        let plain = "dir:\(setting.tools.directory)/plain"
        try other.tools.push(plain, "team/app:zstd", "--dest-compress --dest-compress-format zstd")
        let entries = try other.lock("team/app:zstd") + setting.lock("team/app:oci", "team/app:docker")
        let types = ["layer.v1.tar+zstd", "layer.v1.tar+gzip", "rootfs.diff.tar.gzip"]
        for (entry, type) in zip(entries, types) {
            #expect(entry.passwd == "root:x:0:0::/:/bin/sh\nweb:x:1000:1000::/:/bin/sh\n")
            #expect(entry.group == "", "a whiteout hides the file")
            #expect(entry.config.user == "web")
            #expect(entry.config.volumes == ["/data"])
            #expect(entry.config.entrypoint == ["/app"])
            #expect(entry.layers?.count == 2)
            #expect(String(decoding: entry.manifest ?? [], as: UTF8.self).contains(type))
        }
        #expect(Set(entries.compactMap { $0.digest?.description }).count == 3)
        #expect(Set(entries.map { $0.layers?.map(\.diffID) }).count == 1)
    }

    /// An index of OCI, and Docker's list, whose images have the form of OCI all the same.
    @Test func indexAndList() throws {
        let setting = try Setting()
        try setting.tools.write("app:x:7:7::/:/bin/sh\n", "context/etc/passwd")
        try setting.tools.write(
            "FROM scratch\nCOPY etc /etc\nUSER app\nVOLUME /data\nCMD [\"/a\"]\n", "context/Dockerfile")
        for architecture in ["amd64", "arm64"] {
            try setting.tools.buildah("bud -q --arch \(architecture) -t app:\(architecture) context")
        }
        try setting.tools.buildah("manifest create app app:amd64 app:arm64")
        for (format, tag) in [("v2s2", "list"), ("oci", "index")] {
            try setting.tools.buildah(
                "manifest push -q -f \(format) --all --tls-verify=false app docker://\(setting.tools.host)/team/app:\(tag)"
            )
        }
        let entries = try setting.lock("team/app:list", "team/app:index")
        for entry in entries {
            #expect(entry.platform == "linux/amd64")
            #expect(entry.index != nil && entry.index != entry.digest)
            #expect(entry.passwd == "app:x:7:7::/:/bin/sh\n")
            #expect(entry.config.user == "app")
            #expect(entry.config.cmd == ["/a"])
        }
    }

    /// A tar that `umoci insert` makes of a file ends without padding, as others take it; one that ends in the middle of
    /// a file is refused.
    @Test func layersThatEndEarly() async throws {
        let setting = try Setting()
        try setting.makeLayered()
        try setting.tools.write("other:x:5:\n", "file")
        try setting.tools.run("umoci", "insert --image oci:app file /etc/group")
        try setting.tools.push("oci:oci:app", "team/app:1")
        #expect(try setting.lock("team/app:1")[0].group == "other:x:5:\n")

        let tar = ImageFixture.userLayer(user: "web", uid: 5)
        for length in [600, 2050] {
            let image = ImageFixture(layers: [(Array(tar[..<length]), .gzip)])
            try await setting.registry.push(image, "team/cut", tag: "\(length)")
            let workspace = try Workspace(images: ["\(setting.tools.host)/team/cut:\(length)"])
            let result = try workspace.contrast("lock app.yaml")
            #expect(result.status == 1)
            #expect(result.stderr.contains("cut short"), "\(result.stderr)")
            #expect(try workspace.text("contrast.lock") == nil)
        }
    }

    /// The same image from the layout on disk and from the registry.
    @Test func layoutsOfOtherTools() throws {
        let setting = try Setting()
        try setting.makeLayered()
        try setting.tools.push("oci:oci:app", "team/app:1")
        let expected = try setting.lock("team/app:1")
        try setting.tools.run("skopeo", "copy -q oci:oci:app oci-archive:app.tar:web:1")
        let image = "\(setting.tools.host)/team/app:1"
        for source in ["oci", "app.tar"] {
            let workspace = try Workspace(images: [image])
            let result = try workspace.contrast("lock --from \(image)=\(setting.tools.directory)/\(source) app.yaml")
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try workspace.text("contrast.lock")?.contains("\(try #require(expected[0].digest))") == true)
        }
    }
}
