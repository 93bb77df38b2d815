// SPDX-License-Identifier: Apache-2.0

import Compiler
import Foundation
import IR
import TestSupport
import Testing

/// What docs/ci has for pipelines, run as their runners would.
@Suite struct PipelineTests {
    private static let hasGit = ["/usr/bin/git", "/bin/git"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private static let pipelines = [
        "github.yaml": ["GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": "trust.md"],
        "gitlab.yaml": ["CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"],
        "pre-commit-config.yaml": [:],
    ]

    /// The commands of a pipeline, in their order.
    private func commands(_ name: String) throws -> [String] {
        let source = SourceFile(path: name, bytes: try Files.read(Locations.repository + "/docs/ci/" + name))
        var diagnostics = Diagnostics()
        let documents = YAMLFrontend.parse(source, into: &diagnostics)
        #expect(!diagnostics.hasErrors)
        let root = try #require(documents.first.map { YAMLTree($0) }).root
        switch name {
        case "github.yaml":
            return root["jobs"]?["check"]?["steps"]?.items.compactMap { $0["run"]?.text } ?? []
        case "gitlab.yaml": return root["confidential deployment"]?["script"]?.items.map(\.text) ?? []
        default:
            return root["repos"]?.items.flatMap { $0["hooks"]?.items ?? [] }.compactMap { $0["entry"]?.text } ?? []
        }
    }

    /// A repository whose branch main has a compiled deployment; its remote is itself.
    private func repository() throws -> Workspace {
        let workspace = try Workspace(example: "cron")
        try FileManager.default.createDirectory(
            atPath: workspace.path + "/deployment", withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            atPath: workspace.path + "/report.yaml", toPath: workspace.path + "/deployment/report.yaml")
        try workspace.contrast(
            "generate --locked --create-keys --reference-values metal-qemu-snp --log-level error deployment/")
        try shell(
            """
            git init --quiet --initial-branch main .
            git config user.email tester@example.com
            git config user.name tester
            git add deployment contrast.lock manifest.json
            git commit --quiet --message "Deploy"
            git remote add origin .
            git fetch --quiet origin
            """, workspace)
        return workspace
    }

    private func shell(
        _ command: String, _ workspace: Workspace, _ variables: [String: String] = [:], status: Int = 0
    ) throws {
        let directory = URL(fileURLWithPath: try Locations.contrast()).deletingLastPathComponent().path
        var environment = variables
        environment["PATH"] = directory + ":/usr/local/bin:/usr/bin:/bin"
        environment["HOME"] = workspace.path
        let result = try Subprocess(
            executable: "/bin/bash", arguments: ["-eo", "pipefail", "-c", command], environment: environment,
            directory: workspace.path
        ).run()
        let output = String(decoding: result.stdout + result.stderr, as: UTF8.self)
        #expect(result.status == status, "\(command)\n\(output)")
    }

    @Test(
        .enabled(if: Locations.pythonTool("python") != nil, "CONTRAST_REGO_PYTHON is not set"),
        arguments: [("github.yaml", "github-workflows"), ("gitlab.yaml", "gitlab-ci")])
    func schemasAcceptPipelines(name: String, schema: String) throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let text = try Files.text(Locations.repository + "/docs/ci/" + name)
        try workspace.write(text, to: name)
        #expect(try workspace.schemaProblems(schema, [name]) == "")
        try workspace.write(text.replacing("script:", with: "scrypt:").replacing("runs-on:", with: "runs:"), to: name)
        #expect(try workspace.schemaProblems(schema, [name]) != "")
    }

    /// By pre-commit itself.
    @Test(
        .enabled(
            if: hasGit && Locations.pythonTool("pre-commit") != nil,
            "CONTRAST_REGO_PYTHON names no Python with pre-commit"))
    func hookStopsWhatWasNotCompiled() throws {
        let workspace = try repository()
        defer { workspace.remove() }
        let hooks = try Files.text(Locations.repository + "/docs/ci/pre-commit-config.yaml")
        try workspace.write(hooks, to: ".pre-commit-config.yaml")
        try workspace.write("unrelated\n", to: "README")
        let tool = try #require(Locations.pythonTool("pre-commit"))
        try shell(
            "'\(tool)' install && git add .pre-commit-config.yaml README && git commit --message Hooks", workspace)
        let file = workspace.path + "/deployment/report.yaml"
        let text = try Files.text(file)
        try Files.write(Array(text.replacing("/scratch/log]", with: "/scratch/logs]").utf8), to: file)
        try shell("git commit --all --message Logs", workspace, status: 1)
        try workspace.contrast(
            "generate --locked --reference-values metal-qemu-snp --log-level error deployment/")
        try shell("git commit --all --message Logs", workspace)
    }

    @Test(.enabled(if: hasGit, "there is no git"), arguments: pipelines.keys.sorted())
    func pipelinesPassWhatIsCompiledAndStopWhatWidens(name: String) throws {
        let variables = Self.pipelines[name] ?? [:]
        let commands = try commands(name)
        try #require(commands.contains { $0.contains("generate --check") })
        let workspace = try repository()
        defer { workspace.remove() }
        for command in commands { try shell(command, workspace, variables) }

        // A change that was not compiled.
        let file = workspace.path + "/deployment/report.yaml"
        let text = try Files.text(file)
        let changed = text.replacing("--directory, /scratch/log]", with: "--directory, /scratch/logs]")
        try #require(changed != text)
        try Files.write(Array(changed.utf8), to: file)
        for command in commands where command.contains("generate --check") {
            try shell(command, workspace, variables, status: 2)
        }

        // Compiled, it is for a reviewer.
        try workspace.contrast(
            "generate --locked --reference-values metal-qemu-snp --log-level error deployment/")
        for command in commands {
            try shell(command, workspace, variables, status: command.contains("contrast diff") ? 2 : 0)
        }
        guard name != "pre-commit-config.yaml" else { return }
        #expect(try Files.text(workspace.path + "/trust.md").contains("/scratch/logs"))
    }
}
