// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// How much tests try: samples, or all with `CONTRAST_LONG_TESTS=1`.
package enum TestScale {
    package static let isLong = ProcessInfo.processInfo.environment["CONTRAST_LONG_TESTS"] == "1"
}
