// SPDX-License-Identifier: Apache-2.0

/// Media types of the OCI image specification and of Docker's schema 2.
package enum MediaType {
    package static let ociManifest = "application/vnd.oci.image.manifest.v1+json"
    package static let ociIndex = "application/vnd.oci.image.index.v1+json"
    package static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
    package static let dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"

    /// What a request for a manifest must accept: with less, some registries convert what they have, or deny having it.
    package static let manifests = [ociManifest, ociIndex, dockerManifest, dockerList]

    static let images: Set = [ociManifest, dockerManifest]
    static let indexes: Set = [ociIndex, dockerList]
    static let configurations: Set = [
        "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json",
    ]

    /// Manifests of Docker's schema 1, which name no configuration.
    static let schema1: Set = [
        "application/vnd.docker.distribution.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
    ]

    private static let layerStems = [
        "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.docker.image.rootfs.diff.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar",
    ]

    /// Whether a blob of this type is a tar of a file system, compressed in whatever way.
    static func isLayer(_ type: String) -> Bool {
        layerStems.contains { stem in
            guard type.hasPrefix(stem) else { return false }
            let rest = type.dropFirst(stem.count)
            return rest.isEmpty || rest == "+gzip" || rest == "+zstd" || rest == ".gzip" || rest == ".zstd"
        }
    }
}
