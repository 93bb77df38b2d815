// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The directories that a run has targets in. Each is locked as long as the run lasts, by any number of runs at once;
/// a run that has a directory for itself removes what runs that were killed have left there.
///
/// The lock is the system's (`flock`), so that it ends with the process, however that ends, and holds between
/// containers that share a volume, where process numbers say nothing. Where a file system has none, nothing is removed.
final class StagingDirectories {
    private var descriptors: [String: Int32] = [:]

    deinit {
        for descriptor in descriptors.values { close(descriptor) }
    }

    /// Enters a directory for the rest of the run.
    func enter(_ path: String) throws(FileError) {
        guard descriptors[path] == nil else { return }
        var descriptor = Self.open(path)
        if descriptor < 0, errno == EMFILE, Self.raiseDescriptorLimit() { descriptor = Self.open(path) }
        guard descriptor >= 0 else {
            // One that may be written but not read is locked by nobody.
            if errno == EMFILE || errno == ENFILE { throw FileError(path, errno) }
            descriptors[path] = -1
            return
        }
        descriptors[path] = descriptor
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { Self.removeStale(path) }
        while flock(descriptor, LOCK_SH) != 0, errno == EINTR {}
    }

    private static func open(_ path: String) -> Int32 { Glibc_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }

    private static func removeStale(_ path: String) {
        for name in (try? FileSystem.names(in: path)) ?? [] where TemporaryFiles.isTemporary(name) {
            let stale = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            if FileSystem.isRegular(stale) { unlink(stale) }
        }
    }

    private static func raiseDescriptorLimit() -> Bool {
        var limit = rlimit()
        guard getrlimit(descriptorLimit, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return false }
        limit.rlim_cur = limit.rlim_max
        return setrlimit(descriptorLimit, &limit) == 0
    }

    #if canImport(Glibc)
        private static let descriptorLimit = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let descriptorLimit = RLIMIT_NOFILE
    #endif
}

private func Glibc_open(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }
