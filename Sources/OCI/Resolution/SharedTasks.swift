// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Does work once for all that ask for the same key. Work that nobody waits for any more is cancelled.
final class SharedTasks<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var task: Task<Value, any Error>
        var waiters: Int
    }

    private let entries = Mutex<[Key: Entry]>([:])

    func value(for key: Key, _ work: @Sendable @escaping () async throws -> Value) async throws -> Value {
        let task = entries.withLock { entries in
            entries[key, default: Entry(task: Task { try await work() }, waiters: 0)].waiters += 1
            return entries[key]?.task
        }
        guard let task else { return try await work() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            leave(key, task)
        }
    }

    private func leave(_ key: Key, _ task: Task<Value, any Error>) {
        let isUnwanted = entries.withLock { entries in
            guard var entry = entries[key], entry.task == task else { return false }
            entry.waiters -= 1
            entries[key] = entry.waiters > 0 ? entry : nil
            return entry.waiters == 0
        }
        if isUnwanted { task.cancel() }
    }
}

/// Lets so many tasks through at a time, first come, first served.
package final class TaskLimit: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    package init(_ count: Int) { state = Mutex(State(free: max(1, count))) }

    package func run<Value>(_ work: () async throws -> Value) async throws -> Value {
        await enter()
        defer { leave() }
        try Task.checkCancellation()
        return try await work()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
