// SPDX-License-Identifier: Apache-2.0

import IR
import TestSupport
import Testing

/// Key files differ from run to run, so they are no golden cases.
@Suite struct KeyFileTests {
    private let generate = "generate --reference-values metal-qemu-snp --log-level error"

    @Test func createdKeysAreForTheirOwnerOnly() throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        try workspace.contrast(generate, "--create-keys .")
        var contents: [[UInt8]] = []
        for name in ["workload-owner.pem", "seedshare-owner.pem"] {
            #expect(try Files.mode(workspace.path + "/" + name) == 0o600)
            contents.append(try Files.read(workspace.path + "/" + name))
        }
        let manifest = try JSONParser.parse(Files.read(workspace.path + "/manifest.json"))
        #expect(manifest.object?["WorkloadOwnerPubKeys"]?.array?.count == 1)
        #expect(manifest.object?["SeedshareOwnerPubKeys"]?.array?.count == 1)

        // Another run reads them, and lists the same keys.
        try workspace.contrast(generate, "--create-keys --check .")
        #expect(try Files.read(workspace.path + "/workload-owner.pem") == contents[0])
        #expect(try Files.read(workspace.path + "/seedshare-owner.pem") == contents[1])
    }

    /// Without a terminal none is made unless asked for.
    @Test func noKeysWithoutAsking() throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        let result = try workspace.contrast("generate --reference-values metal-qemu-snp .")
        #expect(String(decoding: result.stderr, as: UTF8.self).contains("CC0604"))
        #expect(try workspace.tree().keys.allSatisfy { !$0.hasSuffix(".pem") })
    }

    @Test(arguments: ["--check", "--diff"])
    func dryRunsMakeNoKeys(option: String) throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        let before = try workspace.tree()
        try workspace.contrast(generate, "--create-keys \(option) .", status: option == "--check" ? 2 : 0)
        #expect(try workspace.tree() == before)
    }

    /// Keys are outputs like any other: after an error there are none.
    @Test func failedRunsMakeNoKeys() throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        try Files.write(Array("kind: [\n".utf8), to: workspace.path + "/broken.yaml")
        let before = try workspace.tree()
        try workspace.contrast(generate, "--create-keys .", status: 1)
        #expect(try workspace.tree() == before)
    }
}
