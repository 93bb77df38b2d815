// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What other tools make of our output, and we of theirs.
@Suite struct ClusterToolTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let path = environment["PATH"] ?? "/usr/bin:/bin"

    private static let validator = Locations.pythonTool("kubernetes-validate")

    private static let kubectl = path.split(separator: ":").map { "\($0)/kubectl" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(
        .enabled(if: validator != nil, "CONTRAST_REGO_PYTHON names no Python with kubernetes-validate"),
        arguments: ["voting-mesh", "client-server", "block-volume", "cron", "helm-like"])
    func outputIsValidForKubernetes(example: String) throws {
        let workspace = try Workspace(example: example)
        defer { workspace.remove() }
        try workspace.contrast("generate --reference-values metal-qemu-snp -o all.yaml --log-level error .")
        let tool = try #require(Self.validator)
        let result = try Subprocess(
            executable: tool, arguments: ["--strict", "--quiet", "all.yaml"], environment: ["PATH": Self.path],
            directory: workspace.path
        ).run()
        #expect(result.status == 0, "\(String(decoding: result.stdout + result.stderr, as: UTF8.self))")
    }

    @Test(.enabled(if: kubectl != nil, "there is no kubectl on PATH"))
    func compilesWhatKustomizePrints() throws {
        let workspace = try Workspace(example: "kustomize")
        defer { workspace.remove() }
        let built = try Subprocess(
            executable: try #require(Self.kubectl), arguments: ["kustomize", "overlay"],
            environment: ["PATH": Self.path, "HOME": workspace.path], directory: workspace.path
        ).run()
        try #require(built.status == 0, "\(String(decoding: built.stderr, as: UTF8.self))")
        let input = workspace.path + "/built.yaml"
        try Files.write(built.stdout, to: input)
        let result = try workspace.contrast(
            "generate --reference-values metal-qemu-snp --log-level error -", input: input)
        let text = String(decoding: result.stdout, as: UTF8.self)
        #expect(text.contains("contrast-initializer"))
        #expect(text.contains("io.katacontainers.config.hypervisor.cc_init_data"))

        // What was printed is complete: removing our part gives back what Kustomize printed.
        try Files.write(result.stdout, to: input)
        let removed = try workspace.contrast("generate --remove --log-level error -", input: input)
        #expect(removed.stdout == built.stdout)
    }
}
