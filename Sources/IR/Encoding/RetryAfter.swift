// SPDX-License-Identifier: Apache-2.0

/// The value of a `Retry-After` field (RFC 9110, section 10.2.3).
package enum RetryAfter {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// Whoever asks for a longer wait is taken to have asked for this one.
    package static let limit = Duration.seconds(1_000_000)

    /// The time to wait, from seconds or from a date in the preferred form; `nil` for any other text.
    ///
    /// - Parameter now: seconds since 1970.
    package static func parse(_ text: String, now: Int64) -> Duration? {
        if !text.isEmpty, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
            return Int64(text).map { min(.seconds($0), limit) } ?? limit
        }
        return date(text).map { min(max(.zero, .seconds($0) - .seconds(now)), limit) }
    }

    /// Seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = number(parts[1], digits: 2),
            let month = months.firstIndex(of: String(parts[2])), let year = number(parts[3], digits: 4),
            let date = CalendarDay(year: year, month: month + 1, day: day)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { number($0, digits: 2) }
        // 60 is a leap second.
        guard time.count == 3, 0..<24 ~= time[0], 0..<60 ~= time[1], 0...60 ~= time[2] else { return nil }
        return date.secondsSince1970 + Int64(time[0] * 3600 + time[1] * 60 + time[2])
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        text.utf8.count == digits && text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
    }
}
