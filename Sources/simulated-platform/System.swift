// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What this program needs of the system.
enum System {
    struct Failure: Error, CustomStringConvertible {
        var path: String
        var code = errno
        var description: String { "\(path): \(String(cString: strerror(code)))" }
    }

    /// Bytes of a file; more than so many are not taken.
    private static let sizeLimit = 64 << 20

    /// Seconds since 1970.
    static var now: Int64 { Int64(time(nil)) }

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Makes a directory that only its owner can look into, unless there is one.
    static func makeDirectory(_ path: String) throws(Failure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Failure(path: path) }
    }

    /// Makes a file that must not exist yet.
    static func create(_ path: String, _ bytes: UnsafeRawBufferPointer, isSecret: Bool) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isSecret ? 0o600 : 0o644)
        guard descriptor >= 0, let file = fdopen(descriptor, "w") else { throw Failure(path: path) }
        setvbuf(file, nil, _IONBF, 0)
        let written = fwrite(bytes.baseAddress, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else {
            let failure = Failure(path: path)
            unlink(path)
            throw failure
        }
    }

    static func create(_ path: String, _ bytes: [UInt8]) throws(Failure) {
        let outcome = bytes.withUnsafeBytes { buffer in
            Result { () throws(Failure) in try create(path, buffer, isSecret: false) }
        }
        try outcome.get()
    }

    /// Writes to standard output.
    static func print(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
            guard written > 0 else { throw Failure(path: "standard output") }
            rest = rest.dropFirst(written)
        }
    }

    static func read(_ path: String) throws(Failure) -> [UInt8] {
        guard let file = fopen(path, "r") else { throw Failure(path: path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while bytes.count < sizeLimit {
            let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = fread(buffer.baseAddress, 1, buffer.count, file)
            }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        guard ferror(file) == 0 else { throw Failure(path: path) }
        return bytes
    }

    static func warn(_ line: String) { _ = (line + "\n").withCString { write(2, $0, strlen($0)) } }
}
