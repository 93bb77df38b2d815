// SPDX-License-Identifier: Apache-2.0

package import IR

/// Asks mirrors of some registries first, and the registries themselves where a mirror does not help. What a mirror gives
/// is held against its digest like anything else, but which digest a tag leads to is the mirror's word.
package struct MirroredSource: ImageSource {
    private let base: any ImageSource
    private let mirrors: [RegistryHost: [String]]

    /// - Parameter mirrors: for each registry what stands in its place: a host, or a host and a path.
    package init(_ base: any ImageSource, mirrors: [RegistryHost: [String]]) {
        self.base = base
        self.mirrors = mirrors
    }

    package func manifest(of reference: ImageReference, digest: ImageDigest?) async throws -> StoredManifest {
        for mirror in mirrored(reference) {
            do { return try await base.manifest(of: mirror, digest: digest) } catch is ImageError {}
        }
        return try await base.manifest(of: reference, digest: digest)
    }

    package func read(
        _ blob: Descriptor, of reference: ImageReference, into sink: (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        for mirror in mirrored(reference) {
            var isStarted = false
            do {
                return try await base.read(blob, of: mirror) { piece in
                    isStarted = true
                    try sink(piece)
                }
            } catch let error as ImageError {
                // What was given cannot be taken back.
                if isStarted { throw error }
            }
        }
        try await base.read(blob, of: reference, into: sink)
    }

    private func mirrored(_ reference: ImageReference) -> [ImageReference] {
        (mirrors[RegistryHost(reference.registry)] ?? []).compactMap { mirror in
            let tag = reference.tag.map { ":\($0)" } ?? ""
            let digest = reference.digest.map { "@\($0)" } ?? ""
            return try? ImageReference("\(mirror)/\(reference.repository)\(tag)\(digest)")
        }
    }
}
