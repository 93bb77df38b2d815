// SPDX-License-Identifier: Apache-2.0

import Attestation
import Testing

struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2025-06-19T10:32:27Z", 1_750_329_147),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("2045-10-22T18:24:20Z", 2_392_309_460), ("1969-12-31T23:59:59Z", -1),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Int64)])
    func readsAndPrints(_ text: String, _ seconds: Int64) {
        #expect(Timestamp(text) == Timestamp(seconds: seconds))
        #expect(Timestamp(seconds: seconds).description == text)
    }

    @Test func readsDatesAndFractions() {
        #expect(Timestamp("2025-06-19") == Timestamp("2025-06-19T00:00:00Z"))
        #expect(Timestamp("2025-06-19T10:32:27.123456Z") == Timestamp("2025-06-19T10:32:27Z"))
    }

    @Test(arguments: [
        "", "2025", "2025-02-29", "2025-13-01", "2025-00-01", "2025-01-00", "0000-01-01", "2025-06-19T24:00:00Z",
        "2025-06-19T10:60:00Z", "2025-06-19T10:00:60Z", "2025-06-19T10:32:27", "2025-06-19T10:32:27+00:00",
        "2025-06-19 10:32:27Z", "2025-06-19T10:32:27.Z", "2025-06-19T10:32:27.1x3Z", "+025-06-19", "2025-06-1é",
        "2025-06-19T10:32:27.1234567890Z",
    ])
    func refuses(_ text: String) { #expect(Timestamp(text) == nil) }
}
