// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Registry

@Suite struct RetryAfterTests {
    @Test(arguments: [
        ("0", 0), ("120", 120), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2000 00:00:00 GMT", 167_670_660),
    ])
    func understood(_ text: String, _ seconds: Int) {
        // 1994-11-06 08:49:00
        #expect(RetryAfter.parse(text, now: 784_111_740) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "-1", "soon", "1e9", "99999999999999999999", "Sun, 06 Nov 1994 08:49:37", "Sun, 00 Nov 1994 08:49:37 GMT",
    ])
    func notUnderstood(_ text: String) { #expect(RetryAfter.parse(text, now: 0) == nil) }

    @Test func delaysGrowUpToALimit() {
        let policy = RetryPolicy()
        #expect(policy.delay(after: 1, asked: nil) <= policy.first)
        #expect(policy.delay(after: 40, asked: nil) <= policy.longest)
        #expect(policy.delay(after: 40, asked: nil) >= policy.longest / 2)
        #expect(policy.delay(after: 1, asked: .seconds(3600)) == policy.longestAsked)
    }
}

@Suite struct RequestURLTests {
    @Test(arguments: [
        "ftp://registry.example/", "//registry.example", "https://", "https://a:b@registry.example/", "https://x/\u{0}",
        "https://x/a b", "javascript:alert(1)", "",
    ])
    func refused(_ text: String) { #expect(RequestURL(text) == nil) }

    @Test func originsAreTold() throws {
        let base = try #require(RequestURL("https://registry.example/v2/a"))
        #expect(try #require(RequestURL("/b", relativeTo: base)).text == "https://registry.example/b")
        #expect(try #require(RequestURL("HTTPS://REGISTRY.example:443/c")).origin == base.origin)
        for other in [
            "http://registry.example/", "https://registry.example:444/", "https://registry.example.evil.test/",
        ] {
            #expect(try #require(RequestURL(other, relativeTo: base)).origin != base.origin)
        }
    }
}
