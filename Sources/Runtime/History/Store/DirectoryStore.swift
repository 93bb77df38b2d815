// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A store in a directory of the file system: one file for each value, in directories such as
/// `manifests`. It belongs to one process at a time.
///
/// A value is written to a temporary file, which is synchronised, renamed into place and confirmed by synchronising its
/// directory. So a value is there as a whole or not at all, whenever the process or the machine stops.
package final class DirectoryStore: HistoryStore {
    private static let lockName = "lock"
    private static let temporaryName = "writing.tmp"

    private let system: any SystemCalls
    private let root: Int32
    private let lock: Int32
    /// One writer at a time.
    private let writer = Mutex<Void>(())

    /// Opens a store in a directory that exists, and keeps it until the end.
    ///
    /// - Throws: `locked` when another has it open.
    package init(path: String, system: any SystemCalls = Kernel()) throws(StoreError) {
        self.system = system
        do throws(SystemError) {
            root = try system.openDirectory(path)
        } catch {
            throw StoreError(error)
        }
        do throws(SystemError) {
            lock = try system.openOrCreate(Self.lockName, in: root)
        } catch {
            system.close(root)
            throw StoreError(error)
        }
        do throws(SystemError) {
            try system.lock(lock)
            try recover()
        } catch {
            system.close(lock)
            system.close(root)
            throw error.isLocked ? .locked : StoreError(error)
        }
    }

    /// What a writer that was stopped has left is removed, and what it has put in place is confirmed.
    private func recover() throws(SystemError) {
        for name in StoreKey.directories {
            guard let directory = try found({ () throws(SystemError) in try system.openDirectory(name, in: root) })
            else { continue }
            defer { system.close(directory) }
            _ = try found { () throws(SystemError) in try system.remove(Self.temporaryName, in: directory) }
            try system.synchronize(directory)
        }
        try system.synchronize(root)
    }

    deinit {
        system.close(lock)
        system.close(root)
    }

    package func value(for key: StoreKey) throws(StoreError) -> [UInt8]? {
        do throws(SystemError) {
            let directory = try found { () throws(SystemError) in try system.openDirectory(key.directory, in: root) }
            guard let directory else { return nil }
            defer { system.close(directory) }
            let file = try found { () throws(SystemError) in try system.openForReading(key.name, in: directory) }
            guard let file else { return nil }
            defer { system.close(file) }
            guard let size = try system.size(file) else { throw .notAFile }
            guard size <= StoreKey.valueLimit else { throw .tooLarge }
            return try contents(of: file, atMost: size)
        } catch {
            throw StoreError(error, key)
        }
    }

    package func set(_ value: [UInt8], for key: StoreKey) throws(StoreError) {
        try writer.withLock { _ throws(StoreError) in
            // What is damaged, or no value at all, is written anew.
            if let found = try? self.value(for: key), found == value { return }
            try write(value, for: key)
        }
    }

    package func compareAndSwap(_ key: StoreKey, expected: [UInt8]?, _ value: [UInt8]) throws(StoreError) {
        try writer.withLock { _ throws(StoreError) in
            guard try self.value(for: key) == expected else { throw .conflict(key) }
            try write(value, for: key)
        }
    }

    private func write(_ value: [UInt8], for key: StoreKey) throws(StoreError) {
        guard value.count <= StoreKey.valueLimit else { throw .tooLarge(key) }
        do throws(SystemError) {
            let directory = try directory(key.directory)
            defer { system.close(directory) }
            _ = try found { () throws(SystemError) in try system.remove(Self.temporaryName, in: directory) }
            do throws(SystemError) {
                try create(Self.temporaryName, in: directory, value)
                try system.rename(Self.temporaryName, to: key.name, in: directory)
            } catch {
                try? system.remove(Self.temporaryName, in: directory)
                throw error
            }
            try system.synchronize(directory)
        } catch {
            throw StoreError(error, key)
        }
    }

    /// A directory of the store, made and confirmed when it is not there.
    private func directory(_ name: String) throws(SystemError) -> Int32 {
        let open = { [system, root] () throws(SystemError) in try system.openDirectory(name, in: root) }
        if let directory = try found(open) { return directory }
        try system.makeDirectory(name, in: root)
        try system.synchronize(root)
        return try open()
    }

    private func create(_ name: String, in directory: Int32, _ value: [UInt8]) throws(SystemError) {
        let file = try system.create(name, in: directory)
        defer { system.close(file) }
        var rest = value[...]
        while !rest.isEmpty {
            rest = rest.dropFirst(try system.write(file, rest))
        }
        try system.synchronize(file)
    }

    private func contents(of file: Int32, atMost size: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < size {
            let next = try system.read(file, count: size - bytes.count)
            if next.isEmpty { break }
            bytes += next
        }
        return bytes
    }

    /// `nil` when the call finds nothing under the name.
    private func found<Result>(_ call: () throws(SystemError) -> Result) throws(SystemError) -> Result? {
        do throws(SystemError) {
            return try call()
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }
}

extension SystemError {
    /// What is there is no regular file.
    fileprivate static let notAFile = SystemError(operation: "fstat", number: -1)
    /// The file is larger than any value.
    fileprivate static let tooLarge = SystemError(operation: "fstat", number: -2)
}

extension StoreError {
    fileprivate init(_ error: SystemError) { self = .system(operation: error.operation, number: error.number) }

    fileprivate init(_ error: SystemError, _ key: StoreKey) {
        if error == .notAFile || error.isOtherKind {
            self = .notAValue(key)
        } else if error == .tooLarge {
            self = .tooLarge(key)
        } else {
            self.init(error)
        }
    }
}
