// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The file operations of this target, on the system's calls.
enum FileCalls {
    /// Makes a directory unless it is there, and gives it its mode whatever the mask.
    static func makeDirectory(_ path: String, mode: mode_t) throws(SystemError) {
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemError("make the directory", path) }
        guard chmod(path, mode) == 0 else { throw SystemError("set the mode of", path) }
    }

    /// Puts a file in place as a whole: whoever opens it sees all of it or what was there before, also after a crash.
    static func replace(_ path: String, with bytes: UnsafeRawBufferPointer, mode: mode_t) throws(SystemError) {
        let staged = path + ".new"
        guard unlink(staged) == 0 || errno == ENOENT else { throw SystemError("remove", staged) }
        let file = open(staged, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemError("create", staged) }
        do throws(SystemError) {
            defer { close(file) }
            try write(bytes, to: file, at: 0, path: staged)
            guard fchmod(file, mode) == 0 else { throw SystemError("set the mode of", staged) }
            guard fsync(file) == 0 else { throw SystemError("write", staged) }
        } catch {
            unlink(staged)
            throw error
        }
        guard rename(staged, path) == 0 else { throw SystemError("replace", path) }
    }

    static func remove(_ path: String) throws(SystemError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemError("remove", path) }
    }

    /// The bytes of a range of a file or device; fewer when it ends before.
    static func read(_ path: String, at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        // Without O_NONBLOCK, a named pipe would be waited for that nobody writes to.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        while bytes.count < count {
            var failure: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: min(count - bytes.count, 1 << 20)) { buffer, got in
                var result = pread(file, buffer.baseAddress, buffer.count, off_t(offset + bytes.count))
                while result < 0, errno == EINTR {
                    result = pread(file, buffer.baseAddress, buffer.count, off_t(offset + bytes.count))
                }
                if result < 0 { failure = errno }
                got = max(0, result)
            }
            if failure != 0 { throw SystemError("read", path, code: failure) }
            if piece.isEmpty { break }
            bytes += piece
        }
        return bytes
    }

    static func write(
        _ bytes: UnsafeRawBufferPointer, to file: Int32, at offset: Int, path: String
    ) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let written = pwrite(file, rest.baseAddress, rest.count, off_t(offset + done))
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SystemError("write", path) }
            done += written
        }
    }
}
