// SPDX-License-Identifier: Apache-2.0

/// Finds what a misspelt name may have meant.
package enum NearestName {
    /// The closest name within two edits, or one that differs in case only; the first of several in bytewise order.
    package static func of(_ name: String, among names: some Sequence<String>) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in names.sorted() {
            if candidate.lowercased() == name.lowercased() { return candidate }
            let distance = distance(Array(name.utf8), Array(candidate.utf8))
            if distance <= min(2, max(1, name.utf8.count / 3)), distance < best?.distance ?? .max {
                best = (distance, candidate)
            }
        }
        return best?.name
    }

    /// Levenshtein's, in bytes.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        if abs(left.count - right.count) > 2 { return .max }
        var row = Array(0...right.count)
        for (position, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = position + 1
            for column in right.indices {
                let above = row[column + 1]
                let cost = byte == right[column] ? 0 : 1
                row[column + 1] = min(diagonal + cost, above + 1, row[column] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}
