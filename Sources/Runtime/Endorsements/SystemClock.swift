// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import FoundationEssentials

/// The clocks of the system.
package struct SystemClock: WaitingClock {
    private let start = ContinuousClock.now

    package init() {}

    package var now: Duration { start.duration(to: .now) }
    package var date: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
    package func wait(_ duration: Duration) async throws { try await Task.sleep(for: duration) }
}
