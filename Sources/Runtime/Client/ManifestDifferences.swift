// SPDX-License-Identifier: Apache-2.0

package import IR

/// What sets two manifests apart, in words.
package enum ManifestDifferences {
    /// Lines in the order of the expected manifest, what only the active one has after that.
    package static func between(expected: JSONValue, active: JSONValue) -> [String] {
        var lines: [String] = []
        compare(expected, active, at: ManifestPath(), into: &lines)
        return lines
    }

    /// The depth is that of parsed JSON, which is limited.
    private static func compare(
        _ left: JSONValue, _ right: JSONValue, at path: ManifestPath, into lines: inout [String]
    ) {
        if left == right { return }
        switch (left, right) {
        case (.object(let left), .object(let right)):
            for (key, value) in left.members {
                guard let other = right[key] else {
                    lines.append("\(path.key(key).text): missing in the active manifest")
                    continue
                }
                compare(value, other, at: path.key(key), into: &lines)
            }
            for (key, value) in right.members where left[key] == nil {
                lines.append("\(path.key(key).text): only in the active manifest: \(text(value))")
            }
        case (.array(let left), .array(let right)) where left.count == right.count:
            for (index, pair) in zip(left, right).enumerated() {
                compare(pair.0, pair.1, at: path.index(index), into: &lines)
            }
        default:
            lines.append(path.message("expected \(text(left)), the active manifest has \(text(right))"))
        }
    }

    /// Short enough for a line.
    private static func text(_ value: JSONValue) -> String {
        let limit = 120
        let text = String(decoding: JSONPrinter.print(value), as: UTF8.self)
        return text.unicodeScalars.count <= limit
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
    }
}
