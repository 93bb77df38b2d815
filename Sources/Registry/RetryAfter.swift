// SPDX-License-Identifier: Apache-2.0

/// The value of a `Retry-After` field (RFC 9110, section 10.2.3).
enum RetryAfter {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The time to wait, from seconds or from a date in the preferred form; `nil` for any other text.
    ///
    /// - Parameter now: seconds since 1970.
    static func parse(_ text: String, now: Int) -> Duration? {
        if let seconds = Int(text), (0...1_000_000) ~= seconds { return .seconds(seconds) }
        guard let date = date(text) else { return nil }
        return .seconds(max(0, date - now))
    }

    /// Seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Int? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31) ~= day,
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]), (1970...9999) ~= year
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24) ~= time[0], (0..<60) ~= time[1], (0...60) ~= time[2] else { return nil }
        // Days since 1970, with years that begin in March.
        let shifted = month < 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return ((days * 24 + time[0]) * 60 + time[1]) * 60 + time[2]
    }
}
