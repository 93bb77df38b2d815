// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import ImageFixtures
import OCI
import Testing

/// `contrast lock` and `contrast generate` from images on disk and from a registry.
@Suite(.serialized) struct LockCommandTests {
    /// A directory with a deployment, in which contrast runs with a cache of its own.
    final class Workspace {
        let path: String

        init(images: [String]) throws {
            path = NSTemporaryDirectory() + "contrast-lock-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try write(images: images)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(images: [String]) throws {
            var text =
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  runtimeClassName: contrast-cc\n  containers:\n"
            for (index, image) in images.enumerated() { text += "    - name: c\(index)\n      image: \(image)\n" }
            try text.write(toFile: path + "/app.yaml", atomically: true, encoding: .utf8)
        }

        /// Writes an OCI layout with one image.
        func layout(_ image: ImageFixture, name: String, in directory: String) throws {
            let root = "\(path)/\(directory)"
            try FileManager.default.createDirectory(atPath: root + "/blobs/sha256", withIntermediateDirectories: true)
            for (digest, bytes) in image.blobs {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(root)/blobs/sha256/\(digest.hex)"))
            }
            let index =
                #"{"schemaVersion":2,"manifests":[{"mediaType":"\#(image.manifestTypes[image.root] ?? "")","#
                + #""digest":"\#(image.root)","size":\#(image.blobs[image.root]?.count ?? 0),"#
                + #""annotations":{"org.opencontainers.image.ref.name":"\#(name)"}}]}"#
            try index.write(toFile: root + "/index.json", atomically: true, encoding: .utf8)
        }

        struct Result {
            var status: Int32
            /// Whether `status` is the number of a signal.
            var isSignal = false
            var stdout: String
            var stderr: String
        }

        func contrast(_ arguments: String, without network: Bool = false) throws -> Result {
            try start(arguments, without: network)()
        }

        /// Starts contrast; the result waits for its end.
        ///
        /// - Parameters:
        ///   - errors: standard error, in place of a file that becomes part of the result.
        ///   - meanwhile: is called with the running process.
        func start(
            _ arguments: String, without network: Bool = false, errors: FileHandle? = nil,
            meanwhile: (Process) -> Void = { _ in }
        ) throws -> () throws -> Result {
            let process = Process()
            let words = arguments.split(separator: " ").map(String.init)
            let contrast = try Self.contrast()
            process.executableURL = URL(fileURLWithPath: network ? try #require(Service.find("unshare")) : contrast)
            process.arguments = network ? ["-rn", contrast] + words : words
            process.currentDirectoryURL = URL(fileURLWithPath: path)
            process.environment = [
                "XDG_CACHE_HOME": path + "/cache", "PATH": "/usr/bin:/bin:\(path)", "DOCKER_CONFIG": path,
            ]
            let names = ["stdout", "stderr"].map { "\($0)-\(UUID().uuidString)" }
            let files = try names.map { name in
                try Data().write(to: URL(fileURLWithPath: "\(path)/\(name)"))
                return try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/\(name)"))
            }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = files[0]
            process.standardError = errors ?? files[1]
            try process.run()
            meanwhile(process)
            return { [self] in
                process.waitUntilExit()
                return Result(
                    status: process.terminationStatus, isSignal: process.terminationReason == .uncaughtSignal,
                    stdout: try text(names[0]) ?? "",
                    stderr: try text(names[1]) ?? "")
            }
        }

        func text(_ name: String) throws -> String? {
            FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        }

        /// The program under test, which is built beside the test bundle.
        private static func contrast() throws -> String {
            for start in [CommandLine.arguments[0], Bundle.main.bundlePath] {
                var url = URL(fileURLWithPath: start)
                while url.path.count > 1 {
                    url.deleteLastPathComponent()
                    let candidate = url.path + "/contrast"
                    var isDirectory: ObjCBool = false
                    if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory),
                        !isDirectory.boolValue, FileManager.default.isExecutableFile(atPath: candidate)
                    {
                        return candidate
                    }
                }
            }
            throw Service.Failure(description: "there is no executable 'contrast' beside the test bundle")
        }
    }

    static let web = "registry.example/shop/web:1.4"

    // MARK: - From files

    @Test func layoutsAndArchivesGiveTheSameLock() throws {
        let workspace = try Workspace(images: [Self.web])
        try workspace.layout(Images.index, name: Self.web, in: "layout")
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        let lock = try #require(try workspace.text("contrast.lock"))
        #expect(lock.hasPrefix("{\n  \"images\": {\n    \"\(Self.web)\": {"))
        #expect(lock.hasSuffix("}\n"))
        #expect(lock.contains(Images.index.root.description))

        let archive = Process()
        archive.executableURL = URL(fileURLWithPath: try #require(Service.find("tar")))
        archive.arguments = ["cf", workspace.path + "/web.tar", "-C", workspace.path + "/layout", "."]
        try archive.run()
        archive.waitUntilExit()
        for source in ["--from web.tar", "--from layout", "--from \(Self.web)=web.tar --no-cache"] {
            #expect(try workspace.contrast("lock --lock other.lock \(source) app.yaml").status == 0)
            #expect(try workspace.text("other.lock") == lock)
            try FileManager.default.removeItem(atPath: workspace.path + "/other.lock")
        }
    }

    @Test func aTagNamesAnImageWhereTheReferenceIsGiven() throws {
        let workspace = try Workspace(images: [Self.web])
        try workspace.layout(Images.oci, name: "1.4", in: "layout")
        #expect(try workspace.contrast("lock --from \(Self.web)=layout app.yaml").status == 0)
        // The cached layers do not stand for a source.
        try FileManager.default.removeItem(atPath: workspace.path + "/contrast.lock")
        try workspace.write(images: ["127.0.0.1:1/shop/web:1.4"])
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 1)
        #expect(try workspace.text("contrast.lock") == nil)
    }

    @Test func damagedLayoutsAreRefused() throws {
        let workspace = try Workspace(images: [Self.web])
        for digest in [Images.oci.root, Images.oci.layers[1], try #require(Images.oci.config)] {
            var image = Images.oci
            image.blobs[digest]?[20] ^= 1
            try workspace.layout(image, name: Self.web, in: digest.hex)
            let result = try workspace.contrast("lock --no-cache --from \(digest.hex) app.yaml")
            #expect(result.status == 1)
            #expect(result.stderr.contains("has the digest"), "\(result.stderr)")
        }
        let old = try workspace.contrast("lock --from . app.yaml")
        #expect(old.stderr.contains("is no image layout"))
        #expect(try workspace.text("contrast.lock") == nil)
    }

    @Test func checkAndUpdate() throws {
        let workspace = try Workspace(images: [Self.web])
        try workspace.layout(Images.oci, name: Self.web, in: "layout")
        let missing = try workspace.contrast("lock --check --from layout app.yaml")
        #expect(missing.status == 2)
        #expect(missing.stdout == "added \(Self.web) \(Images.oci.root)\n")
        #expect(try workspace.text("contrast.lock") == nil)
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        let lock = try #require(try workspace.text("contrast.lock"))
        #expect(try workspace.contrast("lock --check --from layout app.yaml").status == 0)

        // The tag moves: without --update the lock stays.
        try workspace.layout(Images.docker, name: Self.web, in: "layout")
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        #expect(try workspace.contrast("lock --check --from layout app.yaml").status == 0)
        #expect(try workspace.text("contrast.lock") == lock)
        #expect(try workspace.contrast("lock --check --update --from layout app.yaml").status == 2)
        let updated = try workspace.contrast("lock --update --from layout app.yaml")
        #expect(updated.stdout == "updated \(Self.web) \(Images.oci.root) → \(Images.docker.root)\n")
        #expect(try workspace.text("contrast.lock") != lock)
    }

    @Test func sizesAreRecordedOnRequestAndStay() throws {
        let workspace = try Workspace(images: [Self.web])
        let image = ImageFixture(layers: [
            (TarBuilder.archive { $0.file("bin/low", "x") }, .gzip), (ImageFixture.userLayer(user: "a", uid: 1), .gzip),
        ])
        try workspace.layout(image, name: Self.web, in: "layout")
        func sizes() throws -> Int {
            try #require(try workspace.text("contrast.lock")).components(separatedBy: "uncompressedSize").count - 1
        }
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        #expect(try sizes() == 1)
        #expect(try workspace.contrast("lock --check --from layout app.yaml").status == 0)
        #expect(try workspace.contrast("lock --all-layers --from layout app.yaml").stdout.hasPrefix("completed "))
        #expect(try sizes() == 2)
        #expect(try workspace.contrast("lock --check --from layout app.yaml").status == 0)
        #expect(try workspace.contrast("lock --update --from layout app.yaml").stdout == "")
        #expect(try sizes() == 2)
    }

    /// What no blob proves is proven again from the layers.
    @Test func checkFindsInventedUsers() throws {
        let workspace = try Workspace(images: [Self.web])
        try workspace.layout(Images.oci, name: Self.web, in: "layout")
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        let lock = try #require(try workspace.text("contrast.lock"))
        try lock.replacing("root:x:0:0:", with: "root:x:0:7:")
            .write(toFile: workspace.path + "/contrast.lock", atomically: true, encoding: .utf8)
        let found = try workspace.contrast("lock --check --from layout app.yaml")
        #expect(found.status == 2)
        #expect(found.stdout.hasPrefix("completed "))
    }

    /// An entry that waits to be used is proven like any other.
    @Test func checkFindsInventedUsersOfUnusedEntries() throws {
        let workspace = try Workspace(images: [Self.web])
        try workspace.layout(Images.oci, name: Self.web, in: "layout")
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        let lock = try #require(try workspace.text("contrast.lock"))
        try lock.replacing("root:x:0:0:", with: "root:x:0:7:")
            .write(toFile: workspace.path + "/contrast.lock", atomically: true, encoding: .utf8)
        try workspace.write(images: [])
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        let found = try workspace.contrast("lock --check --from layout app.yaml")
        #expect(found.status == 2)
        #expect(found.stdout.hasPrefix("completed \(Self.web) "))
        let pruned = try workspace.contrast("lock --check --prune --from layout app.yaml")
        #expect(pruned.stdout == "removed \(Self.web)\n")
    }

    @Test func unusedEntriesStayUntilTheyArePruned() throws {
        let workspace = try Workspace(images: [Self.web, "registry.example/shop/other:2"])
        try workspace.layout(Images.oci, name: Self.web, in: "a")
        try workspace.layout(Images.zstd, name: "registry.example/shop/other:2", in: "b")
        #expect(try workspace.contrast("lock --from a --from b app.yaml").status == 0)
        try workspace.write(images: [Self.web])
        #expect(try workspace.contrast("lock app.yaml").status == 0)
        #expect(try workspace.text("contrast.lock")?.contains("other:2") == true)
        #expect(try workspace.contrast("lock --prune app.yaml").stdout == "removed registry.example/shop/other:2\n")
        #expect(try workspace.text("contrast.lock")?.contains("other:2") == false)
    }

    @Test func aDigestInTheInputMovesTheEntry() throws {
        let workspace = try Workspace(images: [Self.web])
        try workspace.layout(Images.oci, name: Self.web, in: "layout")
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        try workspace.layout(Images.docker, name: Self.web, in: "layout")
        try workspace.write(images: ["\(Self.web)@\(Images.docker.root)"])
        #expect(try workspace.contrast("lock --from layout app.yaml").stdout.hasPrefix("updated \(Self.web) "))
        try workspace.write(images: ["\(Self.web)@\(Images.docker.root)", "\(Self.web)@\(Images.oci.root)"])
        #expect(try workspace.contrast("lock --from layout app.yaml").stderr.contains("two digests"))
    }

    // MARK: - From a registry

    @Test(.enabled(if: TestRegistry.isThere, "docker-registry or python3 is not installed"))
    func lockAndCompileFromARegistry() async throws {
        let setting = try await RegistryClientTests.Setting.shared.value
        let host = setting.registry.host
        let images = Images.all.keys.sorted().map { "\(host)/team/\($0):1" }
        let workspace = try Workspace(images: images)
        let compile = "generate --reference-values metal-qemu-snp --log-level info"
        let resolved = try workspace.contrast("\(compile) --check app.yaml")
        #expect(resolved.status == 2, "\(resolved.stderr)")
        #expect(resolved.stderr.contains("'\(images[0])' is not in the lock and was resolved to sha256:"))
        #expect(try workspace.contrast("\(compile) --locked app.yaml").status == 1)
        let locked = try workspace.contrast("lock app.yaml")
        #expect(locked.status == 0, "\(locked.stderr)")
        #expect(try workspace.contrast("lock --check app.yaml").status == 0)
        #expect(try workspace.contrast("lock --check --no-cache app.yaml").status == 0)
        #expect(try workspace.contrast("\(compile) --locked --require-proof app.yaml").status == 0)
        #expect(try workspace.text("app.yaml")?.contains("@\(Images.index.root)") == true)
    }

    @Test(.enabled(if: TestRegistry.isThere, "docker-registry or python3 is not installed"))
    func credentialHelpers() async throws {
        let setting = try await RegistryClientTests.Setting.shared.value
        let proxy = try setting.proxy()
        let host = "127.0.0.1:\(proxy.port)"
        let workspace = try Workspace(images: ["\(host)/basic/team/oci:1"])
        let helper = workspace.path + "/docker-credential-test"
        let script =
            "#!/bin/sh\nread server\n[ \"$server\" = \(host) ] || exit 1\n"
            + "echo '{\"ServerURL\":\"x\",\"Username\":\"alice\",\"Secret\":\"s3cret\"}'\n"
        try script.write(toFile: helper, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: helper)
        #expect(try workspace.contrast("lock app.yaml").status == 1)
        let config = workspace.path + "/config.json"
        try #"{"credHelpers":{"\#(host)":"test"}}"#.write(toFile: config, atomically: true, encoding: .utf8)
        let result = try workspace.contrast("lock app.yaml")
        #expect(result.status == 0, "\(result.stderr)")
        try #"{"credHelpers":{"\#(host)":"absent"}}"#.write(toFile: config, atomically: true, encoding: .utf8)
        let absent = try workspace.contrast("lock --no-cache --update app.yaml")
        #expect(absent.status == 1)
        #expect(absent.stderr.contains("docker-credential-absent"))
    }

    @Test(.enabled(if: TestRegistry.isThere, "docker-registry or python3 is not installed"))
    func runsAtTheSameTimeShareACache() async throws {
        let setting = try await RegistryClientTests.Setting.shared.value
        let images = Images.all.keys.sorted().map { "\(setting.registry.host)/team/\($0):1" }
        let workspace = try Workspace(images: images)
        let runs = try (0..<4).map { try workspace.start("lock --lock \($0).lock app.yaml") }
        for run in runs { #expect(try run().status == 0) }
        let first = try #require(try workspace.text("0.lock"))
        for index in 1..<4 { #expect(try workspace.text("\(index).lock") == first) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path + "/cache/contrast/new").isEmpty)
        // Mirrors: one that has nothing of it, and the right one.
        let moved = images.map { $0.replacing(setting.registry.host, with: "registry.example") }
        try workspace.write(images: moved)
        let mirrors = ["\(setting.registry.host)/nothing", setting.registry.host]
            .map { "--registry-mirror registry.example=\($0)" }.joined(separator: " ")
        let mirrored = try workspace.contrast("lock --lock m.lock --no-cache \(mirrors) app.yaml")
        #expect(mirrored.status == 0, "\(mirrored.stderr)")
        #expect(
            try workspace.text("m.lock") == first.replacing(setting.registry.host, with: "registry.example"))
    }

    @Test(.enabled(if: LockCommandTests.mayUnshare, "network namespaces are not permitted"))
    func lockedRunsNeedNoNetwork() throws {
        let workspace = try Workspace(images: [Self.web])
        try workspace.layout(Images.oci, name: Self.web, in: "layout")
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        let result = try workspace.contrast(
            "generate --reference-values metal-qemu-snp --locked --require-proof app.yaml", without: true)
        #expect(result.status == 0, "\(result.stderr)")
        #expect(try workspace.contrast("lock --check app.yaml", without: true).status == 0)
    }

    static let mayUnshare: Bool = {
        guard let unshare = Service.find("unshare") else { return false }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: unshare)
        process.arguments = ["-rn", "true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    // MARK: - Cache

    @Test func damagedCachesAreForgotten() throws {
        let workspace = try Workspace(images: [Self.web])
        try workspace.layout(Images.oci, name: Self.web, in: "layout")
        #expect(try workspace.contrast("lock --from layout app.yaml").status == 0)
        let lock = try workspace.text("contrast.lock")
        let cache = workspace.path + "/cache/contrast"
        let files = try FileManager.default.subpathsOfDirectory(atPath: cache).map { "\(cache)/\($0)" }.filter {
            (try? FileManager.default.attributesOfItem(atPath: $0)[.type] as? FileAttributeType) == .typeRegular
        }
        #expect(files.count == 4)
        for file in files {
            var data = try #require(FileManager.default.contents(atPath: file))
            data[data.count - 3] ^= 1
            try data.write(to: URL(fileURLWithPath: file))
        }
        let damaged = try workspace.contrast("lock --check --from layout app.yaml")
        #expect(damaged.status == 0, "\(damaged.stderr)\(damaged.stdout)")
        #expect(try workspace.text("contrast.lock") == lock)
        #expect(try workspace.contrast("cache prune").stdout == "removed 0 files, 0 bytes\n")
        #expect(try workspace.contrast("cache prune --days 0").stdout.hasPrefix("removed 4 files, "))
    }
}
