// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

private let gitProgram = "/usr/bin/git"

/// `contrast diff` against revisions of a real repository.
@Suite(.enabled(if: Files.exists(gitProgram), "git is not installed"))
struct DiffCommandTests {
    private static func git(_ workspace: Workspace, _ arguments: String) throws {
        try workspace.run(gitProgram, ["-c user.name=a -c user.email=a@b", arguments])
    }

    /// A repository with two revisions, of which the first is tagged, in the directory `shop`.
    private static func repository() throws -> Workspace {
        let workspace = try Workspace(example: "cron")
        try workspace.run("/bin/mkdir", ["shop"])
        try workspace.run("/bin/mv", ["contrast.lock report.yaml shop"])
        try git(workspace, "init -q")
        try generate(workspace)
        try git(workspace, "add -A")
        try git(workspace, "commit -qm first")
        try git(workspace, "tag -a -m first v1")
        let yaml = workspace.path + "/shop/report.yaml"
        let text = try Files.text(yaml)
        let spec = "restartPolicy: Never\n"
        let changed = text.replacing(spec, with: spec + "          shareProcessNamespace: true\n")
        try workspace.write(changed, to: "shop/report.yaml")
        try #require(changed != text)
        try generate(workspace)
        return workspace
    }

    private static func generate(_ workspace: Workspace) throws {
        try workspace.contrast(
            "generate --locked --lock shop/contrast.lock --reference-values metal-qemu-snp --log-level error",
            "-m shop/manifest.json shop")
    }

    @Test(arguments: [
        "--git HEAD shop", "--git v1 shop/", "--git HEAD~0 shop/report.yaml", "HEAD:shop shop", "HEAD:./shop/ shop",
        "v1^{commit}:shop/report.yaml shop/report.yaml",
    ])
    func revisionsAreCompared(_ arguments: String) throws {
        let workspace = try Self.repository()
        defer { workspace.remove() }
        let result = try workspace.contrast("diff", arguments, status: 2)
        let text = String(decoding: result.stdout, as: UTF8.self)
        #expect(text.contains("shared process namespace: false -> true [privilege]"), "\(text)")
        #expect(text.hasSuffix("1 change of trust; 1 to be reviewed: privilege.\n"))
        try Self.git(workspace, "commit -qam second")
        try workspace.contrast("diff --git HEAD shop")
        try workspace.contrast("diff HEAD~1:shop HEAD:shop", status: 2)
        try workspace.contrast("diff --allow privilege HEAD~1:shop HEAD:shop")
    }

    @Test func manifestsOfRevisionsAreCompared() throws {
        let workspace = try Self.repository()
        defer { workspace.remove() }
        let result = try workspace.contrast("diff --git HEAD shop/manifest.json", status: 2)
        #expect(String(decoding: result.stdout, as: UTF8.self).contains("1 to be reviewed: policy."))
    }

    @Test func whatARevisionLacksIsNew() throws {
        let workspace = try Self.repository()
        defer { workspace.remove() }
        try workspace.run("/bin/cp", ["-r shop other"])
        let result = try workspace.contrast("diff --git HEAD other", status: 2)
        #expect(String(decoding: result.stdout, as: UTF8.self).contains("! newly allowed: workload [workload]"))
    }

    /// Nothing that git or a shell would take for something else reaches them.
    @Test(arguments: ["--output=x", "-x", "HEAD;id", "$(id)", "`id`", "HEAD|id", "a*", "\"", "'", "a\\b", ""])
    func hostileRevisionsAreRefused(_ name: String) throws {
        let workspace = try Self.repository()
        defer { workspace.remove() }
        let before = try workspace.tree()
        let contrast = try Locations.contrast()
        for arguments in [["diff", "--git=\(name)", "shop"], ["diff", "--", "\(name):shop", "shop"]] {
            let result = try Subprocess(executable: contrast, arguments: arguments, directory: workspace.path).run()
            #expect(result.status == 64, "\(arguments): \(result.errorText)")
        }
        #expect(try workspace.tree() == before)
    }

    @Test func whatIsNoRevisionIsSaid() throws {
        let workspace = try Self.repository()
        defer { workspace.remove() }
        let result = try workspace.contrast("diff --git nowhere shop", status: 1)
        #expect(result.errorText.contains("there is no revision 'nowhere'"))
        let outside = try Workspace(files: ["a/manifest.json": "{\"Policies\": {}}"])
        defer { outside.remove() }
        let failed = try outside.contrast("diff --git HEAD a", status: 1)
        #expect(failed.errorText.contains("git fails: fatal: not a git repository"))
    }
}
