// SPDX-License-Identifier: Apache-2.0

/// Pieces of regular expressions, in the syntax that Rust's `regex` and RE2 share.
enum PolicyPatterns {
    static let uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    /// The random part of a name that Kubernetes generates: no vowels and no digits that look like them.
    static let generatedSuffix = "[bcdfghjklmnpqrstvwxz2456789]+"

    /// A pattern that matches exactly the text. The `$` of a placeholder in the text is escaped too, so that text of a
    /// user is never taken for one.
    static func literal(_ text: String) -> String {
        guard text.utf8.contains(where: isMeta) else { return text }
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + 8)
        for byte in text.utf8 {
            if isMeta(byte) { out.append(UInt8(ascii: "\\")) }
            out.append(byte)
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func isMeta(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "^"), UInt8(ascii: "$"):
            true
        default: false
        }
    }

    /// The last component of a path; slashes at its end do not count.
    static func basename(_ path: String) -> String {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"))
        return parts.last.map { String(decoding: $0, as: UTF8.self) } ?? "/"
    }

    /// The source of a file or directory that the host shares with the guest for a mount at `destination`.
    static func sharedSource(_ destination: String) -> String { "$(sfprefix)\(literal(basename(destination)))$" }
}
