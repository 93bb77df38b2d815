// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Runs programs of the system, with an environment of its own and nothing on standard input.
enum ProgramLauncher {
    /// More output of one program is dropped.
    static let outputLimit = 1 << 20

    private static let environment = [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
        // No udev runs in a pod: libdevmapper makes the device nodes itself and must not wait for it.
        "DM_DISABLE_UDEV=1",
        // Images have no /run.
        "XTABLES_LOCKFILE=/tmp/xtables.lock",
    ]

    static func run(_ program: Program) throws(SystemError) -> ProgramResult {
        // Files, so that no pipe can fill up while the other one is read.
        let output = try scratchFile()
        defer { close(output) }
        let errors = try scratchFile()
        defer { close(errors) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)

        let arguments = ([program.name] + program.arguments).map { strdup($0) } + [nil]
        let environment = environment.map { strdup($0) } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var process = pid_t()
        let code = posix_spawnp(&process, program.name, &actions, nil, arguments, environment)
        guard code == 0 else { throw SystemError("start", program.name, code: code) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 {
            guard errno == EINTR else { throw SystemError("wait for", program.name) }
        }
        let signal = Int(status & 0x7F)
        return ProgramResult(
            status: signal == 0 ? Int((status >> 8) & 0xFF) : 128 + signal, output: contents(output),
            errors: contents(errors))
    }

    /// A file without a name.
    private static func scratchFile() throws(SystemError) -> Int32 {
        var template = Array("/tmp/contrast-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw SystemError("create a file in", "/tmp") }
        unlink(template)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        return file
    }

    private static func contents(_ file: Int32) -> [UInt8] {
        let size = min(Int(max(0, lseek(file, 0, SEEK_END))), outputLimit)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = max(0, pread(file, buffer.baseAddress, size, 0))
        }
    }
}
