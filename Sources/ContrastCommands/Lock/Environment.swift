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

    /// Whether there is a variable whose name starts like this.
    static func has(prefix: String) -> Bool {
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let entry = next.pointee {
            if strncmp(entry, prefix, prefix.utf8.count) == 0 { return true }
            next = next.successor()
        }
        return false
    }

    /// `NAME=value` of all variables, with others over them.
    static func with(_ others: [String: String]) -> [String] {
        var entries = others.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if !others.keys.contains(where: { text.hasPrefix("\($0)=") }) { entries.append(text) }
            next = next.successor()
        }
        return entries
    }

    /// A directory of the XDG base directory specification; relative paths do not count.
    static func directory(_ variable: String, inHome fallback: String) -> String? {
        if let path = self[variable], path.hasPrefix("/") { return path }
        return self["HOME"].map { "\($0)/\(fallback)" }
    }
}
