// SPDX-License-Identifier: Apache-2.0

import Testing

/// A temporary directory in which contrast can run.
package struct Workspace {
    package let directory: TemporaryDirectory
    package var path: String { directory.path }

    package init(files: [String: String] = [:]) throws {
        directory = try TemporaryDirectory()
        for (name, text) in files { try write(text, to: name) }
    }

    /// Holds a copy of an example.
    package init(example: String) throws {
        try self.init()
        try Files.copyTree(Locations.examples + "/" + example, into: directory.path)
    }

    package func remove() { directory.remove() }

    /// Runs contrast and expects an exit code.
    @discardableResult
    package func contrast(
        _ arguments: String..., environment: [String: String] = [:], input: String = "/dev/null", status: Int = 0
    ) throws -> Subprocess.Result {
        try run(Locations.contrast(), arguments, environment: environment, input: input, status: status)
    }

    /// Runs a program and expects an exit code.
    @discardableResult
    package func run(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:],
        input: String = "/dev/null", status: Int = 0
    ) throws -> Subprocess.Result {
        let result = try Subprocess(
            executable: executable, arguments: arguments.flatMap { $0.split(separator: " ").map(String.init) },
            environment: environment, directory: path, input: input
        ).run()
        #expect(result.status == status, "\(arguments): \(String(decoding: result.stderr, as: UTF8.self))")
        return result
    }

    /// What a published schema refuses of files, see check-schema.py.
    package func schemaProblems(_ schema: String, _ files: [String]) throws -> String {
        guard let python = Locations.pythonTool("python") else { throw HarnessError("CONTRAST_REGO_PYTHON is not set") }
        let result = try Subprocess(
            executable: python, arguments: [Locations.repository + "/Tests/Support/check-schema.py", schema] + files,
            directory: path
        ).run()
        guard result.status == 0 else { throw HarnessError(result.errorText) }
        return String(decoding: result.stdout, as: UTF8.self)
    }

    package func write(_ text: String, to name: String) throws {
        try Files.write(Array(text.utf8), to: "\(path)/\(name)")
    }

    package func tree() throws -> [String: [UInt8]] { try Files.tree(path) }
}
