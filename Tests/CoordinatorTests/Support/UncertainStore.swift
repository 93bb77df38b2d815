// SPDX-License-Identifier: Apache-2.0

import History

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
