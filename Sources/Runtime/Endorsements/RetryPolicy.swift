// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// When and how often a request is made again.
package struct RetryPolicy: Sendable {
    /// Attempts at one address.
    package var attempts = 5
    package var first = Duration.milliseconds(500)
    package var longest = Duration.seconds(10)
    /// How long one attempt may take.
    package var attemptLimit = Duration.seconds(20)

    package init() {}

    /// The wait before another attempt: what the service asked for, else a random part of a time that doubles, so that
    /// many clients do not come back at once.
    ///
    /// - Parameter failures: how many there were, one or more.
    func delay(after failures: Int, asked: Duration?) -> Duration {
        if let asked { return asked + first * Double.random(in: 0...1) }
        return min(longest, first * (1 << min(failures - 1, 10))) * Double.random(in: 0.5...1)
    }
}

/// Time as the client sees it, so that tests need not wait.
package protocol WaitingClock: Sendable {
    /// Since any fixed moment; never goes back.
    var now: Duration { get }
    var date: Timestamp { get }
    func wait(_ duration: Duration) async throws
}
