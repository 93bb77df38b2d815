// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Pieces of regular expressions, in the syntax that Rust's `regex` and RE2 share.
enum PolicyPatterns {
    static let uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    /// The random part of a name that Kubernetes generates: no vowels and no digits that look like them.
    static let generatedSuffix = "[bcdfghjklmnpqrstvwxz2456789]+"

    /// A pattern that matches exactly the text. The `$` of a placeholder in the text is escaped too, so that text of a
    /// user is never taken for one.
    static func literal(_ text: String) -> String { RustRegex.literal(text) }

    /// The last component of a path; slashes at its end do not count.
    static func basename(_ path: String) -> String {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"))
        return parts.last.map { String(decoding: $0, as: UTF8.self) } ?? "/"
    }

    /// The source of a file or directory that the host shares with the guest for a mount at `destination`.
    static func sharedSource(_ destination: String) -> String { "$(sfprefix)\(literal(basename(destination)))$" }
}
