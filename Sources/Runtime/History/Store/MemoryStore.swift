// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A store that ends with the process.
package final class MemoryStore: HistoryStore {
    private let values = Mutex<[StoreKey: [UInt8]]>([:])

    package init() {}

    package func value(for key: StoreKey) throws(StoreError) -> [UInt8]? { values.withLock { $0[key] } }

    package func set(_ value: [UInt8], for key: StoreKey) throws(StoreError) {
        guard value.count <= StoreKey.valueLimit else { throw .tooLarge(key) }
        values.withLock { $0[key] = value }
    }

    package func compareAndSwap(_ key: StoreKey, expected: [UInt8]?, _ value: [UInt8]) throws(StoreError) {
        let isSwapped = values.withLock { values in
            guard values[key] == expected else { return false }
            values[key] = value
            return true
        }
        if !isSwapped { throw .conflict(key) }
    }
}
