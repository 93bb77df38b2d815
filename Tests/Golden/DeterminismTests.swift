// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// The same inputs give the same bytes, whatever the surroundings.
@Suite struct DeterminismTests {
    private func outcome(_ arguments: String, _ environment: [String: String] = [:]) throws -> [String: [UInt8]] {
        let workspace = try Workspace(example: "voting-mesh")
        defer { workspace.remove() }
        let result = try workspace.contrast(
            "generate --reference-values metal-qemu-snp --report report.json", arguments, environment: environment)
        return try workspace.tree().merging(["stdout": result.stdout, "stderr": result.stderr]) { $1 }
    }

    @Test func surroundingsChangeNothing() throws {
        let plain = try outcome(".")
        for environment in [
            ["LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati"],
            ["LC_ALL": "C", "TZ": "America/New_York", "HOME": "/nonexistent", "COLUMNS": "20", "TERM": "xterm"],
        ] {
            #expect(try outcome(".", environment) == plain)
        }
    }

    @Test(arguments: [1, 2, 8])
    func threadsChangeNothing(jobs: Int) throws {
        #expect(try outcome("--jobs \(jobs) .") == outcome("--jobs 3 ."))
    }

    @Test func orderOfPathsChangesNothing() throws {
        let files = ["coordinator.yaml", "emoji.yaml", "namespace.yaml", "vote-bot.yaml", "voting.yaml", "web.yaml"]
        let forward = try outcome(files.joined(separator: " "))
        #expect(try outcome(files.reversed().joined(separator: " ")) == forward)
        #expect(
            try outcome("web.yaml emoji.yaml web.yaml coordinator.yaml vote-bot.yaml voting.yaml namespace.yaml")
                == forward)
    }

    /// A file whose bytes stay as they are is not written.
    @Test func secondRunWritesNothing() throws {
        let workspace = try Workspace(example: "voting-mesh")
        defer { workspace.remove() }
        try workspace.contrast("generate --reference-values metal-qemu-snp .")
        let first = try workspace.tree()
        let paths = first.keys.map { workspace.path + "/" + $0 }
        let numbers = try paths.map(Files.number)
        try workspace.contrast("generate --reference-values metal-qemu-snp .")
        #expect(try workspace.tree() == first)
        #expect(try paths.map(Files.number) == numbers)
    }
}
