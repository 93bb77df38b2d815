// SPDX-License-Identifier: Apache-2.0

package import IR

/// Edits that are known to say what a document says after its passes.
package enum CheckedEdits {
    /// The edits of a document in its own layout. In unusual layouts they are applied and read again; where that is not
    /// what the document has to say, it is printed anew, with a warning, and where even that fails there are no edits
    /// but an error.
    package static func edits(of tree: YAMLTree, into diagnostics: inout Diagnostics) -> [SourceEdit] {
        let edits = YAMLSplicer.edits(of: tree)
        if edits.isEmpty { return edits }
        // Text that removal puts back is whatever an annotation says, and fits one layout only.
        let isOrdinary = !tree.hasSourceText && YAMLSplicer.isOrdinary(edits, of: tree.document)
        if isOrdinary || say(edits, tree) { return edits }
        if tree.hasSourceText {
            diagnostics.error(
                .invalidYAML, "what this document was before generate cannot be put back, so nothing is written",
                at: tree.root.range,
                notes: [.init("is the annotation '\(ContrastName.replaced)' as generate has written it?")])
            return []
        }
        let reprint = [YAMLSplicer.reprint(tree)]
        if say(reprint, tree) {
            diagnostics.warning(
                .layoutNotKept, "the document was printed anew: edits in its layout would have changed what it says",
                at: tree.root.range)
            return reprint
        }
        diagnostics.error(
            .invalidYAML, "the edits of this document would change what it says, so nothing is written",
            at: tree.root.range, notes: [.init("please report it; without anchors and tags it may work")])
        return []
    }

    /// Whether another document may follow: after a line break, or on the line of the mark of an end.
    private static func endsLikeADocument(_ bytes: [UInt8]) -> Bool {
        if bytes.last == 0x0A || bytes.last == 0x0D { return true }
        let end = bytes.suffix(4)
        return end.first.map { $0 == 0x0A || $0 == 0x0D } ?? false && end.dropFirst().elementsEqual("...".utf8)
    }

    /// Whether a document with edits applied is read as what the tree says.
    private static func say(_ edits: [SourceEdit], _ tree: YAMLTree) -> Bool {
        let source = tree.document.source
        let range = tree.document.range
        var bytes: [UInt8] = []
        YAMLSplicer.apply(edits, to: source.bytes, range, into: &bytes)
        if range.upperBound < source.bytes.count, !endsLikeADocument(bytes) { return false }
        var found = Diagnostics()
        // What aliases may stand for depends on the whole file.
        let fileSize = max(source.bytes.count, bytes.count)
        let read = YAMLFrontend.parse(
            SourceFile(path: source.path, bytes: bytes), ofFileSize: fileSize, into: &found)
        guard !found.hasErrors, read.count == 1 else { return false }
        return tree.root.says(YAMLTree(read[0]).root)
    }
}
