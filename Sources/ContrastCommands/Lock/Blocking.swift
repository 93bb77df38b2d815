// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Waits on a thread of its own for concurrent work; for the edge between the commands, which are synchronous, and the
/// network.
enum Blocking {
    static func run<Value: Sendable>(_ work: @Sendable @escaping () async -> Value) -> Value {
        let done = DispatchSemaphore(value: 0)
        let box = Box<Value>()
        Task {
            let value = await work()
            box.value.withLock { $0 = value }
            done.signal()
        }
        while true {
            done.wait()
            if let value = box.value.withLock({ $0 }) { return value }
        }
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }
}
