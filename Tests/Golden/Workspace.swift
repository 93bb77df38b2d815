// SPDX-License-Identifier: Apache-2.0

import Testing

/// A temporary copy of an example in which contrast can run.
struct Workspace {
    let directory: TemporaryDirectory
    var path: String { directory.path }

    init(example: String) throws {
        directory = try TemporaryDirectory()
        try Files.copyTree(Locations.examples + "/" + example, into: directory.path)
    }

    func remove() { directory.remove() }

    /// Runs contrast and expects an exit code.
    @discardableResult
    func contrast(
        _ arguments: String..., environment: [String: String] = [:], input: String = "/dev/null", status: Int = 0
    ) throws -> Subprocess.Result {
        let result = try Subprocess(
            executable: Locations.contrast(),
            arguments: arguments.flatMap { $0.split(separator: " ").map(String.init) },
            environment: environment, directory: path, input: input
        ).run()
        #expect(result.status == status, "\(arguments): \(String(decoding: result.stderr, as: UTF8.self))")
        return result
    }

    func tree() throws -> [String: [UInt8]] { try Files.tree(path) }
}
