// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR

/// What was found in one layer. Nothing of it may be used before the whole layer proved to have its digest.
package struct LayerFindings: Sendable, Equatable {
    /// Of the uncompressed tar.
    package var diffID: ImageDigest
    /// Bytes of the tar.
    package var uncompressedSize: Int
    package var paths: [LayerPath: PathFinding]

    package init(diffID: ImageDigest, uncompressedSize: Int, paths: [LayerPath: PathFinding]) {
        self.diffID = diffID
        self.uncompressedSize = uncompressedSize
        self.paths = paths
    }
}

/// Reads a layer that comes in pieces, in one pass and bounded memory: verifies and decompresses it, and looks for a few
/// files. Nothing is unpacked.
package struct LayerScan {
    /// Largest file that is looked for, in bytes.
    package static let fileLimit = 4 << 20

    private var verifier: BlobVerifier
    private var decompressor = Decompressor()
    private var tar = TarStream()
    private let hash = DigestContext(.sha256)
    private var finder: FileFinder
    /// What is wrong with the content, which is told only if these are the right bytes.
    private var failure: ImageError?

    package init(_ layer: Descriptor, paths: [LayerPath]) {
        verifier = BlobVerifier(layer)
        finder = FileFinder(watches: paths.map { PathWatch($0) })
    }

    /// The next bytes of the compressed blob.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        try verifier.feed(bytes)
        guard failure == nil else { return }
        do throws(ImageError) {
            try decompressor.feed(bytes) { (piece) throws(ImageError) in
                hash.update(piece)
                try tar.feed(piece, to: &finder)
            }
        } catch { failure = error }
    }

    /// Call it once, after the last bytes.
    package mutating func finish() throws(ImageError) -> LayerFindings {
        try verifier.finish()
        if let failure { throw failure }
        try decompressor.finish { (piece) throws(ImageError) in
            hash.update(piece)
            try tar.feed(piece, to: &finder)
        }
        try tar.finish()
        return LayerFindings(
            diffID: ImageDigest(sha256: hash.finish()), uncompressedSize: decompressor.outputCount,
            paths: Dictionary(finder.watches.map { ($0.path, $0.finding) }) { $1 })
    }
}

/// Keeps what a layer says of some paths.
private struct FileFinder: TarVisitor {
    var watches: [PathWatch]
    private var current: Int?
    private var content: [UInt8] = []

    init(watches: [PathWatch]) { self.watches = watches }

    mutating func begin(_ entry: TarEntry, at offset: Int) throws(ImageError) -> Bool {
        current = nil
        // No system has longer paths, and none that is looked for is as long.
        guard entry.path.count <= LayerPath.sizeLimit else { return false }
        let path = LayerPath(entry.path)
        for index in watches.indices where watches[index].see(entry, at: path) { current = index }
        guard current != nil else { return false }
        guard !entry.isSparse else { throw ImageError(.malformed, "'\(path)' in a layer is a sparse file") }
        guard entry.size <= LayerScan.fileLimit else {
            throw ImageError(
                .malformed, "'\(path)' in a layer has \(entry.size) bytes; the limit is \(LayerScan.fileLimit)")
        }
        content = []
        return true
    }

    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ImageError) { content += bytes }

    mutating func end() {
        guard let current else { return }
        watches[current].setContent(content)
        content = []
    }
}
