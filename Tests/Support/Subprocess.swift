// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One execution of a program, with its streams in files, so that no pipe can fill up.
package struct Subprocess {
    package var executable: String
    package var arguments: [String]
    package var environment: [String: String]
    package var directory: String
    /// A file that is its standard input.
    package var input: String

    package init(
        executable: String, arguments: [String], environment: [String: String] = [:], directory: String,
        input: String = "/dev/null"
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
    }

    package struct Result {
        /// Exit code; 128 and the signal's number after a signal.
        package var status: Int
        package var stdout: [UInt8]
        package var stderr: [UInt8]

        package var errorText: String { String(decoding: stderr, as: UTF8.self) }
    }

    package func run() throws -> Result { try start().wait() }

    /// Starts the program and does not wait for it.
    package func start() throws -> Running {
        let scratch = try TemporaryDirectory()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, scratch.path + "/stdout", O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, scratch.path + "/stderr", O_WRONLY | O_CREAT, 0o600)

        // The shell changes the directory, for which posix_spawn has no portable way.
        let argv =
            (["sh", "-c", "cd \"$0\" && exec \"$@\"", directory, executable] + arguments).map { strdup($0) } + [nil]
        let envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var process = pid_t()
        let code = posix_spawn(&process, "/bin/sh", &actions, nil, argv, envp)
        guard code == 0 else {
            scratch.remove()
            throw HarnessError("cannot start '\(executable)': \(String(cString: strerror(code)))")
        }
        return Running(process: process, scratch: scratch)
    }

    /// A program that was started and is to be waited for, once.
    package struct Running {
        let process: pid_t
        let scratch: TemporaryDirectory

        package var processID: Int { Int(process) }

        /// What it has written to standard error so far.
        package var errors: [UInt8] { (try? Files.read(scratch.path + "/stderr")) ?? [] }
        package var errorText: String { String(decoding: errors, as: UTF8.self) }

        /// Sends it a signal.
        package func send(_ signal: Int32) { kill(process, signal) }

        package func wait() throws -> Result {
            defer { scratch.remove() }
            var status: Int32 = 0
            while waitpid(process, &status, 0) == -1 {
                guard errno == EINTR else { throw HarnessError("cannot wait for process \(process)") }
            }
            let signal = Int(status & 0x7F)
            return Result(
                status: signal == 0 ? Int((status >> 8) & 0xFF) : 128 + signal,
                stdout: try Files.read(scratch.path + "/stdout"), stderr: try Files.read(scratch.path + "/stderr"))
        }
    }
}

/// A failure of the harness itself.
package struct HarnessError: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
