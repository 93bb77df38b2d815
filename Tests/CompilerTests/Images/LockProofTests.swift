// SPDX-License-Identifier: Apache-2.0

import Compiler
import Digests
import IR
import Testing

@Suite struct LockProofTests {
    /// Resolves the one image of a lock.
    static func resolve(_ entry: LockEntry) throws -> (image: ResolvedImage?, summaries: [String]) {
        let resolver = ImageResolver(lock: try #require(LockFixture.open(["app": entry])), requireProof: true)
        var diagnostics = Diagnostics()
        let image = resolver.resolve(Located("app"), into: &diagnostics)
        return (image, diagnostics.all.map(\.summary))
    }

    @Test(arguments: [
        (
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.container.image.v1+json"
        ),
        ("application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.config.v1+json"),
        (nil, "application/vnd.oci.image.config.v1+json"),
    ]) func accepts(_ mediaType: String?, _ configType: String) throws {
        let result = try Self.resolve(LockFixture.proven(mediaType: mediaType, configType: configType))
        #expect(result.summaries.isEmpty)
        #expect(result.image?.isProven == true)
        #expect(result.image?.facts.user == "1000")
    }

    struct Lie: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var message: String
        var tell: @Sendable (inout LockEntry) -> Void

        init(_ name: String, _ message: String, _ tell: @escaping @Sendable (inout LockEntry) -> Void) {
            testDescription = name
            self.message = message
            self.tell = tell
        }
    }

    static let lies = [
        Lie("digest", "but 'digest' is") { $0.digest = LockFixture.digest("x") },
        Lie("manifest", "'manifest' has the digest") { $0.manifest?[5] ^= 1 },
        Lie("configBlob", "'configBlob' has the digest") { $0.configBlob?[30] ^= 1 },
        Lie("configBlob length", "bytes, but 'manifest' says") { $0.configBlob?.append(0x20) },
        Lie("User", "'User' of 'config'") { $0.config.user = "0" },
        Lie("no User", "'User' of 'config'") { $0.config.user = nil },
        Lie("Env", "'Env' of 'config'") { $0.config.env?.append("A=secret") },
        Lie("Entrypoint", "'Entrypoint' of 'config'") { $0.config.entrypoint = nil },
        Lie("Cmd", "'Cmd' of 'config'") { $0.config.cmd = ["x"] },
        Lie("WorkingDir", "'WorkingDir' of 'config'") { $0.config.workingDir = "/x" },
        Lie("Volumes", "'Volumes' of 'config'") { $0.config.volumes = [] },
        Lie("Tty", "'Tty' of 'config'") { $0.config.tty = true },
        Lie("platform", "'configBlob' says linux/amd64") { $0.platform = "linux/arm64" },
        Lie("layer digest", "'layers' are not those that 'manifest' lists") {
            $0.layers?[0].digest = LockFixture.digest("x").description
        },
        Lie("layer diffID", "'layers' are not those that 'configBlob' lists") {
            $0.layers?[0].diffID = LockFixture.digest("x").description
        },
        Lie("layer size", "the layer has 8 bytes") { $0.layers?[0].size = 8 },
        Lie("fewer layers", "'layers' are not those") { $0.layers = [] },
        Lie("an index", "is an index") {
            $0.manifest = Array(#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json"}"#.utf8)
            $0.digest = ImageDigest(sha256: SHA256.digest($0.manifest ?? []))
        },
        Lie("no JSON", "'manifest' is not JSON") {
            $0.manifest = Array("{".utf8)
            $0.digest = ImageDigest(sha256: SHA256.digest($0.manifest ?? []))
        },
        Lie("schema 1", "not an OCI image manifest") {
            $0.manifest = Array(#"{"schemaVersion":1}"#.utf8)
            $0.digest = ImageDigest(sha256: SHA256.digest($0.manifest ?? []))
        },
        Lie("artifact", "names no image configuration") {
            $0 = LockFixture.proven(configType: "application/vnd.oci.empty.v1+json")
        },
    ]

    @Test(arguments: lies) func refuses(_ lie: Lie) throws {
        var entry = LockFixture.proven()
        lie.tell(&entry)
        let result = try Self.resolve(entry)
        #expect(result.image == nil)
        let summary = try #require(result.summaries.first)
        #expect(summary.contains("CC0404 error image 'app': "))
        #expect(summary.contains(lie.message), "\(summary)")
        #expect(!summary.contains("secret"))
        #expect(!summary.hasPrefix("CC"), "no position")
    }

    @Test func emptyAndAbsentAgree() throws {
        var entry = LockFixture.proven()
        entry.config.cmd = []
        entry.config.workingDir = ""
        entry.config.tty = false
        #expect(try Self.resolve(entry).image?.isProven == true)
    }

    @Test(arguments: [true, false]) func oneBlobIsNoProof(_ keepsManifest: Bool) throws {
        var entry = LockFixture.proven()
        if keepsManifest { entry.configBlob = nil } else { entry.manifest = nil }
        #expect(try Self.resolve(entry).summaries.first?.contains("CC0405") == true)
    }
}
