// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct CalendarDayTests {
    @Test(arguments: [
        (0, "1970-01-01"), (-1, "1969-12-31"), (-86_400, "1969-12-31"), (-86_401, "1969-12-30"),
        (-62_135_596_800, "0001-01-01"), (86_399, "1970-01-01"), (86_400, "1970-01-02"),
        (68_169_600, "1972-02-29"), (951_782_399, "2000-02-28"), (951_782_400, "2000-02-29"),
        (951_868_800, "2000-03-01"), (1_798_675_200, "2026-12-31"), (1_798_761_600, "2027-01-01"),
        (4_107_542_400, "2100-03-01"), (253_402_300_799, "9999-12-31"),
    ])
    func countsDays(_ seconds: Int, _ expected: String) {
        #expect(CalendarDay(secondsSince1970: Int64(seconds)).description == expected)
        #expect(CalendarDay(expected)?.description == expected)
        let start = CalendarDay(expected)?.secondsSince1970
        #expect(start.map { ($0...$0 + 86_399).contains(Int64(seconds)) } == true)
    }

    @Test(arguments: [
        "", "2027", "2027-1-01", "27-01-01", "2027-00-01", "2027-13-01", "2027-01-00", "2027-01-32", "2027-02-29",
        "2100-02-29", "2027-04-31", "2027-01-01T00:00:00Z", "+027-01-01", "2027-01-+1", "２027-01-01", "2027/01/01",
    ])
    func refusesWhatIsNoDay(_ text: String) { #expect(CalendarDay(text) == nil) }

    @Test func daysAreOrdered() throws {
        let days = try ["1999-12-31", "2000-01-01", "2000-02-29", "2000-12-01"].map { try #require(CalendarDay($0)) }
        #expect(days == days.sorted())
        #expect(zip(days, days.dropFirst()).allSatisfy { $0 < $1 && !($1 < $0) })
    }
}
