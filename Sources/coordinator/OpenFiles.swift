// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// How many files and connections this process may have open.
enum OpenFiles {
    /// What all listeners may need, at the limits of their connections.
    static let wanted: UInt64 = 8192

    /// Raises the limit as far as the system allows. Each connection takes one, and systems start programs with 1024.
    ///
    /// - Returns: the limit from now on; `nil` when the system does not tell.
    static func raiseLimit() -> UInt64? {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return nil }
        let current = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        return setrlimit(resource, &limit) == 0 ? UInt64(limit.rlim_max) : UInt64(current)
    }
}
