// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR

/// The files of an image layout, wherever they stand.
package protocol LayoutFiles: Sendable {
    /// What a finding calls them.
    var path: String { get }
    /// Bytes of a file; `nil` when there is none.
    func size(of name: String) -> Int?
    /// Gives all bytes of a file in order.
    func read(_ name: String, into sink: (UnsafeRawBufferPointer) throws -> Void) throws
}

/// Images of an OCI image layout, in a directory or an archive. What `docker save` writes since version 25 is one.
package struct LayoutSource: ImageSource {
    /// Largest `index.json`, in bytes.
    package static let indexLimit = ManifestDocument.sizeLimit

    private let files: any LayoutFiles
    private let index: ImageIndex
    /// The reference that the layout was given for, if it was.
    private let given: ImageReference?

    private static let nameAnnotations = ["io.containerd.image.name", "org.opencontainers.image.ref.name"]

    /// - Parameter given: the reference that the layout's image, or the one under its tag, stands for. Without it an
    ///   image must be named in full by the layout.
    package init(_ files: any LayoutFiles, given: ImageReference? = nil) throws {
        guard files.size(of: "index.json") != nil else {
            let isOld = files.size(of: "manifest.json") != nil
            throw ImageError(
                .malformed,
                isOld
                    ? "'\(files.path)' was saved by Docker before version 25 and has no manifests, so no digest of its "
                        + "images is known; save it with a newer version"
                    : "'\(files.path)' is no image layout: it has no 'index.json'")
        }
        let document = try ManifestDocument.parse(
            try Self.bytes(of: "index.json", files, limit: Self.indexLimit), contentType: nil)
        guard case .index(let index) = document else {
            throw ImageError(.malformed, "'index.json' of '\(files.path)' is no index")
        }
        self.files = files
        self.index = index
        self.given = given
    }

    package func manifest(of reference: ImageReference, digest: ImageDigest?) async throws -> StoredManifest {
        let digest = try digest ?? find(reference)
        let name = Self.name(of: digest)
        guard files.size(of: name) != nil else { throw Self.missing(digest, files) }
        let bytes = try Self.bytes(of: name, files, limit: ManifestDocument.sizeLimit)
        // Who asked for a tag does not know the digest.
        let actual = ImageDigest(sha256: SHA256.digest(bytes))
        guard actual == digest || digest.algorithm != .sha256 else {
            throw ImageError(.mismatch, "the manifest \(digest) in '\(files.path)' has the digest \(actual)")
        }
        return StoredManifest(bytes: bytes)
    }

    package func read(
        _ blob: Descriptor, of reference: ImageReference, into sink: (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        let name = Self.name(of: blob.digest)
        guard let size = files.size(of: name) else { throw Self.missing(blob.digest, files) }
        guard size == blob.size else {
            throw ImageError(
                .mismatch, "the blob \(blob.digest) in '\(files.path)' has \(size) bytes; expected \(blob.size)")
        }
        try files.read(name, into: sink)
    }

    /// The digest under which the layout has a reference.
    private func find(_ reference: ImageReference) throws(ImageError) -> ImageDigest {
        let isGiven = given?.canonicalWithoutDigest == reference.canonicalWithoutDigest
        var found = index.entries.filter { entry in
            Self.nameAnnotations.contains { key in
                guard let name = entry.annotations[key] else { return false }
                if isGiven, key == Self.nameAnnotations[1], name == reference.tag ?? "latest" { return true }
                // A bare word is a tag, not an image of Docker's library.
                guard name.contains("/") || name.contains(":"), let named = try? ImageReference(name) else {
                    return false
                }
                return named.canonicalWithoutDigest == reference.canonicalWithoutDigest
            }
        }
        if found.isEmpty, isGiven, index.entries.count == 1 { found = index.entries }
        guard let first = found.first else {
            throw ImageError(.missing, "'\(files.path)' has no image '\(reference)'")
        }
        guard found.allSatisfy({ $0.descriptor.digest == first.descriptor.digest }) else {
            throw ImageError(.malformed, "'\(files.path)' has several images '\(reference)'")
        }
        return first.descriptor.digest
    }

    private static func name(of digest: ImageDigest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }

    private static func missing(_ digest: ImageDigest, _ files: any LayoutFiles) -> ImageError {
        ImageError(.missing, "'\(files.path)' has no blob \(digest)")
    }

    private static func bytes(of name: String, _ files: any LayoutFiles, limit: Int) throws -> [UInt8] {
        guard let size = files.size(of: name), size <= limit else {
            throw ImageError(.malformed, "'\(name)' in '\(files.path)' is larger than \(limit) bytes")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        try files.read(name) { bytes += $0 }
        return bytes
    }
}

/// The first of several sources that has what is asked for.
package struct FirstOfSources: ImageSource {
    private let sources: [any ImageSource]

    package init(_ sources: [any ImageSource]) { self.sources = sources }

    package func manifest(of reference: ImageReference, digest: ImageDigest?) async throws -> StoredManifest {
        try await first(reference) { source in try await source.manifest(of: reference, digest: digest) }
    }

    package func read(
        _ blob: Descriptor, of reference: ImageReference, into sink: (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        try await first(reference) { source in try await source.read(blob, of: reference, into: sink) }
    }

    /// A source that says that something is missing has given nothing of it.
    private func first<Value>(
        _ reference: ImageReference, _ ask: (any ImageSource) async throws -> Value
    ) async throws -> Value {
        var missing = ImageError(.missing, "no source has the image '\(reference)'")
        for source in sources {
            do { return try await ask(source) } catch let error as ImageError where error.kind == .missing {
                missing = error
            }
        }
        throw missing
    }
}
