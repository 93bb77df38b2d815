// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Variables of the process.
enum Environment {
    /// `nil` also when it is empty.
    static subscript(name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
        return value
    }

    /// A directory of the XDG base directory specification; relative paths do not count.
    static func directory(_ variable: String, inHome fallback: String) -> String? {
        if let path = self[variable], path.hasPrefix("/") { return path }
        return self["HOME"].map { "\($0)/\(fallback)" }
    }
}
