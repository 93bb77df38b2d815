// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// The value of a `Retry-After` field (RFC 9110, section 10.2.3).
package enum RetryAfter {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let secondsLimit: Int64 = 1_000_000

    /// The time to wait, from seconds or from a date in the preferred form; `nil` for any other text.
    package static func parse(_ text: String, now: Timestamp) -> Duration? {
        if let seconds = Int64(text) { return seconds < 0 ? nil : .seconds(min(seconds, secondsLimit)) }
        // Sun, 06 Nov 1994 08:49:37 GMT
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3,
            let date = Timestamp(
                year: year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2])
        else { return nil }
        return .seconds(min(max(0, date.seconds - now.seconds), secondsLimit))
    }
}
