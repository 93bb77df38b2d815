// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Why a file operation failed.
struct FileError: Error {
    var path: String
    /// What the system says, e.g. "No such file or directory".
    var reason: String
    var code: Int32
    /// Files that were replaced before the failure and could not be put back.
    var remaining: [String] = []

    init(_ path: String, _ code: Int32) {
        self.path = path
        self.code = code
        reason = String(cString: strerror(code))
    }

    init(_ path: String, reason: String) {
        self.path = path
        self.reason = reason
        code = 0
    }

    var isExisting: Bool { code == EEXIST }
}

/// The few file operations that the commands need, on the system's calls.
enum FileSystem {
    /// What stands at a path, symbolic links followed.
    struct Info: Equatable {
        enum Kind { case file, directory, other }
        var kind: Kind
        /// Permission bits.
        var mode: mode_t
        /// Device and file number, which tell whether two paths are one file.
        var device: UInt64
        var number: UInt64
        /// User and group that own it.
        var user: uid_t
        var group: gid_t
    }

    /// `nil` when there is nothing, or nothing that may be seen.
    static func info(_ path: String) -> Info? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let kind: Info.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        return Info(
            kind: kind, mode: status.st_mode & 0o7777, device: UInt64(truncatingIfNeeded: status.st_dev),
            number: UInt64(truncatingIfNeeded: status.st_ino), user: status.st_uid, group: status.st_gid)
    }

    /// Whether a path is that of a file, symbolic links not followed.
    static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// All bytes of a file; `-` is standard input.
    ///
    /// Stops one byte after `limit`, so that the caller can tell that there is more.
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        // Without O_NONBLOCK, a named pipe would be waited for that nobody writes to.
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(path, errno) }
        defer { if path != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        if path != "-" {
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw FileError(path, errno) }
            if status.st_mode & S_IFMT == S_IFDIR { throw FileError(path, EISDIR) }
            if status.st_mode & S_IFMT == S_IFIFO {
                // The shell's `<(command)` has its writer already.
                guard path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/") else {
                    throw FileError(path, reason: "it is a named pipe; give '-' or a file")
                }
                _ = fcntl(descriptor, F_SETFL, 0)
            }
            bytes.reserveCapacity(min(Int(status.st_size), limit) + 1)
        }
        let chunk = 1 << 16
        while bytes.count <= limit {
            var failure: Int32 = 0
            let before = bytes.count
            let buffer = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
                var got = Glibc_read(descriptor, buffer.baseAddress, chunk)
                while got < 0, errno == EINTR { got = Glibc_read(descriptor, buffer.baseAddress, chunk) }
                if got < 0 { failure = errno }
                count = max(0, got)
            }
            if failure != 0 { throw FileError(path, failure) }
            if buffer.isEmpty { break }
            bytes.append(contentsOf: buffer)
            precondition(bytes.count > before)
        }
        return bytes
    }

    /// Names in a directory, in bytewise order, without `.` and `..`.
    static func list(_ path: String) throws(FileError) -> [String] {
        try names(in: path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Names in a directory, in any order, without `.` and `..`.
    static func names(in path: String) throws(FileError) -> [String] {
        guard let directory = opendir(path) else { throw FileError(path, errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a file that must not exist yet and writes it to the disk.
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(FileError) {
        var file = try GrowingFile(path, mode: mode)
        do throws(FileError) {
            try file.append(bytes)
            try file.finish()
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Whether two files have the same bytes; not when one cannot be read.
    static func haveSameContent(_ left: String, _ right: String) -> Bool {
        let descriptors = [open(left, O_RDONLY | O_CLOEXEC), open(right, O_RDONLY | O_CLOEXEC)]
        defer { for descriptor in descriptors where descriptor >= 0 { close(descriptor) } }
        guard descriptors.allSatisfy({ $0 >= 0 }) else { return false }
        while true {
            let blocks = descriptors.map { block(of: $0) }
            guard let first = blocks[0], first == blocks[1] else { return false }
            if first.isEmpty { return true }
        }
    }

    /// The next bytes, as many as there are up to the size of a block; empty at the end, `nil` on failure.
    private static func block(of descriptor: Int32) -> [UInt8]? {
        let size = 1 << 16
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc_read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failed = true }
                if got <= 0 { return }
                count += got
            }
        }
        return failed ? nil : bytes
    }

    /// Gives a file a second name, which nothing may have yet.
    static func link(_ path: String, as name: String) throws(FileError) {
        if Glibc_link(path, name) == 0 { return }
        let reason = errno
        // Not every file system has second names, and a file that is mounted alone has none outside.
        guard [EPERM, ENOTSUP, EMLINK, EXDEV].contains(reason), let mode = info(path)?.mode else {
            throw FileError(name, reason)
        }
        try create(name, try read(path, limit: Int.max - 1), mode: mode)
    }

    /// Writes to standard error, which is where a failure of this would be told.
    static func writeError(_ bytes: [UInt8]) { _ = writeAll(2, bytes) }

    /// Writes to standard output.
    static func writeOutput(_ bytes: [UInt8]) throws(FileError) {
        let failure = writeAll(1, bytes)
        guard failure == 0 else { throw FileError("-", failure) }
    }

    /// Writes to what is no regular file: a device, or a pipe that somebody reads.
    static func writeThrough(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(path, errno) }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFL, 0)
        let failure = writeAll(descriptor, bytes)
        guard failure == 0 else { throw FileError(path, failure) }
    }

    /// The error's number, or 0.
    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var at = 0
            while at < buffer.count {
                let done = Glibc_write(descriptor, buffer.baseAddress?.advanced(by: at), buffer.count - at)
                if done < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                at += done
            }
            return 0
        }
    }

    /// The path with all symbolic links resolved, or itself when there is nothing.
    static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// The directory that a path is in.
    static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static var workingDirectory: String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    /// Makes a directory the working directory.
    static func enter(_ directory: String) throws(FileError) {
        guard chdir(directory) == 0 else { throw FileError(directory, errno) }
    }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
}

// The calls that FileSystem's own members would hide.
/// A new file that is written piece by piece.
struct GrowingFile: ~Copyable {
    let path: String
    private var descriptor: Int32

    /// The file must not exist yet.
    init(_ path: String, mode: mode_t) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError(path, errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    mutating func append(_ bytes: [UInt8]) throws(FileError) {
        let failure = FileSystem.writeAll(descriptor, bytes)
        guard failure == 0 else { throw FileError(path, failure) }
    }

    /// Sees to it that the content is on the disk.
    mutating func finish() throws(FileError) {
        var failure: Int32 = 0
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS { failure = errno }
        if close(descriptor) != 0, failure == 0 { failure = errno }
        descriptor = -1
        guard failure == 0 else { throw FileError(path, failure) }
    }
}

private func Glibc_read(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

private func Glibc_write(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}

private func Glibc_link(_ path: String, _ name: String) -> Int32 { link(path, name) }
