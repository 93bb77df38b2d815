// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A program that was started, between two pipes.
struct ChildProcess {
    let input: Pipe
    let output: Pipe
    private let program: Program
    /// One at a time, since between the making of a pipe and its mark other programs would inherit it.
    private static let starting = Mutex(())

    struct Failure: Error {
        var reason: String
    }

    /// Starts a program, which is searched for as shells do. It does not take over how this process treats signals.
    init(_ program: String, _ arguments: [String]) throws(Failure) {
        let started = Self.starting.withLock { _ in
            guard let input = Pipe(), let output = Pipe() else {
                return Result<Self, Failure>.failure(Failure(reason: "no pipe can be made"))
            }
            do throws(Program.Failure) {
                let child = try Program(program, arguments, streams: [input.reading, output.writing])
                return .success(ChildProcess(input, output, child))
            } catch {
                return .failure(Failure(reason: String(cString: strerror(error.code))))
            }
        }
        self = try started.get()
        input.closeReading()
        output.closeWriting()
    }

    private init(_ input: Pipe, _ output: Pipe, _ program: Program) {
        self.input = input
        self.output = output
        self.program = program
    }

    /// What it prints until it closes its output.
    ///
    /// - Parameter patience: milliseconds to wait for more; negative to wait for ever.
    /// - Returns: `nil` when that takes too long or is more than `limit` bytes.
    func readOutput(limit: Int, patience: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= limit {
            var waiting = pollfd(fd: output.reading, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, patience)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            let count = read(output.reading, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
        return nil
    }

    func end() { program.end() }

    /// Its exit code; 128 and the signal's number after a signal.
    func wait() -> Int { program.wait() }
}

/// A pipe whose ends no other program inherits by accident.
final class Pipe {
    private(set) var reading: Int32
    private(set) var writing: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reading = ends[0]
        writing = ends[1]
    }

    deinit {
        closeReading()
        closeWriting()
    }

    func closeReading() { Self.end(&reading) }
    func closeWriting() { Self.end(&writing) }

    private static func end(_ descriptor: inout Int32) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
