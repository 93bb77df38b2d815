// SPDX-License-Identifier: Apache-2.0

/// Which bits tests flip: a fixed sample, or all of them in long runs.
enum BitFlips {
    private static let isLong = TestEnvironment.value("CONTRAST_LONG_TESTS") == "1"

    /// - Parameter bytes: the range whose bits are counted from the start of the structure.
    static func bits(of bytes: Range<Int>) -> StrideTo<Int> {
        // An odd step meets each of the eight bits.
        stride(from: bytes.lowerBound * 8, to: bytes.upperBound * 8, by: isLong ? 1 : min(61, bytes.count / 16) | 1)
    }
}
