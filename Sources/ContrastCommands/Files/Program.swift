// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A program that was started and not yet waited for.
struct Program {
    private let process: pid_t

    /// An `errno`.
    struct Failure: Error {
        var code: Int32
    }

    /// Starts a program of the search path; no shell takes part. It does not take over how this process treats signals.
    ///
    /// - Parameters:
    ///   - environment: variables over those of this process.
    ///   - streams: descriptors that become its standard input, output and error, as many as are given; the others it
    ///     shares with this process.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], streams: [Int32]
    ) throws(Failure) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
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
        var envp = environment.isEmpty ? [] : Environment.with(environment).map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var process = pid_t()
        let code = envp.withUnsafeMutableBufferPointer { own in
            posix_spawnp(&process, program, &actions, &attributes, argv, own.isEmpty ? environ : own.baseAddress)
        }
        guard code == 0 else { throw Failure(code: code) }
        self.process = process
    }

    func end() { kill(process, SIGKILL) }

    /// Waits for its end: its exit code, or 128 and the signal's number after a signal.
    func wait() -> Int {
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        let signal = Int(status & 0x7F)
        return signal == 0 ? Int((status >> 8) & 0xFF) : 128 + signal
    }
}
