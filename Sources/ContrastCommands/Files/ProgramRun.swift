// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What came of a program that was run to its end. No shell takes part.
struct ProgramRun {
    /// Exit code; 128 and the signal's number after a signal.
    var status: Int
    var output: [UInt8]
    /// What it said on standard error, its first bytes.
    var errors: String

    private static let errorLimit = 4096

    /// Runs a program of the search path.
    ///
    /// - Parameters:
    ///   - input: its standard input.
    ///   - environment: variables over those of this process.
    ///   - outputLimit: bytes; of more, one byte beyond is given, so that the caller can tell.
    static func run(
        _ program: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        outputLimit: Int
    ) throws(FileError) -> ProgramRun {
        // Files without names, so that no pipe can fill up while another one is read.
        let streams = try (0..<3).map { _ throws(FileError) in try ScratchFile() }
        try streams[0].write(input)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, stream.descriptor, Int32(number))
        }
        let argv = ([program] + arguments).map { strdup($0) } + [nil]
        let envp = Environment.with(environment).map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var process = pid_t()
        let code = posix_spawnp(&process, program, &actions, nil, argv, envp)
        guard code == 0 else { throw FileError(program, code) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 {
            guard errno == EINTR else { throw FileError(program, errno) }
        }
        let signal = Int(status & 0x7F)
        return ProgramRun(
            status: signal == 0 ? Int((status >> 8) & 0xFF) : 128 + signal,
            output: streams[1].read(limit: outputLimit),
            errors: String(decoding: streams[2].read(limit: Self.errorLimit).prefix(Self.errorLimit), as: UTF8.self))
    }
}

/// A file without a name.
private final class ScratchFile {
    let descriptor: Int32

    init() throws(FileError) {
        let directory = Environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(directory)/contrast-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw FileError(directory, errno) }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws(FileError) {
        let failure = FileSystem.writeAll(descriptor, bytes)
        guard failure == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw FileError("a temporary file", failure == 0 ? errno : failure)
        }
    }

    /// Stops one byte after `limit`.
    func read(limit: Int) -> [UInt8] {
        let size = min(max(0, Int(lseek(descriptor, 0, SEEK_END))), limit + 1)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = 0
            while count < size {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + count }, size - count, off_t(count))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                count += got
            }
        }
    }
}
