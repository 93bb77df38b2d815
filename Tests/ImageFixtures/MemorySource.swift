// SPDX-License-Identifier: Apache-2.0

package import IR
package import OCI
internal import Synchronization

/// Images in memory, which remembers what was read.
package final class MemorySource: ImageSource {
    private let image: ImageFixture
    private let log = Mutex<[ImageDigest]>([])
    /// Bytes that are given at a time.
    private let piece: Int

    package init(_ image: ImageFixture, piece: Int = 1000) {
        self.image = image
        self.piece = piece
    }

    /// Blobs in the order in which they were asked for.
    package var read: [ImageDigest] { log.withLock { $0 } }

    package func manifest(of reference: ImageReference, digest: ImageDigest?) async throws -> StoredManifest {
        guard let bytes = image.blobs[digest ?? image.root] else { throw ImageError(.missing, "no manifest") }
        return StoredManifest(bytes: bytes)
    }

    package func read(
        _ blob: Descriptor, of reference: ImageReference, into sink: (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        log.withLock { $0.append(blob.digest) }
        guard let bytes = image.blobs[blob.digest] else { throw ImageError(.missing, "no blob \(blob.digest)") }
        try bytes.withUnsafeBytes { buffer in
            for start in stride(from: 0, to: buffer.count, by: piece) {
                try sink(UnsafeRawBufferPointer(rebasing: buffer[start..<min(start + piece, buffer.count)]))
            }
        }
    }
}
