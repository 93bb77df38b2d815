// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// Holds bytes that come in pieces against the digest and the size by which they were asked for.
package struct BlobVerifier {
    private let descriptor: Descriptor
    private let hash = DigestContext(.sha256)
    /// Bytes taken so far.
    package private(set) var count = 0

    package init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    package mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        count += bytes.count
        guard count <= descriptor.size else {
            throw ImageError(.mismatch, "the blob \(descriptor.digest) has more than \(descriptor.size) bytes")
        }
        hash.update(bytes)
    }

    /// Call it once, after the last bytes.
    package func finish() throws(ImageError) {
        guard count == descriptor.size else {
            throw ImageError(
                .mismatch, "the blob \(descriptor.digest) has \(count) bytes; expected \(descriptor.size)")
        }
        let actual = ImageDigest(sha256: hash.finish())
        guard actual == descriptor.digest else {
            throw ImageError(.mismatch, "the blob \(descriptor.digest) has the digest \(actual)")
        }
    }
}
