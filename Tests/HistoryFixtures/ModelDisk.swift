// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import History
internal import Synchronization

/// A disk that forgets, when the power fails, all that was not synchronised: the bytes of files, and the names in
/// directories. What may survive without being synchronised is lost here; what must survive is kept.
package final class ModelDisk: SystemCalls {
    private struct File {
        var bytes: [UInt8] = []
        var durable: [UInt8] = []
    }

    private struct Directory {
        var names: [String: Int] = [:]
        var durable: [String: Int] = [:]
    }

    private struct State {
        var files: [Int: File] = [:]
        var directories: [Int: Directory] = [0: Directory()]
        var next = 1
        var open: [Int32: (node: Int, position: Int)] = [:]
        var nextDescriptor: Int32 = 100
        var remaining: Int

        mutating func descriptor(_ node: Int) -> Int32 {
            nextDescriptor += 1
            open[nextDescriptor] = (node, 0)
            return nextDescriptor
        }

        mutating func node() -> Int {
            next += 1
            return next
        }
    }

    private let state: Mutex<State>

    /// - Parameter calls: after as many the power fails.
    package init(failingAfter calls: Int = .max) { state = Mutex(State(remaining: calls)) }

    private init(_ state: State) { self.state = Mutex(state) }

    /// Another disk with what would be left of this one.
    package func durableCopy() -> ModelDisk {
        let copy = ModelDisk(state.withLock { $0 })
        copy.restart()
        return copy
    }

    /// The machine starts again.
    package func restart() {
        state.withLock { state in
            state.open = [:]
            state.remaining = .max
            state.files = state.files.mapValues { File(bytes: $0.durable, durable: $0.durable) }
            state.directories = state.directories.mapValues { Directory(names: $0.durable, durable: $0.durable) }
        }
    }

    package func failPower(after calls: Int) { state.withLock { $0.remaining = calls } }
    package var hasFailed: Bool { state.withLock { $0.remaining < 0 } }

    private func call<Result>(
        _ operation: String, _ body: (inout State) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        try state.withLock { state throws(SystemError) in
            state.remaining -= 1
            if state.remaining < 0 { throw SystemError(operation: operation, number: EIO) }
            return try body(&state)
        }
    }

    private func find(_ name: String, in directory: Int32, _ state: State) throws(SystemError) -> Int {
        guard let node = state.open[directory].flatMap({ state.directories[$0.node]?.names[name] }) else {
            throw SystemError(operation: "open", number: ENOENT)
        }
        return node
    }

    package func openDirectory(_ path: String) throws(SystemError) -> Int32 {
        try call("open") { $0.descriptor(0) }
    }
    package func openDirectory(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try call("open") { state throws(SystemError) in
            state.descriptor(try find(name, in: directory, state))
        }
    }
    package func makeDirectory(_ name: String, in directory: Int32) throws(SystemError) {
        try call("mkdir") { state in
            let node = state.node()
            state.directories[node] = Directory()
            state.directories[state.open[directory]!.node]!.names[name] = node
        }
    }
    package func openForReading(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try call("open") { state throws(SystemError) in
            state.descriptor(try find(name, in: directory, state))
        }
    }
    package func create(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try call("open") { state in
            let node = state.node()
            state.files[node] = File()
            state.directories[state.open[directory]!.node]!.names[name] = node
            return state.descriptor(node)
        }
    }
    package func openOrCreate(_ name: String, in directory: Int32) throws(SystemError) -> Int32 {
        try create(name, in: directory)
    }
    package func size(_ descriptor: Int32) throws(SystemError) -> Int? {
        try call("fstat") { state in state.files[state.open[descriptor]!.node]?.bytes.count }
    }
    package func lock(_ descriptor: Int32) throws(SystemError) { try call("flock") { _ in } }
    package func read(_ descriptor: Int32, count: Int) throws(SystemError) -> [UInt8] {
        try call("read") { state in
            let (node, position) = state.open[descriptor]!
            let bytes = Array(state.files[node]!.bytes.dropFirst(position).prefix(count))
            state.open[descriptor]!.position += bytes.count
            return bytes
        }
    }
    package func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        try call("write") { state in
            state.files[state.open[descriptor]!.node]!.bytes += bytes
            return bytes.count
        }
    }
    package func synchronize(_ descriptor: Int32) throws(SystemError) {
        try call("fsync") { state in
            let node = state.open[descriptor]!.node
            if let file = state.files[node] { state.files[node]!.durable = file.bytes }
            if let directory = state.directories[node] { state.directories[node]!.durable = directory.names }
        }
    }
    package func rename(_ name: String, to newName: String, in directory: Int32) throws(SystemError) {
        try call("rename") { state throws(SystemError) in
            let node = try find(name, in: directory, state)
            state.directories[state.open[directory]!.node]!.names[name] = nil
            state.directories[state.open[directory]!.node]!.names[newName] = node
        }
    }
    package func remove(_ name: String, in directory: Int32) throws(SystemError) {
        try call("unlink") { state throws(SystemError) in
            _ = try find(name, in: directory, state)
            state.directories[state.open[directory]!.node]!.names[name] = nil
        }
    }
    package func close(_ descriptor: Int32) { state.withLock { $0.open[descriptor] = nil } }
}
