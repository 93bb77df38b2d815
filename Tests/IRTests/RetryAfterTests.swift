// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:27 GMT.
    private let now: Int64 = 784_111_767

    @Test(arguments: [
        ("0", 0), ("120", 120), ("9999999999", 1_000_000), ("99999999999999999999", 1_000_000),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 10), ("Sun, 06 Nov 1994 08:49:00 GMT", 0),
        ("Mon, 07 Nov 1994 08:49:27 GMT", 86_400), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Sun, 06 Nov 1994 08:49:60 GMT", 33), ("Fri, 31 Dec 9999 23:59:59 GMT", 1_000_000),
    ])
    func waits(_ text: String, _ seconds: Int) { #expect(RetryAfter.parse(text, now: now) == .seconds(seconds)) }

    @Test func datesAreCounted() {
        #expect(RetryAfter.parse("Tue, 29 Feb 2000 00:00:00 GMT", now: 951_782_400 - 5) == .seconds(5))
    }

    @Test(arguments: [
        "", "-1", "+1", "1.5", "1e9", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "Sun, 06 Nov +994 08:49:37 GMT",
    ])
    func isIgnored(_ text: String) { #expect(RetryAfter.parse(text, now: now) == nil) }
}
