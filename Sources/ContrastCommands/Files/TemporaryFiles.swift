// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The temporary files of this process, known to the thread that waits for signals, which removes them before the
/// process ends.
struct TemporaryFiles: ~Copyable {
    static let shared = Mutex(TemporaryFiles())

    private var paths: Set<String> = []
    private var counter = 0
    private static let attempts = 1000

    /// Makes a file under a name of its own.
    ///
    /// - Parameter make: fails with `EEXIST` where something has the name already.
    /// - Returns: its path.
    mutating func make(in directory: String, _ make: (String) throws(FileError) -> Void) throws(FileError) -> String {
        for _ in 0..<Self.attempts {
            let path = Self.path(in: directory, counter)
            counter += 1
            do throws(FileError) {
                try make(path)
            } catch {
                if error.isExisting { continue }
                throw error
            }
            paths.insert(path)
            return path
        }
        throw FileError(directory, EEXIST)
    }

    mutating func remove(_ path: String) {
        if paths.remove(path) != nil { unlink(path) }
    }

    /// Moves a file into place.
    mutating func rename(_ path: String, to target: String) throws(FileError) {
        guard Glibc_rename(path, target) == 0 else { throw FileError(target, errno) }
        paths.remove(path)
    }

    mutating func removeAll() {
        for path in paths { unlink(path) }
        paths = []
    }

    // MARK: - Names

    private static let prefix = ".contrast-"
    private static let suffix = ".tmp"

    private static func path(in directory: String, _ number: Int) -> String {
        let name = "\(prefix)\(getpid())-\(number)\(suffix)"
        return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }

    /// Whether a name is one that `make` gives.
    static func isTemporary(_ name: String) -> Bool {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return false }
        let middle = name.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        let numbers = middle.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return numbers.count == 2
            && numbers.allSatisfy { digits in
                !digits.isEmpty && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            }
    }
}

private func Glibc_rename(_ from: String, _ to: String) -> Int32 { rename(from, to) }
