// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Files that change together: all are written beside their targets first, then all are renamed into place. Until the
/// first rename nothing has changed, and a failure before it leaves nothing behind.
struct FileTransaction {
    private var staged: [(temporary: String, target: String)] = []
    /// Devices and pipes, which nothing can take the place of.
    private var streams: [(target: String, bytes: [UInt8])] = []
    private static let attempts = 100

    /// Writes new content beside a target. Nothing is written when the target has these bytes already.
    ///
    /// A symbolic link stays: the file it leads to is replaced. Permissions are kept; new files get `mode`.
    /// - Returns: whether the content differs from what is there.
    @discardableResult
    mutating func stage(_ target: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws(FileError) -> Bool {
        let info = FileSystem.info(target)
        if info?.kind == .directory { throw FileError(target, EISDIR) }
        if info?.kind == .other {
            streams.append((target, bytes))
            return true
        }
        if info?.kind == .file, let old = try? FileSystem.read(target, limit: bytes.count + 1), old == bytes {
            return false
        }
        if info?.kind == .file, access(target, W_OK) != 0 { throw FileError(target, errno) }
        let resolved = FileSystem.resolved(target)
        for attempt in 0..<Self.attempts {
            let temporary = "\(resolved).\(getpid()).\(attempt).tmp"
            do throws(FileError) {
                try FileSystem.create(temporary, bytes, mode: mode)
            } catch {
                if error.isExisting { continue }
                throw FileError(target, error.code)
            }
            if let info {
                _ = chown(temporary, info.user, info.group)
                chmod(temporary, info.mode)
            }
            staged.append((temporary, resolved))
            return true
        }
        throw FileError(target, EEXIST)
    }

    /// Writes to devices and pipes, then renames all staged files into place.
    mutating func commit() throws(FileError) {
        while let stream = streams.popLast() {
            do throws(FileError) {
                try FileSystem.writeThrough(stream.target, stream.bytes)
            } catch {
                rollBack()
                throw error
            }
        }
        while let file = staged.first {
            guard rename(file.temporary, file.target) == 0 else {
                let failure = FileError(file.target, errno)
                rollBack()
                throw failure
            }
            staged.removeFirst()
        }
    }

    /// Removes what was staged and not committed.
    mutating func rollBack() {
        for file in staged { unlink(file.temporary) }
        staged = []
        streams = []
    }
}
