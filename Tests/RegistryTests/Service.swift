// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A program of the tests that serves on loopback. It ends when its standard input does.
final class Service: Sendable {
    let port: Int
    private let process: Mutex<Process>
    private let input: Mutex<Pipe>

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Where a program is; `nil` when it is not installed.
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
    }

    private init(_ process: Process, _ input: Pipe, port: Int) {
        self.process = Mutex(process)
        self.input = Mutex(input)
        self.port = port
    }

    deinit {
        input.withLock { try? $0.fileHandleForWriting.close() }
        process.withLock { $0.waitUntilExit() }
    }

    /// Starts a program that prints its port, and ends with its standard input.
    static func printing(_ executable: String, _ arguments: [String]) throws -> Service {
        let output = Pipe()
        let (process, input) = try start(executable, arguments, output: output)
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Failure(description: "'\(executable)' printed '\(line)' in place of a port")
        }
        return Service(process, input, port: port)
    }

    /// Starts a program that serves on a port that was free a moment ago.
    ///
    /// - Parameter directory: is removed when it ends.
    static func serving(
        _ executable: String, on port: Int, _ arguments: [String], directory: String
    ) throws -> Service {
        // So that it ends with the tests, however they end.
        let script = "directory=$0; \"$@\" & read -r end; kill $!; rm -rf \"$directory\""
        let (process, input) = try start(
            "/bin/sh", ["-c", script, directory, executable] + arguments, output: FileHandle.nullDevice)
        let service = Service(process, input, port: port)
        for _ in 0..<500 {
            if canConnect(port) { return service }
            guard process.isRunning else { break }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw Failure(description: "'\(executable)' does not serve")
    }

    private static func start(_ executable: String, _ arguments: [String], output: Any) throws -> (Process, Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        let input = Pipe()
        // Another program must not hold the end open.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, input)
    }

    /// A port of loopback that nobody uses.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let done = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard done else { throw Failure(description: "no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func canConnect(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
