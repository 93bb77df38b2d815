// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The page of all commands is what the commands say of themselves.
@Suite struct CommandReferenceTests {
    private static let page = Locations.repository + "/docs/commands.md"
    private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

    /// As `--experimental-dump-help` prints it.
    private struct Description: Decodable {
        struct Command: Decodable {
            var commandName: String
            var abstract: String?
            var shouldDisplay: Bool?
            var subcommands: [Command]?

            /// All commands but `help`, each with the names that lead to it.
            func all(below path: [String] = []) -> [(path: [String], command: Command)] {
                let here = path + [commandName]
                return [(here, self)]
                    + (subcommands ?? []).filter { $0.commandName != "help" && $0.shouldDisplay != false }
                    .flatMap { $0.all(below: here) }
            }
        }

        var command: Command
    }

    private func commands() throws -> [(path: [String], command: Description.Command)] {
        let dump = try run(["--experimental-dump-help"])
        return try JSONDecoder().decode(Description.self, from: Data(dump)).command.all()
    }

    private func run(_ arguments: [String]) throws -> [UInt8] {
        let result = try Subprocess(
            executable: try Locations.contrast(), arguments: arguments, environment: ["COLUMNS": "100"],
            directory: NSTemporaryDirectory()
        ).run()
        #expect(result.status == 0, "\(arguments)")
        return result.stdout
    }

    private func reference() throws -> String {
        var text = """
            # Commands

            What `contrast help` prints for each command. Tests write this page (`UPDATE_GOLDEN=1`) and compare it.

            """
        for (path, _) in try commands() {
            let help = String(decoding: try run(["help"] + path.dropFirst()), as: UTF8.self)
            var lines = help.split(separator: "\n", omittingEmptySubsequences: false)
            while lines.last?.isEmpty ?? false { lines.removeLast() }
            text += "\n## \(path.joined(separator: " "))\n\n"
            for line in lines { text += line.isEmpty ? "\n" : "    \(line)\n" }
        }
        return text
    }

    @Test func pageIsWhatTheCommandsSay() throws {
        let expected = try reference()
        let found = (try? Files.text(Self.page)) ?? ""
        if Self.isUpdating, expected != found {
            try Files.write(Array(expected.utf8), to: Self.page)
            Issue.record("rewrote docs/commands.md")
        } else {
            #expect(expected == found, "docs/commands.md is not what the commands say; UPDATE_GOLDEN=1 writes it")
        }
    }

    @Test func eachCommandHasAnExample() throws {
        for (path, command) in try commands() where command.subcommands?.isEmpty ?? true {
            let help = String(decoding: try run(["help"] + path.dropFirst()), as: UTF8.self)
            #expect(help.contains("Example"), "\(path.joined(separator: " "))")
            #expect(help.contains(path.joined(separator: " ") + " "), "\(path.joined(separator: " "))")
        }
    }

    /// The shells check the syntax themselves, where they are installed.
    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreMade(shell: String) throws {
        let script = try run(["--generate-completion-script", shell])
        #expect(String(decoding: script, as: UTF8.self).contains("reference-values"))
        let path = "/bin/" + shell
        guard FileManager.default.isExecutableFile(atPath: path) else { return }
        let workspace = try Workspace()
        defer { workspace.remove() }
        try Files.write(script, to: workspace.path + "/completions")
        try workspace.run(path, ["-n completions"])
    }
}
