// SPDX-License-Identifier: Apache-2.0

import Attestation
import Endorsements
import Testing

struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:27 GMT.
    private let now = Timestamp(seconds: 784_111_767)

    @Test(arguments: [
        ("0", 0), ("120", 120), ("9999999999", 1_000_000), ("Sun, 06 Nov 1994 08:49:37 GMT", 10),
        ("Sun, 06 Nov 1994 08:49:00 GMT", 0), ("Mon, 07 Nov 1994 08:49:27 GMT", 86_400),
    ])
    func waits(_ text: String, _ seconds: Int) { #expect(RetryAfter.parse(text, now: now) == .seconds(seconds)) }

    @Test(arguments: [
        "", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
    ])
    func isIgnored(_ text: String) { #expect(RetryAfter.parse(text, now: now) == nil) }
}
