// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct ByteComparisonTests {
    /// Several are compared at a time; each of them counts, at any place in memory.
    @Test(arguments: 0...40)
    func everyByteCounts(_ length: Int) {
        let text = (0..<UInt8(length)).map { $0 &* 37 }
        for shift in 0..<8 {
            let other = [UInt8](repeating: 0, count: shift) + text
            #expect(isSame(text, other[shift...]))
            for at in text.indices {
                var changed = other
                changed[shift + at] ^= 1
                #expect(!isSame(text, changed[shift...]), "\(length) bytes, the one at \(at)")
            }
            #expect(!isSame(text, (other + [0])[shift...]))
        }
    }

    private func isSame(_ left: [UInt8], _ right: ArraySlice<UInt8>) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { left.hasSameBytes(as: $0) } }
    }
}
