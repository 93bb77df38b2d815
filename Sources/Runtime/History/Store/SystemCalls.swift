// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// What a directory store asks of the kernel, each method one call. Failures are thrown as `errno`.
package protocol SystemCalls: Sendable {
    /// A descriptor of a directory, opened by path.
    func openDirectory(_ path: String) throws(SystemError) -> Int32
    /// A descriptor of a directory in a directory; links are not followed.
    func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32
    func makeDirectory(_ name: String, in directory: Int32) throws(SystemError)
    /// A descriptor for reading; links are not followed, and nothing blocks.
    func openForReading(_ name: String, in directory: Int32) throws(SystemError) -> Int32
    /// A descriptor of a new file, mode 0600.
    func create(_ name: String, in directory: Int32) throws(SystemError) -> Int32
    /// A descriptor of a file that is made when it is not there, mode 0600.
    func openOrCreate(_ name: String, in directory: Int32) throws(SystemError) -> Int32
    /// The size of a regular file; `nil` for what is none.
    func size(_ descriptor: Int32) throws(SystemError) -> Int?
    /// Takes an exclusive lock that ends with the descriptor, or fails at once.
    func lock(_ descriptor: Int32) throws(SystemError)
    /// Bytes that follow, `count` at most; none at the end.
    func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8]
    /// How many of the bytes were written.
    func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int
    func synchronize(_ descriptor: Int32) throws(SystemError)
    func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError)
    func remove(_ name: String, in directory: Int32) throws(SystemError)
    func close(_ descriptor: Int32)
}

/// A failed system call.
package struct SystemError: Error, Sendable, Equatable {
    package var operation: String
    /// `errno`.
    package var number: Int32

    package init(operation: String, number: Int32) {
        self.operation = operation
        self.number = number
    }

    var isNotFound: Bool { number == ENOENT }
    var isExisting: Bool { number == EEXIST }
    var isLocked: Bool { number == EWOULDBLOCK }
    /// A link, or a file where a directory should be, or the other way round.
    var isOtherKind: Bool { number == ELOOP || number == ENOTDIR || number == EISDIR || number == ENXIO }
}

/// The calls of the kernel itself.
package struct Kernel: SystemCalls {
    #if canImport(Glibc)
        private static let read = Glibc.read
        private static let write = Glibc.write
        private static let close = Glibc.close
    #else
        private static let read = Musl.read
        private static let write = Musl.write
        private static let close = Musl.close
    #endif

    package init() {}

    private func checked<Result: SignedInteger>(_ operation: String, _ call: () -> Result) throws(SystemError) -> Result
    {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw SystemError(operation: operation, number: errno) }
        }
    }

    package func openDirectory(_ path: String) throws(SystemError) -> Int32 {
        try checked("open") { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    }

    package func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try checked("open") { openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
    }

    package func makeDirectory(_ name: String, in directory: Int32) throws(SystemError) {
        _ = try checked("mkdir") { mkdirat(directory, name, 0o700) }
    }

    package func openForReading(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try checked("open") { openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
    }

    package func create(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try checked("open") { openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
    }

    package func openOrCreate(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try checked("open") { openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600) }
    }

    package func size(_ descriptor: Int32) throws(SystemError) -> Int? {
        var status = stat()
        _ = try checked("fstat") { fstat(descriptor, &status) }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    package func lock(_ descriptor: Int32) throws(SystemError) {
        _ = try checked("flock") { flock(descriptor, LOCK_EX | LOCK_NB) }
    }

    package func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let found = try checked("read") {
            bytes.withUnsafeMutableBytes { Self.read(descriptor, $0.baseAddress, $0.count) }
        }
        return Array(bytes.prefix(found))
    }

    package func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        try checked("write") { bytes.withUnsafeBytes { Self.write(descriptor, $0.baseAddress, $0.count) } }
    }

    package func synchronize(_ descriptor: Int32) throws(SystemError) {
        _ = try checked("fsync") { fsync(descriptor) }
    }

    package func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError) {
        _ = try checked("rename") { renameat(directory, name, directory, newName) }
    }

    package func remove(_ name: String, in directory: Int32) throws(SystemError) {
        _ = try checked("unlink") { unlinkat(directory, name, 0) }
    }

    package func close(_ descriptor: Int32) { _ = Self.close(descriptor) }
}
