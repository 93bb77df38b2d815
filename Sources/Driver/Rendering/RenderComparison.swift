// SPDX-License-Identifier: Apache-2.0

internal import Compiler
package import IR

/// Whether a deployment that was rendered twice is the same both times.
package struct RenderComparison {
    /// Differences that are reported.
    package static let limit = 20

    private var diagnostics = Diagnostics()
    private var count = 0

    /// Adds errors for what differs, document by document, with both values; those of Secrets, and what looks like a
    /// secret elsewhere, are not shown.
    package static func check(_ first: SourceFile, _ second: SourceFile, into diagnostics: inout Diagnostics) {
        guard first.bytes != second.bytes else { return }
        var comparison = RenderComparison()
        comparison.compare(first, second)
        diagnostics.add(contentsOf: comparison.diagnostics)
    }

    private mutating func compare(_ first: SourceFile, _ second: SourceFile) {
        let old = YAMLFrontend.parse(first, into: &diagnostics)
        guard !diagnostics.hasErrors else { return }
        var ignored = Diagnostics()
        let new = YAMLFrontend.parse(second, into: &ignored)
        guard !ignored.hasErrors else {
            return diagnostics.error(.renderDiffers, "the second rendering is not valid YAML, the first is")
        }
        let (left, right) = (RenderedDocument.all(old), RenderedDocument.all(new))
        let others = Dictionary(right.map { ($0.identity, $0) }) { first, _ in first }
        let known = Set(left.map(\.identity))
        for document in left {
            if let other = others[document.identity] {
                let differences = RenderedDocument.differences(document, other)
                for difference in differences { report(difference, document) }
            } else {
                report("\(document.identity) is in the first rendering only", document.range)
            }
        }
        for document in right where !known.contains(document.identity) {
            report("\(document.identity) is in the second rendering only", nil)
        }
        if count > Self.limit {
            diagnostics.error(.renderDiffers, "there are \(count - Self.limit) more differences")
        } else if count == 0 {
            reportOrder(first, second, isOfDocuments: left.map(\.identity) != right.map(\.identity))
        }
    }

    private mutating func report(_ message: String, _ range: SourceRange?, _ notes: [Diagnostic.Note] = []) {
        count += 1
        if count <= Self.limit { diagnostics.error(.renderDiffers, message, at: range, notes: notes) }
    }

    private mutating func report(_ difference: RenderedDocument.Difference, _ document: RenderedDocument) {
        let (first, second) = difference.values
        report(
            "\(document.identity): \(difference.path): the first rendering has \(first), the second \(second)",
            difference.range ?? document.range, [.init(difference.cause.hint)])
    }

    /// The data is the same, the text is not.
    private mutating func reportOrder(_ first: SourceFile, _ second: SourceFile, isOfDocuments: Bool) {
        if isOfDocuments { return report("the documents come in another order the second time", nil) }
        let offset = zip(first.bytes, second.bytes).prefix { $0 == $1 }.count
        let line = first.position(at: offset).line
        report(
            "the data is the same both times, but the text is not: it differs from line \(line) on",
            SourceRange(first, offset, offset),
            [.init("keys in another order, or comments; what is written must be the same each time")])
    }
}
