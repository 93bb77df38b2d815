// SPDX-License-Identifier: Apache-2.0

/// Values that are worth keeping, as many as there is room for; beyond that the one goes that was not asked for the
/// longest. Making a value has to cost more than a look at all keys.
struct RecentlyUsed<Key: Hashable, Value> {
    private var entries: [Key: (value: Value, turn: Int)] = [:]
    private var turn = 0
    private let limit: Int

    /// - Parameter limit: values to keep at most, one or more.
    init(limit: Int) {
        self.limit = limit
    }

    /// The value that is kept under this key.
    mutating func value(of key: Key) -> Value? {
        guard let index = entries.index(forKey: key) else { return nil }
        turn += 1
        entries.values[index].turn = turn
        return entries.values[index].value
    }

    /// - Precondition: none is kept under this key.
    mutating func keep(_ value: Value, as key: Key) {
        if entries.count >= limit, let oldest = entries.min(by: { $0.value.turn < $1.value.turn })?.key {
            entries[oldest] = nil
        }
        turn += 1
        entries[key] = (value, turn)
    }
}
