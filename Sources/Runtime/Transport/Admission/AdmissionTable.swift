// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Bounds what clients may have of a server together: places, and bytes of memory.
///
/// Whoever comes when all is taken gets the place of the client that has waited longest, and the memory of the one that
/// has held some for longest, if that was longer than the grace period. So nobody can keep others out for long by taking
/// much and going on slowly, and those who do their part are not driven out by those who come after them. An entry that
/// is pinned, because the server works for it, is left alone. A quarter of the memory is for requests that need little, so
/// that large ones do not keep them out.
package final class AdmissionTable: Sendable {
    package typealias ID = UInt64

    fileprivate struct Entry {
        var turn: UInt64
        var bytes = 0
        var pins = 0
        var hasLeft = false
        let evict: @Sendable () -> Void
    }

    fileprivate struct State {
        /// Of entries, and of their turns.
        var next: UInt64 = 1
        var entries: [ID: Entry] = [:]
        var bytes = 0
        var waiting = AgeQueue()
        /// Those that hold memory.
        var holding = AgeQueue()
    }

    /// Bytes of a request that waits for no large ones.
    private static let little = 16 << 10

    private let places: Int
    private let bytes: Int
    private let grace: Duration
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    /// - Parameters:
    ///   - grace: for which memory cannot be taken away from an entry.
    ///   - clock: now.
    package init(
        places: Int, bytes: Int = 0, grace: Duration = .seconds(10),
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.places = places
        self.bytes = bytes
        self.grace = grace
        self.clock = clock
    }

    /// Takes a place; `nil` when none can be had.
    ///
    /// - Parameter evict: called once, from anywhere, when the entry has to go; the table has forgotten it by then.
    package func enter(evict: @escaping @Sendable () -> Void) -> ID? {
        let (id, victim) = state.withLock { state -> (ID?, Entry?) in
            var victim: Entry?
            if state.entries.count >= places {
                guard let oldest = state.oldest(\.waiting) else { return (nil, nil) }
                victim = state.remove(oldest.id)
            }
            let id = state.next
            state.next += 1
            state.entries[id] = Entry(turn: id, evict: evict)
            state.queue(id, in: \.waiting, clock())
            return (id, victim)
        }
        victim?.evict()
        return id
    }

    /// Takes memory. When it is refused, the entry should leave: it is gone already, or it would have to make room itself.
    ///
    /// - Parameter orAlone: whether it may be more than there is for all, when nobody else holds any.
    package func take(_ count: Int, for id: ID, orAlone: Bool = false) -> Bool {
        let (isGranted, victims) = state.withLock { state -> (Bool, [Entry]) in
            var victims: [Entry] = []
            let now = clock()
            guard let held = state.entries[id]?.bytes else { return (false, []) }
            // A quarter is for those who want little.
            let room = held + count <= Self.little ? bytes : bytes - bytes / 4
            let excess = state.bytes + count - room
            let missing = orAlone ? min(state.bytes - held, excess) : excess
            if missing > 0 {
                guard let ids = state.holders(of: missing, until: now - grace, but: id) else { return (false, []) }
                victims = ids.compactMap { state.remove($0) }
            }
            state.entries[id]?.bytes += count
            state.bytes += count
            if held == 0, count > 0 { state.queue(id, in: \.holding, now) }
            return (true, victims)
        }
        for victim in victims { victim.evict() }
        return isGranted
    }

    /// Gives memory back.
    package func give(_ count: Int, from id: ID) {
        state.withLock { state in
            guard let held = state.entries[id]?.bytes else { return }
            state.release(min(count, held), from: id)
        }
    }

    /// The server works for the entry now, and what it holds is in use.
    ///
    /// - Returns: whether the entry is still there.
    package func pin(_ id: ID) -> Bool {
        state.withLock { state in
            guard state.entries[id] != nil else { return false }
            state.entries[id]?.pins += 1
            return true
        }
    }

    /// The work is done: the entry holds no memory any more, and is the youngest of all.
    package func unpin(_ id: ID) {
        state.withLock { state in
            guard var entry = state.entries[id] else { return }
            state.bytes -= entry.bytes
            entry.bytes = 0
            entry.pins -= 1
            entry.turn = state.next
            state.next += 1
            state.entries[id] = entry
            if entry.pins > 0 { return }
            if entry.hasLeft { _ = state.remove(id) } else { state.queue(id, in: \.waiting, clock()) }
        }
    }

    /// The client is gone. What is pinned stays until it is not.
    package func leave(_ id: ID) {
        state.withLock { state in
            guard let entry = state.entries[id] else { return }
            if entry.pins > 0 { state.entries[id]?.hasLeft = true } else { _ = state.remove(id) }
        }
    }

    /// How many places and bytes are taken.
    package var counts: (places: Int, bytes: Int) { state.withLock { ($0.entries.count, $0.bytes) } }
}

extension AdmissionTable.State {
    private static func isEvictable(_ item: AgeQueue.Item, _ entries: [AdmissionTable.ID: AdmissionTable.Entry]) -> Bool
    {
        guard let entry = entries[item.id] else { return false }
        return entry.turn == item.turn && entry.pins == 0
    }

    fileprivate mutating func oldest(_ queue: WritableKeyPath<Self, AgeQueue>) -> AgeQueue.Item? {
        let entries = entries
        return self[keyPath: queue].oldest { Self.isEvictable($0, entries) }
    }

    /// The oldest entries that hold that many bytes together; `nil` when those who have held some for long enough, and are
    /// older than the one that asks, do not.
    fileprivate mutating func holders(
        of count: Int, until time: ContinuousClock.Instant, but id: AdmissionTable.ID
    ) -> Set<AdmissionTable.ID>? {
        let entries = entries
        var ids: Set<AdmissionTable.ID> = []
        var sum = 0
        holding.drop(while: { !Self.isEvictable($0, entries) })
        for item in holding.all where sum < count {
            guard Self.isEvictable(item, entries), let entry = entries[item.id], entry.bytes > 0 else { continue }
            guard item.id != id, item.since <= time else { return nil }
            if ids.insert(item.id).inserted { sum += entry.bytes }
        }
        return sum >= count ? ids : nil
    }

    fileprivate mutating func queue(
        _ id: AdmissionTable.ID, in queue: WritableKeyPath<Self, AgeQueue>, _ now: ContinuousClock.Instant
    ) {
        guard let turn = entries[id]?.turn else { return }
        let entries = entries
        self[keyPath: queue].append(.init(id: id, turn: turn, since: now), live: entries.count) {
            Self.isEvictable($0, entries)
        }
    }

    fileprivate mutating func release(_ count: Int, from id: AdmissionTable.ID) {
        entries[id]?.bytes -= count
        bytes -= count
    }

    fileprivate mutating func remove(_ id: AdmissionTable.ID) -> AdmissionTable.Entry? {
        guard let entry = entries.removeValue(forKey: id) else { return nil }
        bytes -= entry.bytes
        return entry
    }
}
