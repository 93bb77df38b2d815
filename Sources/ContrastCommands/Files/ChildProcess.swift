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
    private let process: pid_t
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
            return Self.start(program, arguments, input, output).map { ChildProcess(input, output, $0) }
        }
        self = try started.get()
        input.closeReading()
        output.closeWriting()
    }

    private init(_ input: Pipe, _ output: Pipe, _ process: pid_t) {
        self.input = input
        self.output = output
        self.process = process
    }

    private static func start(
        _ program: String, _ arguments: [String], _ input: Pipe, _ output: Pipe
    ) -> Result<pid_t, Failure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, usual) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&usual)
        sigaddset(&usual, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let argv = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in argv { free(pointer) } }
        var process = pid_t()
        let code = posix_spawnp(&process, program, &actions, &attributes, argv, environ)
        return code == 0 ? .success(process) : .failure(Failure(reason: String(cString: strerror(code))))
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

    func end() { kill(process, SIGKILL) }

    /// Its exit code; 128 and the signal's number after a signal.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
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
