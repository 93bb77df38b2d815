// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR
internal import OCI

/// An image made by hand: blobs by their digests, and the digest of the manifest or index that a tag leads to.
package struct ImageFixture: Sendable {
    package enum Format: Sendable {
        case oci, docker

        var manifest: String { self == .oci ? MediaType.ociManifest : MediaType.dockerManifest }
        var index: String { self == .oci ? MediaType.ociIndex : MediaType.dockerList }
        var config: String {
            self == .oci
                ? "application/vnd.oci.image.config.v1+json" : "application/vnd.docker.container.image.v1+json"
        }
        var layer: String {
            self == .oci
                ? "application/vnd.oci.image.layer.v1.tar" : "application/vnd.docker.image.rootfs.diff.tar"
        }
    }

    package enum Codec: Sendable {
        case plain, gzip, zstd

        func encode(_ bytes: [UInt8]) -> [UInt8] {
            switch self {
            case .plain: bytes
            case .gzip: Compression.gzip(bytes)
            case .zstd: Compression.zstd(bytes)
            }
        }

        func suffix(_ format: Format) -> String {
            switch self {
            case .plain: ""
            case .gzip: format == .oci ? "+gzip" : ".gzip"
            case .zstd: "+zstd"
            }
        }
    }

    package var blobs: [ImageDigest: [UInt8]] = [:]
    /// Media types of the manifests among the blobs.
    package var manifestTypes: [ImageDigest: String] = [:]
    /// What a tag leads to.
    package var root: ImageDigest
    /// Of the layers' blobs, lowest first.
    package var layers: [ImageDigest] = []
    package var config: ImageDigest?

    /// - Parameter layers: tars, lowest first.
    package init(
        layers tars: [([UInt8], Codec)], config: String = "{}", architecture: String = "amd64", variant: String? = nil,
        format: Format = .oci
    ) {
        root = ImageDigest(sha256: SHA256.digest([]))
        let diffIDs = tars.map { "\"\(ImageDigest(sha256: SHA256.digest($0.0)))\"" }.joined(separator: ",")
        let variantText = variant.map { ",\"variant\":\"\($0)\"" } ?? ""
        let blob =
            "{\"architecture\":\"\(architecture)\"\(variantText),\"os\":\"linux\",\"config\":\(config),"
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\(diffIDs)]}}"
        let configDigest = add(Array(blob.utf8))
        self.config = configDigest
        var list: [String] = []
        for (tar, codec) in tars {
            let bytes = codec.encode(tar)
            let digest = add(bytes)
            layers.append(digest)
            list.append(Self.descriptor(format.layer + codec.suffix(format), digest, bytes.count))
        }
        let manifest =
            "{\"schemaVersion\":2,\"mediaType\":\"\(format.manifest)\","
            + "\"config\":\(Self.descriptor(format.config, configDigest, blob.utf8.count)),"
            + "\"layers\":[\(list.joined(separator: ","))]}"
        root = add(Array(manifest.utf8))
        manifestTypes[root] = format.manifest
    }

    /// An index of several images.
    package init(index images: [(platform: String, image: ImageFixture)], format: Format = .oci) {
        root = images.first?.image.root ?? ImageDigest(sha256: [])
        var entries: [String] = []
        for (platform, image) in images {
            blobs.merge(image.blobs) { $1 }
            manifestTypes.merge(image.manifestTypes) { $1 }
            let parts = platform.split(separator: "/")
            let variant = parts.count > 2 ? ",\"variant\":\"\(parts[2])\"" : ""
            let base = Self.descriptor(
                image.manifestTypes[image.root] ?? format.manifest, image.root, image.blobs[image.root]?.count ?? 0)
            entries.append(
                base.dropLast() + ",\"platform\":{\"os\":\"\(parts[0])\",\"architecture\":\"\(parts[1])\"\(variant)}}")
        }
        let index =
            "{\"schemaVersion\":2,\"mediaType\":\"\(format.index)\",\"manifests\":[\(entries.joined(separator: ","))]}"
        root = add(Array(index.utf8))
        manifestTypes[root] = format.index
    }

    /// A layer with user files of one line each.
    package static func userLayer(user: String, uid: Int) -> [UInt8] {
        TarBuilder.archive { tar in
            tar.directory("etc/")
            tar.file("etc/passwd", "\(user):x:\(uid):\(uid)::/:/bin/sh\n")
            tar.file("etc/group", "\(user):x:\(uid):\n")
        }
    }

    @discardableResult
    package mutating func add(_ bytes: [UInt8]) -> ImageDigest {
        let digest = ImageDigest(sha256: SHA256.digest(bytes))
        blobs[digest] = bytes
        return digest
    }

    private static func descriptor(_ type: String, _ digest: ImageDigest, _ size: Int) -> String {
        "{\"mediaType\":\"\(type)\",\"digest\":\"\(digest)\",\"size\":\(size)}"
    }
}
