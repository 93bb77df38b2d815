// SPDX-License-Identifier: Apache-2.0

package import IR

/// Where images come from: a registry, a directory, an archive. What it gives is not trusted: whoever asks holds it
/// against its digest.
package protocol ImageSource: Sendable {
    /// The manifest or index that a reference names.
    ///
    /// - Parameter digest: which one, instead of the one under the tag.
    /// - Throws: `ImageError`; `.missing` when there is none.
    func manifest(of reference: ImageReference, digest: ImageDigest?) async throws -> StoredManifest

    /// Gives all bytes of a blob in order, each once.
    func read(
        _ blob: Descriptor, of reference: ImageReference, into sink: (UnsafeRawBufferPointer) throws -> Void
    ) async throws
}

/// A manifest or index as a source has it.
package struct StoredManifest: Sendable {
    package var bytes: [UInt8]
    package var contentType: String?

    package init(bytes: [UInt8], contentType: String? = nil) {
        self.bytes = bytes
        self.contentType = contentType
    }
}

/// What earlier runs learned. All of it is verified before it is given out; what cannot be kept is forgotten.
package protocol ImageCache: Sendable {
    func blob(_ digest: ImageDigest) -> [UInt8]?
    func keep(_ bytes: [UInt8], as digest: ImageDigest)
    /// What a layer says of just these paths.
    func findings(of layer: ImageDigest, at paths: [LayerPath]) -> LayerFindings?
    func keep(_ findings: LayerFindings, of layer: ImageDigest, at paths: [LayerPath])
}

/// Is told what a resolution does, from any thread.
package protocol ResolutionObserver: Sendable {
    func began(_ reference: ImageReference)
    /// So many bytes more will be read. What several images have is told of one of them.
    func expect(_ bytes: Int, of reference: ImageReference)
    func received(_ bytes: Int, of reference: ImageReference)
    func finished(_ reference: ImageReference)
}
