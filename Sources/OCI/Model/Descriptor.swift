// SPDX-License-Identifier: Apache-2.0

package import IR

/// A reference to content by its digest, as manifests and indexes write it.
package struct Descriptor: Sendable, Hashable {
    package var mediaType: String
    package var digest: ImageDigest
    /// In bytes.
    package var size: Int

    /// Largest blob, in bytes.
    package static let sizeLimit = 1 << 40

    package init(mediaType: String, digest: ImageDigest, size: Int) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
    }

    /// - Parameter name: what a finding calls the descriptor.
    init(_ value: JSONValue?, _ name: String) throws(ImageError) {
        guard let value, value.object != nil else { throw ImageError(.malformed, "\(name) is missing") }
        guard let type = value["mediaType"]?.string, let text = value["digest"]?.string,
            let size = value["size"]?.integer.flatMap(Int.init(exactly:)), size >= 0
        else { throw ImageError(.malformed, "\(name) lacks 'mediaType', 'digest' or 'size'") }
        guard size <= Self.sizeLimit else {
            throw ImageError(.malformed, "\(name) has \(size) bytes; the limit is \(Self.sizeLimit)")
        }
        do throws(ImageReferenceError) { digest = try ImageDigest(text) } catch {
            throw ImageError(.malformed, "\(name): \(error.reason)")
        }
        guard digest.algorithm == .sha256 else {
            throw ImageError(.malformed, "\(name) has a \(digest.algorithm.rawValue) digest; expected sha256")
        }
        mediaType = type
        self.size = size
    }
}
