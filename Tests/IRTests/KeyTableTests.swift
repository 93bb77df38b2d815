// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct KeyTableTests {
    private func position(_ text: String, _ table: KeyTable) -> Int? {
        Array(text.utf8).withUnsafeBufferPointer { table.position(of: $0) }
    }

    @Test(arguments: [0, 1, 2, 3, 17, 300])
    func eachTextIsFoundAndNoOther(_ count: Int) {
        let texts = (0..<count).map { "key-\($0)" }
        let table = KeyTable(texts)
        for (at, text) in texts.enumerated() {
            #expect(position(text, table) == at)
            #expect(position(text + "0", table).map { texts[$0] } == (texts.contains(text + "0") ? text + "0" : nil))
            #expect(position(String(text.dropFirst()), table) == nil)
        }
        for other in ["", "k", "Key-1", "key-\(count)", String(repeating: "key-1", count: 1000)] {
            #expect(position(other, table) == nil)
        }
    }

    /// Of long texts not every byte counts for the place, but each does for the outcome.
    @Test func textsThatDifferInTheirMiddleAreToldApart() {
        let texts = (10..<60).map { "the same start \($0) and the same end" }
        let table = KeyTable(texts)
        for (at, text) in texts.enumerated() { #expect(position(text, table) == at) }
        #expect(position("the same start 60 and the same end", table) == nil)
    }

    @Test func theEmptyTextMayBeOne() {
        #expect(position("", KeyTable(["a", ""])) == 1)
        #expect(position("", KeyTable([])) == nil)
    }
}
