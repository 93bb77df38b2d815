// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// How much tests try: samples, or all with `CONTRAST_TEST_LONG=1`.
package enum TestScale {
    package static let isLong = ProcessInfo.processInfo.environment["CONTRAST_TEST_LONG"] == "1"
}
