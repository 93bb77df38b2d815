// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import Admission

@Suite struct AdmissionTableTests {
    /// A table, its time, and the entries that had to go.
    private final class Fixture: Sendable {
        let table: AdmissionTable
        let clock = TestClock()
        private let gone = Mutex<[String]>([])

        init(places: Int, bytes: Int = 0) {
            table = AdmissionTable(places: places, bytes: bytes, grace: .seconds(10)) { [clock] in clock.now }
        }

        func enter(_ name: String) -> AdmissionTable.ID? {
            table.enter { [weak self] in self?.gone.withLock { $0.append(name) } }
        }

        var evicted: [String] { gone.withLock { $0 } }
    }

    private final class TestClock: Sendable {
        private let instant = Mutex(ContinuousClock.now)

        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func advance(_ by: Duration) { instant.withLock { $0 += by } }
    }

    @Test func theOneThatHasWaitedLongestGivesItsPlace() throws {
        let fixture = Fixture(places: 2)
        let (first, second) = (try #require(fixture.enter("first")), try #require(fixture.enter("second")))
        // What has been worked for is the youngest again.
        #expect(fixture.table.pin(first))
        fixture.table.unpin(first)
        _ = try #require(fixture.enter("third"))
        #expect(fixture.evicted == ["second"])
        #expect(!fixture.table.pin(second))
        #expect(fixture.table.counts == (2, 0))
    }

    @Test func whatIsWorkedForStays() throws {
        let fixture = Fixture(places: 1)
        let first = try #require(fixture.enter("first"))
        #expect(fixture.table.pin(first))
        #expect(fixture.enter("second") == nil)
        fixture.table.leave(first)
        // The client is gone, the work is not.
        #expect(fixture.enter("second") == nil)
        fixture.table.unpin(first)
        #expect(fixture.enter("second") != nil)
        #expect(fixture.evicted == [])
    }

    @Test func memoryIsTakenFromThoseWhoHoldItTooLong() throws {
        let fixture = Fixture(places: 10, bytes: 100)
        let (idle, slow) = (try #require(fixture.enter("idle")), try #require(fixture.enter("slow")))
        #expect(fixture.table.take(60, for: slow))
        fixture.clock.advance(.seconds(9))
        let late = try #require(fixture.enter("late"))
        #expect(!fixture.table.take(50, for: late))
        #expect(fixture.table.take(40, for: late))
        fixture.clock.advance(.seconds(1))
        #expect(fixture.table.take(50, for: late))
        #expect(fixture.evicted == ["slow"])
        #expect(!fixture.table.take(1, for: slow))
        #expect(fixture.table.counts == (2, 90))
        // The oldest of all has only itself to make room.
        fixture.clock.advance(.seconds(60))
        #expect(!fixture.table.take(20, for: late))
        #expect(fixture.table.take(10, for: idle))
        fixture.table.leave(late)
        #expect(fixture.table.counts == (1, 10))
        #expect(!fixture.table.take(91, for: idle))
        let other = try #require(fixture.enter("other"))
        #expect(!fixture.table.take(100, for: other, orAlone: true))
        fixture.table.give(10, from: idle)
        #expect(fixture.table.take(200, for: other, orAlone: true))
        #expect(!fixture.table.take(1, for: idle, orAlone: true))
    }

    @Test func largeRequestsLeaveRoomForSmallOnes() throws {
        let fixture = Fixture(places: 10, bytes: 400_000)
        let (large, other) = (try #require(fixture.enter("large")), try #require(fixture.enter("other")))
        #expect(fixture.table.take(300_000, for: large))
        #expect(!fixture.table.take(1, for: large))
        #expect(!fixture.table.take(17_000, for: other))
        #expect(fixture.table.take(16_000, for: other))
        #expect(!fixture.table.take(16_000, for: other))
        for _ in 0..<5 { #expect(fixture.table.take(16_000, for: try #require(fixture.enter("small")))) }
        #expect(!fixture.table.take(16_000, for: try #require(fixture.enter("small"))))
    }

    @Test func workInHandKeepsItsMemory() throws {
        let fixture = Fixture(places: 10, bytes: 100)
        let (first, second) = (try #require(fixture.enter("first")), try #require(fixture.enter("second")))
        #expect(fixture.table.take(80, for: first) && fixture.table.pin(first))
        fixture.clock.advance(.seconds(60))
        #expect(!fixture.table.take(30, for: second))
        fixture.table.leave(first)
        #expect(!fixture.table.take(30, for: second))
        fixture.table.unpin(first)
        #expect(fixture.table.take(30, for: second))
        fixture.table.give(50, from: second)
        #expect(fixture.table.counts == (1, 0))
        #expect(fixture.evicted == [])
    }

    /// Neither many requests, one after the other, nor many that wait cost more than their number.
    @Test func whatIsOverIsForgotten() throws {
        let fixture = Fixture(places: 50_000, bytes: 1)
        for _ in 0..<50_000 { _ = fixture.enter("waiting") }
        for _ in 0..<100_000 {
            let id = try #require(fixture.enter("short"))
            #expect(fixture.table.take(1, for: id) && fixture.table.pin(id))
            fixture.table.unpin(id)
            fixture.table.leave(id)
        }
        #expect(fixture.table.counts == (49_999, 0))
    }
}
