// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Files that cannot be read or written.
@Suite struct FailingDiskTests {
    private static let generate = "generate --locked --all --log-level error --reference-values metal-qemu-snp"
    private let workspace: Workspace

    init() throws { workspace = try Workspace(files: HostileInput.deployment) }

    /// Runs contrast, which must fail with a code at a path and leave everything as it was.
    private func isRefused(
        _ options: String, _ path: String, _ code: String, through wrapper: [String] = []
    ) throws {
        let before = try workspace.tree()
        let command =
            wrapper + [try Locations.contrast()] + "\(Self.generate) \(options)".split(separator: " ").map(String.init)
        let result = try Subprocess(
            executable: command[0], arguments: Array(command.dropFirst()), directory: workspace.path
        )
        .run()
        #expect(result.status == 1, "\(options): \(result.errorText)")
        #expect(try workspace.tree() == before, "\(options): files changed")
        let isSaid = result.errorText.split(separator: "\n").contains {
            $0.hasPrefix("\(path): error:") && $0.hasSuffix("[\(code)]")
        }
        #expect(isSaid, "\(options): \(result.errorText)")
    }

    // MARK: - Permissions

    /// Root may read and write everything, unless it runs without the capabilities for that.
    private static let unprivileged: [String]? =
        if geteuid() != 0 {
            []
        } else if let tool = ["/usr/bin/setpriv", "/bin/setpriv"].first(where: Files.exists) {
            [tool, "--bounding-set=-dac_override,-dac_read_search"]
        } else {
            nil
        }

    private func setMode(_ mode: Int, _ name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: workspace.path + "/" + name)
    }

    @Test(.enabled(if: unprivileged != nil, "root may read everything, and there is no setpriv"))
    func unreadableFiles() throws {
        defer { workspace.remove() }
        let wrapper = try #require(Self.unprivileged)
        try workspace.write("a: b\n", to: "secret.yaml")
        try workspace.write("{}", to: "settings.json")
        for (name, options) in [
            ("secret.yaml", "."), ("secret.yaml", "secret.yaml good.yaml"), ("settings.json", "-s settings.json ."),
        ] {
            try setMode(0, name)
            // Comparing the files needs their content.
            try withReadable(name) { try isRefused(options, name, "CC0101", through: wrapper + $0) }
            try setMode(0o644, name)
        }
        try workspace.write("a: b\n", to: "closed/x.yaml")
        try withReadable("closed") { try isRefused(".", "closed", "CC0101", through: wrapper + $0) }
    }

    /// Gives a command that makes a file unreadable before it runs the rest, and readable afterwards.
    private func withReadable(_ name: String, _ body: ([String]) throws -> Void) throws {
        try setMode(0o755, name)
        try body(["/bin/sh", "-c", "chmod 000 \(name); \"$@\"; status=$?; chmod 755 \(name); exit $status", "sh"])
    }

    @Test(.enabled(if: unprivileged != nil, "root may write everything, and there is no setpriv"))
    func unwritableFiles() throws {
        defer { workspace.remove() }
        let wrapper = try #require(Self.unprivileged)
        try setMode(0o444, "good.yaml")
        try isRefused(".", "good.yaml", "CC0701", through: wrapper)
        try setMode(0o644, "good.yaml")
        try workspace.write(HostileInput.pod(), to: "closed/app.yaml")
        try setMode(0o555, "closed")
        try isRefused(".", "closed/app.yaml", "CC0701", through: wrapper)
        for option in ["-o closed/out.yaml", "-m closed/manifest.json", "--report closed/report.json"] {
            let path = String(option.split(separator: " ")[1])
            try isRefused("\(option) good.yaml", path, "CC0701", through: wrapper)
        }
        try setMode(0o755, "closed")
    }

    // MARK: - Outputs of the wrong kind

    @Test(arguments: ["-o", "--report", "--diagnostics-output"])
    func outputsThatAreDirectories(option: String) throws {
        defer { workspace.remove() }
        try workspace.write("x", to: "out/file")
        let before = try workspace.tree()
        let result = try workspace.contrast(Self.generate, option, "out good.yaml", status: 1)
        #expect(result.errorText.contains("out: error:"))
        // Findings are written after everything else.
        if option != "--diagnostics-output" { #expect(try workspace.tree() == before) }
    }

    @Test func aManifestThatIsADirectory() throws {
        defer { workspace.remove() }
        try workspace.write("x", to: "out/file")
        try isRefused("-m out .", "out", "CC0101")
    }

    @Test(arguments: ["-o", "-m", "--report"])
    func outputsInDirectoriesThatAreNotThere(option: String) throws {
        defer { workspace.remove() }
        try isRefused("\(option) absent/out good.yaml", "absent/out", "CC0701")
    }

    // MARK: - No space

    @Test(.enabled(if: Files.exists("/dev/full"), "there is no /dev/full"), arguments: ["-o", "--report"])
    func fullDevices(option: String) throws {
        defer { workspace.remove() }
        try isRefused("\(option) /dev/full good.yaml", "/dev/full", "CC0701")
    }

    /// A limit on the size of files stands in for a full disk where the test may not mount one.
    @Test func filesBeyondTheLimit() throws {
        defer { workspace.remove() }
        let limit = ["/bin/sh", "-c", "ulimit -f 8; \"$@\"", "sh"]
        try isRefused(".", "good.yaml", "CC0701", through: limit)
        try isRefused("-o out.yaml good.yaml", "out.yaml", "CC0701", through: limit)
    }

    @Test(.enabled(if: SmallDisk.canBeMade, "this user may not mount a file system"))
    func aFullDisk() throws {
        defer { workspace.remove() }
        let disk = try SmallDisk(at: workspace.path + "/disk", kilobytes: 64)
        defer { disk.remove() }
        // One of these finds room, the other does not.
        try workspace.write(HostileInput.pod(), to: "disk/a.yaml")
        let large = "# " + String(repeating: "x", count: 30_000) + "\n"
        try workspace.write(large + HostileInput.pod().replacing("name: app", with: "name: large"), to: "disk/b.yaml")
        try isRefused("-m disk/manifest.json .", "disk/b.yaml", "CC0701")
    }

    /// A file that is a mount point cannot be renamed over, which turns out after the file before it was replaced.
    @Test(.enabled(if: SmallDisk.canBeMade, "this user may not mount a file system"))
    func aRenameThatFails() throws {
        defer { workspace.remove() }
        for name in ["a", "m", "z"] {
            try workspace.write(HostileInput.pod().replacing("name: app", with: "name: \(name)"), to: "\(name).yaml")
        }
        try workspace.write(try Files.text(workspace.path + "/m.yaml"), to: "other/m")
        let mount = try SmallDisk(binding: workspace.path + "/other/m", to: workspace.path + "/m.yaml")
        defer { mount.remove() }
        let number = try Files.number(workspace.path + "/a.yaml")
        try isRefused("--create-keys a.yaml m.yaml z.yaml", "m.yaml", "CC0701")
        #expect(try Files.number(workspace.path + "/a.yaml") == number)
    }
}

/// A file system in memory that fills up soon, or a file that is mounted over another.
private struct SmallDisk {
    let path: String

    static let canBeMade: Bool = {
        guard geteuid() == 0, let directory = try? TemporaryDirectory() else { return false }
        defer { directory.remove() }
        guard let disk = try? SmallDisk(at: directory.path + "/disk", kilobytes: 64) else { return false }
        disk.remove()
        return true
    }()

    init(at path: String, kilobytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.run(["mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path])
    }

    init(binding file: String, to path: String) throws {
        self.path = path
        try Self.run(["mount", "--bind", file, path])
    }

    func remove() { try? Self.run(["umount", path]) }

    private static func run(_ command: [String]) throws {
        let result = try Subprocess(
            executable: "/usr/bin/env", arguments: command, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            directory: "/"
        ).run()
        guard result.status == 0 else { throw HarnessError(result.errorText) }
    }
}
