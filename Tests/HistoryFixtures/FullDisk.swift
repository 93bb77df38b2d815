// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import History
internal import Synchronization

/// A disk with room for a number of writes of seven bytes.
package final class FullDisk: SystemCalls {
    private let kernel = Kernel()
    private let writes: Mutex<Int>

    package init(writes: Int = .max) { self.writes = Mutex(writes) }

    package func free() { fill(after: .max) }
    package func fill(after count: Int) { writes.withLock { $0 = count } }

    package func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        let hasRoom = writes.withLock { writes in
            writes -= 1
            return writes >= 0
        }
        guard hasRoom else { throw SystemError(operation: "write", number: ENOSPC) }
        return try kernel.write(descriptor, bytes.prefix(7))
    }

    package func openDirectory(_ path: String) throws(SystemError) -> Int32 { try kernel.openDirectory(path) }
    package func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try kernel.openDirectory(name, in: directory)
    }
    package func makeDirectory(_ name: String, in directory: Int32) throws(SystemError) {
        try kernel.makeDirectory(name, in: directory)
    }
    package func openForReading(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try kernel.openForReading(name, in: directory)
    }
    package func create(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try kernel.create(name, in: directory)
    }
    package func openOrCreate(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try kernel.openOrCreate(name, in: directory)
    }
    package func size(_ descriptor: Int32) throws(SystemError) -> Int? { try kernel.size(descriptor) }
    package func lock(_ descriptor: Int32) throws(SystemError) { try kernel.lock(descriptor) }
    package func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8] {
        try kernel.read(descriptor, count: count)
    }
    package func synchronize(_ descriptor: Int32) throws(SystemError) { try kernel.synchronize(descriptor) }
    package func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError) {
        try kernel.rename(name, to: newName, in: directory)
    }
    package func remove(_ name: String, in directory: Int32) throws(SystemError) {
        try kernel.remove(name, in: directory)
    }
    package func close(_ descriptor: Int32) { kernel.close(descriptor) }
}
