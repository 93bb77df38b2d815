// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct PercentEncodingTests {
    @Test(arguments: [("", ""), ("a", "a"), ("%41%6a%6A", "Ajj"), ("a%0Ab+c", "a\nb+c"), ("%2541", "%41")])
    func decodes(_ text: String, _ expected: String) {
        #expect(PercentEncoding.decode(text) == Array(expected.utf8))
    }

    @Test func bytesNeedNotBeText() { #expect(PercentEncoding.decode("%ff%00") == [0xFF, 0]) }

    @Test(arguments: ["%", "%4", "%g0", "%+1", "%-1", "a%", "%%41", "%4é"])
    func refuses(_ text: String) { #expect(PercentEncoding.decode(text) == nil) }
}
