// SPDX-License-Identifier: Apache-2.0

import Foundation
import History
import Synchronization

/// The kernel's calls until a number of them were made; then nothing is done any more, as when a process was killed.
/// Closing always works, since the kernel does that for a dead process.
final class StoppingSystem: SystemCalls {
    private let kernel = Kernel()
    private let remaining: Mutex<Int>
    /// What the call that does not happen any more fails with; of writes, a part is done first.
    private let failure: Int32

    init(after calls: Int, failure: Int32 = EIO) {
        remaining = Mutex(calls)
        self.failure = failure
    }

    var isStopped: Bool { remaining.withLock { $0 < 0 } }

    private func spend(_ operation: String) throws(SystemError) {
        let isAllowed = remaining.withLock { remaining in
            remaining -= 1
            return remaining >= 0
        }
        if !isAllowed { throw SystemError(operation: operation, number: failure) }
    }

    func openDirectory(_ path: String) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.openDirectory(path)
    }
    func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.openDirectory(name, in: directory)
    }
    func makeDirectory(_ name: String, in directory: Int32) throws(SystemError) {
        try spend("mkdir")
        try kernel.makeDirectory(name, in: directory)
    }
    func openForReading(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.openForReading(name, in: directory)
    }
    func create(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.create(name, in: directory)
    }
    func openOrCreate(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try spend("open")
        return try kernel.openOrCreate(name, in: directory)
    }
    func size(_ descriptor: Int32) throws(SystemError) -> Int? {
        try spend("fstat")
        return try kernel.size(descriptor)
    }
    func lock(_ descriptor: Int32) throws(SystemError) {
        try spend("flock")
        try kernel.lock(descriptor)
    }
    func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8] {
        try spend("read")
        return try kernel.read(descriptor, count: count)
    }
    /// Seven bytes at a time, so that a file can be left half written.
    func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        try spend("write")
        return try kernel.write(descriptor, bytes.prefix(max(7, bytes.count / 2)))
    }
    func synchronize(_ descriptor: Int32) throws(SystemError) {
        try spend("fsync")
        try kernel.synchronize(descriptor)
    }
    func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError) {
        try spend("rename")
        try kernel.rename(name, to: newName, in: directory)
    }
    func remove(_ name: String, in directory: Int32) throws(SystemError) {
        try spend("unlink")
        try kernel.remove(name, in: directory)
    }
    func close(_ descriptor: Int32) { kernel.close(descriptor) }
}
