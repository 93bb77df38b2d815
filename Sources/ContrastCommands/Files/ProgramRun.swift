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
        let status: Int
        do {
            status = try Program(program, arguments, environment: environment, streams: streams.map(\.descriptor))
                .wait()
        } catch {
            throw FileError(program, error.code)
        }
        return ProgramRun(
            status: status, output: streams[1].read(limit: outputLimit),
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
