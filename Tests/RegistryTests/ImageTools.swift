// SPDX-License-Identifier: Apache-2.0

import Foundation

/// `umoci`, `skopeo` and `buildah`, which work without a daemon, in a directory of their own.
struct ImageTools {
    /// Only root may make the owners of files in images without help.
    static let work = geteuid() == 0 && ["umoci", "skopeo", "buildah"].allSatisfy { Service.find($0) != nil }

    let directory: String
    /// The registry that images are pushed to.
    let host: String

    /// Runs a program to its end.
    @discardableResult
    func run(_ name: String, _ arguments: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try program(name))
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot", "XDG_RUNTIME_DIR": directory]) { $1 }
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Service.Failure(description: "\(name) \(arguments): \(text)")
        }
        return text
    }

    private func program(_ name: String) throws -> String {
        guard let program = Service.find(name) else { throw Service.Failure(description: "\(name) is not installed") }
        return program
    }

    func buildah(_ arguments: String) throws { try run("buildah", "--root storage --runroot run \(arguments)") }

    func push(_ source: String, _ target: String, _ flags: String = "") throws {
        try run("skopeo", "copy -q \(flags) --dest-tls-verify=false \(source) docker://\(host)/\(target)")
    }

    func write(_ text: String, _ path: String) throws {
        let url = URL(fileURLWithPath: "\(directory)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(directory)/\(path)") }
}
