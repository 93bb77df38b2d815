// SPDX-License-Identifier: Apache-2.0

internal import IR

/// A moment in seconds since 1970-01-01T00:00:00Z. Verification takes the time as a value and never asks a clock.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

    /// `nil` unless the date exists, in the years 1 to 9999, and the time is one of a clock (no leap second).
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard year >= 1, let date = CalendarDay(year: year, month: month, day: day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        seconds = date.secondsSince1970 + Int64(hour * 3600 + minute * 60 + second)
    }
}

extension Timestamp: CustomStringConvertible {
    /// Reads `2025-06-19T10:32:27Z`, with an optional fraction that is dropped, or a date alone, which is its first second.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func has(_ index: Int, _ character: Character) -> Bool { bytes[index] == character.asciiValue }
        guard bytes.count >= 10, bytes.count <= 40, has(4, "-"), has(7, "-"), let year = number(0..<4),
            let month = number(5..<7), let day = number(8..<10)
        else { return nil }
        if bytes.count == 10 {
            self.init(year: year, month: month, day: day)
            return
        }
        guard bytes.count >= 20, has(10, "T"), has(13, ":"), has(16, ":"), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), has(bytes.count - 1, "Z")
        else { return nil }
        if bytes.count > 20 {
            guard has(19, "."), bytes.count > 21, number(20..<min(bytes.count - 1, 29)) != nil, bytes.count <= 30 else {
                return nil
            }
        }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// RFC 3339 in UTC, without fractions.
    package var description: String {
        let day = CalendarDay(secondsSince1970: seconds)
        let time = (seconds % 86_400 + 86_400) % 86_400
        let clock = [time / 3600, time / 60 % 60, time % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(day)T\(clock.joined(separator: ":"))Z"
    }
}
