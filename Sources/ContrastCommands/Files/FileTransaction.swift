// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Files that change together: all are written beside their targets first, then all are renamed into place. Until the
/// first rename nothing has changed, and a failure before it leaves nothing behind. A failed rename is answered by
/// putting the originals back, which were kept under names of their own.
struct FileTransaction {
    private struct Change {
        var temporary: String
        var target: String
        /// Whether nothing may be replaced.
        var isNew: Bool
        /// The original, from the commit on; `nil` where there is none.
        var original: String?
    }

    private var staged: [Change] = []
    /// The file that grows, with the target that it is for.
    private var growing: (file: GrowingFileBox, target: String)?
    /// Devices and pipes, which nothing can take the place of.
    private var streams: [(target: String, bytes: [UInt8])] = []
    private let directories = StagingDirectories()

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
        try visit(target)
        if info?.kind == .file, let old = try? FileSystem.read(target, limit: bytes.count + 1), old == bytes {
            return false
        }
        if info?.kind == .file, access(target, W_OK) != 0 { throw FileError(target, errno) }
        let resolved = FileSystem.resolved(target)
        let temporary = try write(bytes, beside: resolved, mode: mode, for: target)
        if let info {
            _ = chown(temporary, info.user, info.group)
            chmod(temporary, info.mode)
        }
        staged.append(Change(temporary: temporary, target: resolved, isNew: false))
        return true
    }

    /// Writes the next piece of a target, of which there is one at a time.
    mutating func append(to target: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws(FileError) {
        if growing == nil { growing = (try begin(target, mode: mode), target) }
        guard let growing else { return }
        do throws(FileError) {
            try growing.file.append(bytes)
        } catch {
            throw FileError(target, error.code)
        }
    }

    /// Ends the target that was written piece by piece.
    ///
    /// - Returns: whether the content differs from what is there.
    mutating func finishAppending() throws(FileError) -> Bool {
        guard let (file, target) = growing else { return false }
        growing = nil
        let temporary = file.path
        let resolved = FileSystem.resolved(target)
        do throws(FileError) {
            try file.finish()
        } catch {
            TemporaryFiles.shared.withLock { $0.remove(temporary) }
            throw FileError(target, error.code)
        }
        let info = FileSystem.info(target)
        if info?.kind == .file, FileSystem.haveSameContent(temporary, resolved) {
            TemporaryFiles.shared.withLock { $0.remove(temporary) }
            return false
        }
        if let info {
            _ = chown(temporary, info.user, info.group)
            chmod(temporary, info.mode)
        }
        staged.append(Change(temporary: temporary, target: resolved, isNew: false))
        return true
    }

    private mutating func begin(_ target: String, mode: mode_t) throws(FileError) -> GrowingFileBox {
        let info = FileSystem.info(target)
        if info?.kind == .directory { throw FileError(target, EISDIR) }
        try visit(target)
        if info?.kind == .file, access(target, W_OK) != 0 { throw FileError(target, errno) }
        var made: GrowingFileBox?
        do throws(FileError) {
            _ = try Self.temporary(beside: FileSystem.resolved(target)) { path throws(FileError) in
                made = GrowingFileBox(try GrowingFile(path, mode: mode))
            }
        } catch {
            throw FileError(target, error.code)
        }
        guard let made else { throw FileError(target, EIO) }
        return made
    }

    /// Whether a target can only be written to, not replaced: a device or a pipe.
    static func isStream(_ target: String) -> Bool { FileSystem.info(target)?.kind == .other }

    /// Writes a file that must not be there yet when it gets its name.
    mutating func stageNew(_ target: String, _ bytes: [UInt8], mode: mode_t) throws(FileError) {
        try visit(target)
        let temporary = try write(bytes, beside: target, mode: mode, for: target)
        staged.append(Change(temporary: temporary, target: target, isNew: true))
    }

    /// Removes what runs that were killed have left beside a target, whether or not this run changes it.
    func visit(_ target: String) throws(FileError) {
        try directories.enter(FileSystem.directory(of: FileSystem.resolved(target)))
    }

    private func write(_ bytes: [UInt8], beside target: String, mode: mode_t, for name: String) throws(FileError)
        -> String
    {
        do throws(FileError) {
            return try Self.temporary(beside: target) { path throws(FileError) in
                try FileSystem.create(path, bytes, mode: mode)
            }
        } catch {
            throw FileError(name, error.code)
        }
    }

    /// Writes to devices and pipes, then renames all staged files into place.
    mutating func commit() throws(FileError) {
        do throws(FileError) {
            while let stream = streams.popLast() { try FileSystem.writeThrough(stream.target, stream.bytes) }
            for index in staged.indices { try keepOriginal(index) }
            try replaceAll()
        } catch {
            rollBack()
            throw error
        }
        rollBack()
    }

    /// Gives the file that will be replaced a second name.
    private mutating func keepOriginal(_ index: Int) throws(FileError) {
        let target = staged[index].target
        guard !staged[index].isNew, let info = FileSystem.info(target) else { return }
        do throws(FileError) {
            staged[index].original = try Self.temporary(beside: target) { path throws(FileError) in
                try FileSystem.link(target, as: path)
                _ = chown(path, info.user, info.group)
            }
        } catch {
            throw FileError(target, error.code)
        }
    }

    /// A signal waits until all is done.
    private mutating func replaceAll() throws(FileError) {
        let changes = staged
        try TemporaryFiles.shared.withLock { files throws(FileError) in
            for (position, change) in changes.enumerated() {
                do throws(FileError) {
                    if change.isNew {
                        try FileSystem.link(change.temporary, as: change.target)
                    } else {
                        try files.rename(change.temporary, to: change.target)
                    }
                } catch {
                    var failure = error
                    for done in changes[..<position].reversed() where !Self.putBack(done, &files) {
                        failure.remaining.append(done.target)
                    }
                    throw failure
                }
            }
        }
    }

    private static func putBack(_ change: Change, _ files: inout TemporaryFiles) -> Bool {
        guard let original = change.original else { return unlink(change.target) == 0 }
        return (try? files.rename(original, to: change.target)) != nil
    }

    /// Removes all temporary files.
    mutating func rollBack() {
        for change in staged {
            TemporaryFiles.shared.withLock { files in
                files.remove(change.temporary)
                if let original = change.original { files.remove(original) }
            }
        }
        if let growing { TemporaryFiles.shared.withLock { $0.remove(growing.file.path) } }
        growing = nil
        staged = []
        streams = []
    }

    private static func temporary(
        beside target: String, _ make: (String) throws(FileError) -> Void
    ) throws(FileError) -> String {
        try TemporaryFiles.shared.withLock { files throws(FileError) in
            try files.make(in: FileSystem.directory(of: target), make)
        }
    }
}

/// A file that grows, in a place where only copyable values can be.
private final class GrowingFileBox {
    private var file: GrowingFile
    let path: String

    init(_ file: consuming GrowingFile) {
        path = file.path
        self.file = file
    }

    func append(_ bytes: [UInt8]) throws(FileError) { try file.append(bytes) }
    func finish() throws(FileError) { try file.finish() }
}
