// SPDX-License-Identifier: Apache-2.0

/// How long to wait before each further attempt, without end: a random part of a time that doubles up to a limit, so that
/// the pods of a deployment that starts at once do not come back at once.
package struct RetrySchedule: Sendable {
    /// The longest first wait.
    package let first: Duration
    /// The longest of all waits.
    package let longest: Duration
    private var failures = 0

    package init(first: Duration = .seconds(1), longest: Duration = .seconds(30)) {
        self.first = first
        self.longest = longest
    }

    /// The next wait: between half of its time and all of it.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        // More doublings would not fit, and are beyond any limit.
        let doublings = min(failures, 30)
        failures += 1
        // One draw, whatever the generator gives; 53 bits are what a Double holds.
        let part = Double(generator.next() >> 11) * 0x1p-53
        return min(longest, first * (1 << doublings)) * (0.5 + part / 2)
    }

    /// Runs the body until it succeeds.
    ///
    /// - Parameters:
    ///   - wait: throws when the task was cancelled, which is the only way out without success.
    ///   - report: is told of each failure and of the wait that follows.
    package func run<Result>(
        using generator: inout some RandomNumberGenerator,
        wait: (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        report: (any Error, Duration) -> Void, _ body: () async throws -> Result
    ) async throws -> Result {
        var schedule = self
        while true {
            try Task.checkCancellation()
            do { return try await body() } catch {
                try Task.checkCancellation()
                let delay = schedule.next(using: &generator)
                report(error, delay)
                try await wait(delay)
            }
        }
    }
}
