// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct QuantityTests {
    @Test(
        arguments: [
            ("0", 0), ("1", 1000), ("+2", 2000), ("-0", 0), ("100m", 100), ("1.25", 1250), ("0.1m", 1), ("1n", 1),
            ("1u", 1), ("2k", 2_000_000), ("1.", 1000), (".5", 500), ("1e3", 1_000_000), ("1E-3", 1), ("1e+1", 10_000),
            ("1500u", 2), ("1.0000000000000000000000000000000000000000000", 1000),
        ] as [(String, Int64)])
    func milli(_ text: String, _ expected: Int64) {
        #expect(Quantity(text)?.milliRoundedUp == expected)
    }

    @Test(
        arguments: [
            ("128Mi", 128 << 20), ("1Gi", 1 << 30), ("1.5Gi", 3 << 29), ("0.5Ki", 512), ("1Ki", 1024), ("1Ti", 1 << 40),
            ("1Pi", 1 << 50), ("7Ei", 7 << 60), ("1k", 1000), ("1M", 1_000_000), ("1G", 1_000_000_000),
            ("1T", 1_000_000_000_000), ("1P", 1_000_000_000_000_000), ("1E", 1_000_000_000_000_000_000), ("1m", 1),
            ("1e-400", 1), ("9223372036854775807", Int64.max), ("0.333333333333333333333Gi", 357_913_942),
            ("128974848", 128_974_848), ("129e6", 129_000_000), ("128974848000m", 128_974_848),
        ] as [(String, Int64)])
    func units(_ text: String, _ expected: Int64) {
        #expect(Quantity(text)?.unitsRoundedUp == expected)
    }

    @Test(arguments: [
        "", "-", "+", ".", "1.5.3Gi", "-1", "-1m", "1e400", "1e99999999999999999999", "9223372036854775808", "8Ei",
        "1 Gi", " 1", "1 ", "Gi", "1gi", "1K", "1Kib", "1kM", "1e", "e3", "1e1.5", "0x10", "1_000", "١", "1mm",
        "++1", "1e++1", String(repeating: "9", count: 200),
    ])
    func malformed(_ text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test func amountsCompareByValueNotByText() throws {
        #expect(try #require(Quantity("1Gi")) == #require(Quantity("1024Mi")))
        #expect(try #require(Quantity("999m")) < #require(Quantity("1")))
        #expect(Quantity("2k")?.integer == 2000)
        #expect(Quantity("1.5")?.integer == nil)
    }

    @Test(
        arguments: [
            (448 << 20, "448Mi"), (1 << 30, "1024Mi"), (1536, "1536"), (2048, "2Ki"), (0, "0"),
            ((1 << 20) + 1, "1048577"),
        ] as [(Int64, String)])
    func memoryText(_ bytes: Int64, _ expected: String) {
        #expect(Quantity.memoryText(bytes: bytes) == expected)
    }
}
