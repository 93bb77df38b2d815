// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// `generate --render-command` with scripts that print the same each time, and others.
@Suite struct RenderCommandTests {
    private static let generate = "generate --reference-values metal-qemu-snp --locked --log-level error"

    private func workspace(_ script: String) throws -> Workspace {
        let workspace = try Workspace(example: "cron")
        try workspace.write(script, to: "render.sh")
        try workspace.write("[generate]\nrender-command = 'sh render.sh'\n", to: "contrast.toml")
        return workspace
    }

    /// The same bytes as from standard input.
    @Test func stableScriptsAreCompiled() throws {
        let workspace = try workspace("cat *.yaml\necho 'to be seen' >&2\n")
        defer { workspace.remove() }
        let rendered = try workspace.contrast(Self.generate, "--config contrast.toml")
        #expect(rendered.errorText == "to be seen\nto be seen\n")
        try workspace.run("/bin/sh", ["render.sh"]).stdout.withUnsafeBytes {
            try Files.write(Array($0), to: workspace.path + "/rendered.txt")
        }
        try workspace.write("", to: "contrast.toml")
        let piped = try workspace.contrast(Self.generate, "-", input: workspace.path + "/rendered.txt")
        #expect(rendered.stdout == piped.stdout)
        #expect(!rendered.stdout.isEmpty)
    }

    @Test(arguments: [
        ("password: $(od -An -N12 -tx1 /dev/urandom | tr -d ' ')", "stringData.password", "random passwords"),
        ("note: $(od -An -N12 -tx1 /dev/urandom | tr -d ' ')", "stringData.note", "random passwords"),
        ("tls.crt: '-----BEGIN CERTIFICATE----- $(od -An -N8 -tx8 /dev/urandom)'", "tls.crt", "make certificates"),
    ])
    func unstableSecretsAreRefused(_ line: String, _ path: String, _ hint: String) throws {
        let script =
            "cat *.yaml\ncat <<EOF\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: made}\nstringData:\n  \(line)\nEOF\n"
        let workspace = try workspace(script)
        defer { workspace.remove() }
        let before = try workspace.tree()
        let result = try workspace.contrast(Self.generate, "--config contrast.toml", status: 1)
        #expect(result.errorText.contains("Secret made"))
        #expect(result.errorText.contains(path))
        #expect(result.errorText.contains(hint))
        #expect(result.errorText.contains("a value that is not shown"))
        #expect(result.stdout.isEmpty)
        #expect(try workspace.tree() == before)
    }

    @Test func timesAreRefused() throws {
        let workspace = try workspace(
            "cat <<EOF\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  annotations: {made: \"2026-11-21T$(date +%N)\"}\nEOF\n"
        )
        defer { workspace.remove() }
        let result = try workspace.contrast(Self.generate, "--config contrast.toml", status: 1)
        #expect(result.errorText.contains("metadata.annotations.made: the first rendering has '2026-11-21T"))
        #expect(result.errorText.contains("it is a time"))
    }

    @Test func manyDifferencesAreCounted() throws {
        let workspace = try workspace(
            "for i in $(seq 30); do printf -- \"---\\napiVersion: v1\\nkind: Namespace\\nmetadata: {name: n$i, x: $(od -An -N8 -tu8 /dev/urandom)}\\n\"; done\n"
        )
        defer { workspace.remove() }
        let result = try workspace.contrast(Self.generate, "--config contrast.toml", status: 1)
        #expect(result.errorText.contains("there are 10 more differences"))
    }

    /// Whoever compiles somebody else's directory runs nothing of theirs.
    @Test func aFileThatNobodyNamedRunsNothing() throws {
        let workspace = try workspace("touch ran\ncat *.yaml\n")
        defer { workspace.remove() }
        let result = try workspace.contrast(Self.generate, status: 1)
        #expect(result.errorText.contains("contrast.toml:2:18: error: 'render-command' runs a program"))
        #expect(!Files.exists(workspace.path + "/ran"))
    }
}
