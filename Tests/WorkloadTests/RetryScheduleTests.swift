// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Workload

/// Gives the same number for ever: all zeros draw the least, all ones the most.
private struct Constant: RandomNumberGenerator {
    var value: UInt64

    mutating func next() -> UInt64 { value }
}

private struct Unavailable: Error {}

@Suite struct RetryScheduleTests {
    private func waits(_ value: UInt64, _ count: Int) -> [Duration] {
        var schedule = RetrySchedule(first: .seconds(1), longest: .seconds(30))
        var generator = Constant(value: value)
        return (0..<count).map { _ in schedule.next(using: &generator) }
    }

    @Test func waitsDoubleUpToTheLongest() {
        let least = [0.5, 1, 2, 4, 8, 15, 15, 15].map { Duration.seconds($0) }
        #expect(waits(0, 8) == least)
        for (wait, half) in zip(waits(.max, 8), least) {
            #expect(wait > half * 1.99 && wait <= half * 2)
        }
    }

    @Test func waitsStayBoundedForEver() {
        #expect(waits(0, 200).last == .seconds(15))
        #expect(waits(.max, 200).allSatisfy { $0 <= .seconds(30) })
    }

    @Test func waitsDiffer() {
        var first = RetrySchedule()
        var second = RetrySchedule()
        var generator = SystemRandomNumberGenerator()
        let pairs = (0..<8).map { _ in (first.next(using: &generator), second.next(using: &generator)) }
        #expect(pairs.contains { $0.0 != $0.1 })
    }

    @Test func triesUntilItSucceeds() async throws {
        var generator = Constant(value: 0)
        var attempts = 0
        var waits: [Duration] = []
        var reported: [Duration] = []
        let result = try await RetrySchedule().run(using: &generator) {
            waits.append($0)
        } report: { error, wait in
            #expect(error is Unavailable)
            reported.append(wait)
        } _: {
            attempts += 1
            if attempts < 5 { throw Unavailable() }
            return attempts
        }
        #expect(result == 5)
        #expect(waits == [0.5, 1, 2, 4].map { Duration.seconds($0) } && reported == waits)
    }

    @Test func cancellingEndsIt() async {
        let task = Task {
            var generator = Constant(value: 0)
            var attempts = 0
            return try await RetrySchedule().run(using: &generator) { _ in
                withUnsafeCurrentTask { $0?.cancel() }
            } report: { _, _ in
            } _: {
                attempts += 1
                #expect(attempts == 1)
                throw Unavailable()
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
