// SPDX-License-Identifier: Apache-2.0

/// Places where what looks like a secret may stand: `Kind/name:key`, in which `*` is any text. The key is that of a
/// ConfigMap, the name of a variable, or `command`, `args`, `livenessProbe` and so on.
package struct SecretAllowance: Sendable {
    private let pattern: [UInt8]

    /// `nil` when it lacks a part.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard text == "*" || parts.count == 2 && parts[0].utf8.contains(UInt8(ascii: "/")) || text.hasPrefix("*:"),
            text.utf8.count <= 1024
        else { return nil }
        pattern = Array(text.utf8)
    }

    func covers(_ place: String) -> Bool {
        let text = Array(place.utf8)
        var (at, star) = (0, -1)
        var (next, resume) = (0, 0)
        while at < text.count {
            if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
                (star, resume) = (next, at)
                next += 1
            } else if next < pattern.count, pattern[next] == text[at] {
                at += 1
                next += 1
            } else if star >= 0 {
                resume += 1
                (at, next) = (resume, star + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The keys that an annotation lists, with commas between them.
    static func keys(_ annotation: String?) -> [String] {
        (annotation ?? "").split { $0 == "," || $0 == " " || $0.isNewline }.map(String.init)
    }
}
