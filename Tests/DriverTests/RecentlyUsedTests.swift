// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Driver

struct RecentlyUsedTests {
    @Test func theOneNotAskedForTheLongestGoes() {
        var values = RecentlyUsed<Int, String>(limit: 2)
        values.keep("one", as: 1)
        values.keep("two", as: 2)
        #expect(values.value(of: 1) == "one")
        values.keep("three", as: 3)
        #expect(values.value(of: 2) == nil)
        #expect(values.value(of: 1) == "one")
        #expect(values.value(of: 3) == "three")
    }

    @Test func asManyAsThereIsRoomForStay() {
        var values = RecentlyUsed<Int, Int>(limit: 8)
        for turn in 0..<80 {
            let key = turn % 8
            if turn >= 8 { #expect(values.value(of: key) == key) } else { values.keep(key, as: key) }
        }
        values.keep(8, as: 8)
        #expect((0...8).filter { values.value(of: $0) != nil } == Array(1...8))
    }
}
