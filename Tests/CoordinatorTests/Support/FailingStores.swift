// SPDX-License-Identifier: Apache-2.0

import History
import Synchronization

/// A store that does nothing any more after a number of calls.
final class StoppingStore: HistoryStore {
    private let store: any HistoryStore
    private let calls: Int
    private let remaining = Mutex(Int.max)

    init(_ store: any HistoryStore, after calls: Int) {
        self.store = store
        self.calls = calls
    }

    /// Counts from here.
    func start() { remaining.withLock { $0 = calls } }

    var isStopped: Bool { remaining.withLock { $0 < 0 } }

    private func spend() throws(StoreError) {
        let isAllowed = remaining.withLock { remaining in
            remaining -= 1
            return remaining >= 0
        }
        if !isAllowed { throw .system(operation: "test", number: 5) }
    }

    func value(for key: StoreKey) throws(StoreError) -> [UInt8]? {
        try spend()
        return try store.value(for: key)
    }

    func set(_ value: [UInt8], for key: StoreKey) throws(StoreError) {
        try spend()
        try store.set(value, for: key)
    }

    func compareAndSwap(_ key: StoreKey, expected: [UInt8]?, _ value: [UInt8]) throws(StoreError) {
        try spend()
        try store.compareAndSwap(key, expected: expected, value)
    }
}

/// A store that swaps and then says that it failed.
struct UncertainStore: HistoryStore {
    var store: any HistoryStore

    init(_ store: any HistoryStore) { self.store = store }

    func value(for key: StoreKey) throws(StoreError) -> [UInt8]? { try store.value(for: key) }
    func set(_ value: [UInt8], for key: StoreKey) throws(StoreError) { try store.set(value, for: key) }
    func compareAndSwap(_ key: StoreKey, expected: [UInt8]?, _ value: [UInt8]) throws(StoreError) {
        try store.compareAndSwap(key, expected: expected, value)
        throw .system(operation: "fsync", number: 5)
    }
}
