// SPDX-License-Identifier: Apache-2.0

import Foundation
import History
import Synchronization

/// A disk with room for a number of writes of seven bytes.
final class FullDisk: SystemCalls {
    private let kernel = Kernel()
    private let writes: Mutex<Int>

    init(writes: Int) { self.writes = Mutex(writes) }

    func free() { writes.withLock { $0 = .max } }

    func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        let hasRoom = writes.withLock { writes in
            writes -= 1
            return writes >= 0
        }
        guard hasRoom else { throw SystemError(operation: "write", number: ENOSPC) }
        return try kernel.write(descriptor, bytes.prefix(7))
    }

    func openDirectory(_ path: String) throws(SystemError) -> Int32 { try kernel.openDirectory(path) }
    func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try kernel.openDirectory(name, in: directory)
    }
    func makeDirectory(_ name: String, in directory: Int32) throws(SystemError) {
        try kernel.makeDirectory(name, in: directory)
    }
    func openForReading(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try kernel.openForReading(name, in: directory)
    }
    func create(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try kernel.create(name, in: directory)
    }
    func openOrCreate(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try kernel.openOrCreate(name, in: directory)
    }
    func size(_ descriptor: Int32) throws(SystemError) -> Int? { try kernel.size(descriptor) }
    func lock(_ descriptor: Int32) throws(SystemError) { try kernel.lock(descriptor) }
    func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8] {
        try kernel.read(descriptor, count: count)
    }
    func synchronize(_ descriptor: Int32) throws(SystemError) { try kernel.synchronize(descriptor) }
    func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError) {
        try kernel.rename(name, to: newName, in: directory)
    }
    func remove(_ name: String, in directory: Int32) throws(SystemError) {
        try kernel.remove(name, in: directory)
    }
    func close(_ descriptor: Int32) { kernel.close(descriptor) }
}
