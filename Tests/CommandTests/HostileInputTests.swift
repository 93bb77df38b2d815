// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// What is wrong is said with its place, and every file stays as it was.
@Suite struct HostileInputTests {
    private static let generate = "generate --locked --all --log-level error"

    /// Without anything wrong the deployment compiles, or the other tests would say nothing.
    @Test func theGoodDeploymentCompiles() throws {
        let workspace = try Workspace(files: HostileInput.deployment)
        defer { workspace.remove() }
        try workspace.contrast(Self.generate, "--reference-values metal-qemu-snp .")
        #expect(try workspace.tree()["manifest.json"] != nil)
    }

    @Test(arguments: HostileInput.all) func isRefused(_ input: HostileInput) throws {
        let workspace = try Workspace(files: HostileInput.deployment)
        defer { workspace.remove() }
        for (name, bytes) in input.files { try Files.write(bytes, to: workspace.path + "/" + name) }
        let before = try workspace.tree()
        let platform = input.options.contains("--reference-values") ? "" : "--reference-values metal-qemu-snp"
        let result = try workspace.contrast(Self.generate, platform, input.options, ".", status: 1)
        #expect(try workspace.tree() == before, "files changed")
        let lines = result.errorText.split(separator: "\n").filter { $0.contains("error: ") }
        #expect(
            lines.contains { $0.hasPrefix(input.place) && $0.hasSuffix("[\(input.code)]") },
            "expected '\(input.place) … [\(input.code)]', found:\n\(result.errorText.prefix(600))")
        #expect(result.stdout.isEmpty)
    }
}
