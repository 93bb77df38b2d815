// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Seconds of CPU that the process has taken, which other load on the machine does not add to.
func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
