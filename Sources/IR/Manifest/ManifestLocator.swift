// SPDX-License-Identifier: Apache-2.0

/// Finds where a value stands in a manifest or bundle. Positions are needed only for findings, so the document is scanned
/// again for each rather than every value carrying its range.
package enum ManifestLocator {
    /// The range of the value at the path, or of the key of the nearest value around it that is there.
    package static func range(of path: ManifestPath, in file: SourceFile) -> SourceRange {
        let tokens = path.steps.map { step in
            switch step {
            case .key(let name): name
            case .index(let index): String(index)
            }
        }
        return JSONLocator.nearest(to: JSONPointer(tokens), in: file, ignoringCase: true)
    }
}

/// Gives findings their places. Each costs a scan of the document, so that only the first ones of many get one: else a
/// hostile document could make the work grow with the square of its size.
struct FindingPlaces {
    static let limit = 100

    let source: SourceFile?
    private var remaining = Self.limit

    init(_ source: SourceFile?) { self.source = source }

    mutating func range(of path: ManifestPath) -> SourceRange? {
        guard let source, remaining > 0 else { return nil }
        remaining -= 1
        return ManifestLocator.range(of: path, in: source)
    }
}
