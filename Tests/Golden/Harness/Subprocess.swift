// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One execution of a program, with its streams in files, so that no pipe can fill up.
struct Subprocess {
    var executable: String
    var arguments: [String]
    var environment: [String: String] = [:]
    var directory: String
    /// A file that is its standard input.
    var input = "/dev/null"

    struct Result {
        /// Exit code; 128 and the signal's number after a signal.
        var status: Int
        var stdout: [UInt8]
        var stderr: [UInt8]
    }

    func run() throws -> Result {
        let scratch = try TemporaryDirectory()
        defer { scratch.remove() }
        let (out, err) = (scratch.path + "/stdout", scratch.path + "/stderr")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, err, O_WRONLY | O_CREAT, 0o600)

        // The shell changes the directory, for which posix_spawn has no portable way.
        let argv =
            (["sh", "-c", "cd \"$0\" && exec \"$@\"", directory, executable] + arguments).map { strdup($0) } + [nil]
        let envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var process = pid_t()
        let code = posix_spawn(&process, "/bin/sh", &actions, nil, argv, envp)
        guard code == 0 else { throw HarnessError("cannot start '\(executable)': \(String(cString: strerror(code)))") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 {
            guard errno == EINTR else { throw HarnessError("cannot wait for '\(executable)'") }
        }
        let signal = Int(status & 0x7F)
        return Result(
            status: signal == 0 ? Int((status >> 8) & 0xFF) : 128 + signal,
            stdout: try Files.read(out), stderr: try Files.read(err))
    }
}

/// A failure of the harness itself.
struct HarnessError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
