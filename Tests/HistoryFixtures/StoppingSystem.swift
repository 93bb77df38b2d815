// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import History
internal import Synchronization

/// The kernel's calls until a number of them were made; then nothing is done any more, as when a process was killed.
/// Closing always works, since the kernel does that for a dead process.
package final class StoppingSystem: SystemCalls {
    private let kernel = Kernel()
    private let remaining: Mutex<Int>

    package init(after calls: Int = .max) { remaining = Mutex(calls) }

    /// Counts from now on.
    package func stop(after calls: Int) { remaining.withLock { $0 = calls } }

    package var isStopped: Bool { remaining.withLock { $0 < 0 } }

    private func spend(_ operation: String) throws(SystemError) {
        let isAllowed = remaining.withLock { remaining in
            remaining -= 1
            return remaining >= 0
        }
        if !isAllowed { throw SystemError(operation: operation, number: EIO) }
    }

    package func openDirectory(_ path: String) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.openDirectory(path)
    }
    package func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.openDirectory(name, in: directory)
    }
    package func makeDirectory(_ name: String, in directory: Int32) throws(SystemError) {
        try spend("mkdir")
        try kernel.makeDirectory(name, in: directory)
    }
    package func openForReading(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.openForReading(name, in: directory)
    }
    package func create(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.create(name, in: directory)
    }
    package func openOrCreate(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.openOrCreate(name, in: directory)
    }
    package func size(_ descriptor: Int32) throws(SystemError) -> Int? {
        try spend("fstat")
        return try kernel.size(descriptor)
    }
    package func lock(_ descriptor: Int32) throws(SystemError) {
        try spend("flock")
        try kernel.lock(descriptor)
    }
    package func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8] {
        try spend("read")
        return try kernel.read(descriptor, count: count)
    }
    /// Seven bytes at a time, so that a file can be left half written.
    package func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        try spend("write")
        return try kernel.write(descriptor, bytes.prefix(max(7, bytes.count / 2)))
    }
    package func synchronize(_ descriptor: Int32) throws(SystemError) {
        try spend("fsync")
        try kernel.synchronize(descriptor)
    }
    package func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError) {
        try spend("rename")
        try kernel.rename(name, to: newName, in: directory)
    }
    package func remove(_ name: String, in directory: Int32) throws(SystemError) {
        try spend("unlink")
        try kernel.remove(name, in: directory)
    }
    package func close(_ descriptor: Int32) { kernel.close(descriptor) }
}
