// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Registry

@Suite struct RetryPolicyTests {
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
