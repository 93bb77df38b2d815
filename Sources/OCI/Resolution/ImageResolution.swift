// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR

/// Resolves image references to entries of a lock. One resolution serves all images of a run: a layer that several
/// images share is read once.
package final class ImageResolution: Sendable {
    /// The files of an image that a lock records.
    static let paths = [passwd, group]
    static let passwd = LayerPath("/etc/passwd")
    static let group = LayerPath("/etc/group")
    /// Layers that are read at a time, over all images. Each takes the memory of a decompressor: a few hundred KB, or
    /// as much as the window of zstd.
    package static let scanLimit = 16

    private let source: any ImageSource
    private let cache: (any ImageCache)?
    private let platform: ImagePlatform
    private let observer: (any ResolutionObserver)?
    private let scans = SharedTasks<ScanKey, LayerFindings>()
    private let slots = TaskLimit(scanLimit)

    private struct ScanKey: Hashable {
        var layer: Descriptor
        var paths: [LayerPath]
    }

    package init(
        source: any ImageSource, cache: (any ImageCache)? = nil, platform: ImagePlatform = .standard,
        observer: (any ResolutionObserver)? = nil
    ) {
        self.source = source
        self.cache = cache
        self.platform = platform
        self.observer = observer
    }

    /// The entry of an image, with its proof.
    ///
    /// - Parameters:
    ///   - digest: of the index or manifest, instead of what the tag leads to now.
    ///   - readsAllLayers: whether layers are read that cannot matter, for their size.
    package func resolve(
        _ reference: ImageReference, digest: ImageDigest? = nil, readsAllLayers: Bool = false
    ) async throws -> LockEntry {
        observer?.began(reference)
        defer { observer?.finished(reference) }
        let (root, rootDigest) = try await manifest(of: reference, digest: digest ?? reference.digest)
        switch root {
        case .image(let image, let bytes):
            return try await entry(reference, image, bytes, digest: rootDigest, index: nil, readsAllLayers)
        case .index(let index):
            let child = try index.manifest(for: platform)
            let (document, childDigest) = try await manifest(of: reference, digest: child.digest)
            guard case .image(let image, let bytes) = document else {
                throw ImageError(.malformed, "the index names an index for \(platform); expected a manifest")
            }
            guard bytes.count == child.size else {
                throw ImageError(
                    .mismatch, "the manifest \(childDigest) has \(bytes.count) bytes; the index says \(child.size)")
            }
            return try await entry(reference, image, bytes, digest: childDigest, index: rootDigest, readsAllLayers)
        }
    }

    private enum Root {
        case image(ImageManifest, [UInt8])
        case index(ImageIndex)
    }

    private func manifest(
        of reference: ImageReference, digest: ImageDigest?
    ) async throws -> (Root, ImageDigest) {
        if let digest, digest.algorithm != .sha256 {
            throw ImageError(.malformed, "its digest is one of \(digest.algorithm.rawValue); expected sha256")
        }
        let stored: StoredManifest
        if let digest, let kept = cache?.blob(digest) {
            stored = StoredManifest(bytes: kept)
        } else {
            stored = try await source.manifest(of: reference, digest: digest)
        }
        let actual = ImageDigest(sha256: SHA256.digest(stored.bytes))
        if let digest, digest != actual {
            throw ImageError(.mismatch, "the manifest \(digest) has the digest \(actual)")
        }
        let document = try ManifestDocument.parse(stored.bytes, contentType: stored.contentType)
        cache?.keep(stored.bytes, as: actual)
        switch document {
        case .image(let image): return (.image(image, stored.bytes), actual)
        case .index(let index): return (.index(index), actual)
        }
    }

    private func entry(
        _ reference: ImageReference, _ image: ImageManifest, _ manifest: [UInt8], digest: ImageDigest,
        index: ImageDigest?, _ readsAll: Bool
    ) async throws -> LockEntry {
        let configBlob = try await blob(image.config, of: reference)
        let configuration = try ImageConfiguration.parse(configBlob)
        guard configuration.platform.serves(platform) else {
            throw ImageError(
                .missing, "the image is for \(configuration.platform); expected \(platform)")
        }
        guard configuration.diffIDs.count == image.layers.count else {
            throw ImageError(
                .malformed,
                "the manifest lists \(image.layers.count) layers, but the configuration \(configuration.diffIDs.count)")
        }
        let found = try await files(of: image.layers, configuration.diffIDs, reference, readsAll)
        let layers = image.layers.indices.map { index in
            LockEntry.Layer(
                digest: image.layers[index].digest.description, diffID: configuration.diffIDs[index].description,
                size: image.layers[index].size, uncompressedSize: found.layers[index]?.uncompressedSize)
        }
        return LockEntry(
            digest: digest, index: index, platform: configuration.platform.description, config: configuration.config,
            manifest: manifest, configBlob: configBlob, passwd: Self.text(found.files[Self.passwd]),
            group: Self.text(found.files[Self.group]), layers: layers)
    }

    /// User and group files are lists of names; what is not UTF-8 in them stands in no field that anybody looks up.
    private static func text(_ file: [UInt8]?) -> String { String(decoding: file ?? [], as: UTF8.self) }

    // MARK: - Blobs

    /// A blob that fits in memory.
    private func blob(_ descriptor: Descriptor, of reference: ImageReference) async throws -> [UInt8] {
        if let kept = cache?.blob(descriptor.digest), kept.count == descriptor.size { return kept }
        var verifier = BlobVerifier(descriptor)
        var bytes: [UInt8] = []
        try await source.read(descriptor, of: reference) { piece in
            try verifier.feed(piece)
            bytes += piece
        }
        try verifier.finish()
        cache?.keep(bytes, as: descriptor.digest)
        return bytes
    }

    private func files(
        of layers: [Descriptor], _ diffIDs: [ImageDigest], _ reference: ImageReference, _ readsAll: Bool
    ) async throws -> FileSearch.Outcome {
        let search = FileSearch(layerCount: layers.count, readsAll: readsAll) { index, paths in
            let findings = try await self.findings(in: layers[index], paths, reference)
            guard findings.diffID == diffIDs[index] else {
                throw ImageError(
                    .mismatch,
                    "layer \(index) expands to \(findings.diffID); the configuration says \(diffIDs[index])")
            }
            return findings
        }
        return try await search.find(Self.paths)
    }

    private func findings(
        in layer: Descriptor, _ paths: [LayerPath], _ reference: ImageReference
    ) async throws -> LayerFindings {
        if let kept = cache?.findings(of: layer.digest, at: paths) { return kept }
        return try await scans.value(for: ScanKey(layer: layer, paths: paths)) { [self] in
            try await slots.run {
                observer?.expect(layer.size, of: reference)
                var scan = LayerScan(layer, paths: paths)
                try await source.read(layer, of: reference) { piece in
                    try Task.checkCancellation()
                    observer?.received(piece.count, of: reference)
                    try scan.feed(piece)
                }
                let findings = try scan.finish()
                cache?.keep(findings, of: layer.digest, at: paths)
                return findings
            }
        }
    }
}
