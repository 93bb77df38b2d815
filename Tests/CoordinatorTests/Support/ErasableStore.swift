// SPDX-License-Identifier: Apache-2.0

import History
import Synchronization

/// A store that whoever has the disk can empty, and put back.
final class ErasableStore: HistoryStore {
    let isErased = Mutex(false)
    private let store = MemoryStore()

    func value(for key: StoreKey) throws(StoreError) -> [UInt8]? {
        if isErased.withLock({ $0 }) { return nil }
        return try store.value(for: key)
    }

    func set(_ value: [UInt8], for key: StoreKey) throws(StoreError) { try store.set(value, for: key) }

    func compareAndSwap(_ key: StoreKey, expected: [UInt8]?, _ value: [UInt8]) throws(StoreError) {
        try store.compareAndSwap(key, expected: expected, value)
    }
}
