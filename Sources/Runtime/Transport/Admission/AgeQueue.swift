// SPDX-License-Identifier: Apache-2.0

/// Entries of a table from the oldest to the youngest. Those that have left the table, or have become younger, stay in it
/// until they are come upon, or until they are the most of it.
struct AgeQueue {
    struct Item {
        var id: UInt64
        /// Of the entry, when it was added: another one has been added since when it differs.
        var turn: UInt64
        var since: ContinuousClock.Instant
    }

    private var items: [Item] = []
    private var head = 0

    /// - Parameter live: how many entries the table has, so that the others can be cleared away.
    mutating func append(_ item: Item, live: Int, isValid: (Item) -> Bool) {
        items.append(item)
        guard items.count > 2 * live + 64 else { return }
        items = items[head...].filter(isValid)
        head = 0
    }

    /// Forgets the oldest ones as long as they are to be.
    mutating func drop(while isInvalid: (Item) -> Bool) {
        while head < items.count, isInvalid(items[head]) { head += 1 }
    }

    mutating func oldest(where isValid: (Item) -> Bool) -> Item? {
        drop { !isValid($0) }
        return all.first
    }

    /// From the oldest to the youngest.
    var all: ArraySlice<Item> { items[head...] }
}
