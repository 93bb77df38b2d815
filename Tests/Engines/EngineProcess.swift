// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
package import IR

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A real policy engine in a process of its own, which answers a line for each line that it is given.
package final class EngineProcess {
    package enum Engine: String, CaseIterable, Sendable { case regorus, opa }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// The Python that has the engines.
    package static let python = ProcessInfo.processInfo.environment["CONTRAST_REGO_PYTHON"]

    package let engine: Engine
    private let process: pid_t
    /// Both ends of a conversation are one socket.
    private let socket: Int32
    private var received: [UInt8] = []

    package init(_ engine: Engine) throws {
        guard let python = Self.python else { throw Failure(description: "CONTRAST_REGO_PYTHON is not set") }
        // A judge that dies is an error to report, not a reason to die.
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Failure(description: "no socket pair") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let words: [String] = [python, Self.script, engine.rawValue]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, python, &actions, nil, &arguments, environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw Failure(description: "\(python) does not start: \(code)")
        }
        self.engine = engine
        process = child
        socket = ends[0]
    }

    deinit {
        close(socket)
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
    }

    private static let script: String = {
        let file = URL(filePath: #filePath)
        return file.deletingLastPathComponent().appending(path: "judge.py").path()
    }()

    /// Sends a command. Its answer must be read before the next one is sent.
    package func send(_ command: JSONValue) throws {
        var rest = (JSONPrinter.print(command) + [0x0A])[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(description: "\(engine) does not listen") }
            rest = rest.dropFirst(count)
        }
    }

    package func receive() throws -> JSONValue {
        while true {
            if received.last == 0x0A {
                defer { received = [] }
                return try JSONParser.parse(received)
            }
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(socket, &buffer, buffer.count)
            guard count > 0 else { throw Failure(description: "\(engine) has ended") }
            received += buffer[..<count]
        }
    }
}
