// SPDX-License-Identifier: Apache-2.0

/// What is recorded of one image, in `contrast.lock` and in the `images` of a bundle.
package struct LockEntry: Sendable, Equatable {
    /// The fields of an image's configuration that a policy depends on. `nil` when absent.
    package struct Config: Sendable, Equatable {
        package var user: String?
        package var env: [String]?
        package var entrypoint: [String]?
        package var cmd: [String]?
        package var workingDir: String?
        /// Mount points, sorted.
        package var volumes: [String]?
        package var tty: Bool?

        package init(
            user: String? = nil, env: [String]? = nil, entrypoint: [String]? = nil, cmd: [String]? = nil,
            workingDir: String? = nil, volumes: [String]? = nil, tty: Bool? = nil
        ) {
            self.user = user
            self.env = env
            self.entrypoint = entrypoint
            self.cmd = cmd
            self.workingDir = workingDir
            self.volumes = volumes
            self.tty = tty
        }
    }

    /// One layer, lowest first.
    package struct Layer: Sendable, Equatable {
        /// Of the compressed blob.
        package var digest: String
        /// Of the uncompressed tar.
        package var diffID: String?
        /// Bytes of the compressed blob.
        package var size: Int?
        /// Bytes of the tar.
        package var uncompressedSize: Int?

        package init(digest: String, diffID: String? = nil, size: Int? = nil, uncompressedSize: Int? = nil) {
            self.digest = digest
            self.diffID = diffID
            self.size = size
            self.uncompressedSize = uncompressedSize
        }
    }

    /// Of the platform's manifest; `nil` only for an image of our own whose release is still to come.
    package var digest: ImageDigest?
    /// Of the index that the manifest came from.
    package var index: ImageDigest?
    /// `os/architecture` or `os/architecture/variant`.
    package var platform: String
    package var config: Config
    /// The exact bytes that `digest` is the digest of.
    package var manifest: [UInt8]?
    /// The exact bytes of the image configuration that the manifest names.
    package var configBlob: [UInt8]?
    /// Text of `/etc/passwd`; empty when the image has none, `nil` when nobody looked.
    package var passwd: String?
    /// Text of `/etc/group`; empty when the image has none, `nil` when nobody looked.
    package var group: String?
    package var layers: [Layer]?

    package init(
        digest: ImageDigest?, index: ImageDigest? = nil, platform: String, config: Config, manifest: [UInt8]? = nil,
        configBlob: [UInt8]? = nil, passwd: String? = nil, group: String? = nil, layers: [Layer]? = nil
    ) {
        self.digest = digest
        self.index = index
        self.platform = platform
        self.config = config
        self.manifest = manifest
        self.configBlob = configBlob
        self.passwd = passwd
        self.group = group
        self.layers = layers
    }

    /// Whether the entry carries no proof: without both blobs its configuration is only somebody's word.
    package var isAsserted: Bool { manifest == nil || configBlob == nil }

    /// Bytes of all layers, compressed and uncompressed together; `nil` when one is not known.
    package var layerBytes: Int64? { bytes { [$0.size, $0.uncompressedSize] } }

    /// Bytes of all layers as they come; `nil` when one is not known.
    package var compressedBytes: Int64? { bytes { [$0.size] } }

    private func bytes(_ sizes: (Layer) -> [Int?]) -> Int64? {
        guard let layers, !layers.isEmpty else { return nil }
        var sum: Int64 = 0
        for layer in layers {
            for size in sizes(layer) {
                guard let size else { return nil }
                let (total, overflow) = sum.addingReportingOverflow(Int64(size))
                sum = overflow ? .max : total
            }
        }
        return sum
    }

    /// What a policy needs of the image.
    package var facts: ImageFacts {
        ImageFacts(
            digest: digest?.description ?? "", index: index?.description, user: config.user, env: config.env,
            entrypoint: config.entrypoint, cmd: config.cmd, workingDir: config.workingDir,
            volumes: config.volumes ?? [], tty: config.tty, passwd: passwd, group: group)
    }
}
