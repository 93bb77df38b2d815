// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Source text of a scalar that is to stand in its old place again.
enum RestorableScalar {
    /// The text itself; in double quotes when it spans lines and would mean something else among what stands around its
    /// place by now.
    static func text(_ text: String, for key: String, in owner: YAMLNode) -> String {
        guard text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return text }
        guard let alone = scalar(of: "a: \(text)\n", pairs: 1) else { return text }
        if let pair = owner.pair(key), pair.value.isInPlace, pair.value.isScalar, let column = pair.key.column {
            let pad = String(repeating: " ", count: column)
            let around = "\(pad)a: \(text)\(pair.value.restOfLine)\n\(pad)b: c\n"
            if let there = scalar(of: around, pairs: 2), there.text == alone.text, there.scalar == alone.scalar {
                return text
            }
        }
        return alone.quotedText
    }

    /// The first value of a text that is a mapping of so many pairs.
    private static func scalar(of text: String, pairs: Int) -> YAMLNode? {
        var ignored = Diagnostics()
        let documents = YAMLFrontend.parse(SourceFile(path: "", bytes: Array(text.utf8)), into: &ignored)
        guard !ignored.hasErrors, documents.count == 1 else { return nil }
        let root = YAMLTree(documents[0]).root
        guard root.pairs.count == pairs, let value = root.pairs.first?.value, value.isScalar else { return nil }
        return value
    }
}
