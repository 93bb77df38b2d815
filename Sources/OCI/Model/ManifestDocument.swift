// SPDX-License-Identifier: Apache-2.0

internal import IR

/// What a registry stores under a tag: the manifest of one image, or an index of several.
package enum ManifestDocument: Sendable {
    case image(ImageManifest)
    case index(ImageIndex)

    /// Largest manifest or index, in bytes.
    package static let sizeLimit = LockEntry.blobLimit

    /// - Parameter contentType: what the source calls the bytes, if it does; the bytes' own `mediaType` counts more.
    package static func parse(_ bytes: [UInt8], contentType: String? = nil) throws(ImageError) -> ManifestDocument {
        guard bytes.count <= sizeLimit else {
            throw ImageError(.malformed, "the manifest has \(bytes.count) bytes; the limit is \(sizeLimit)")
        }
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.parse(bytes) } catch {
            throw ImageError(.malformed, "the manifest is not JSON: \(error.message)")
        }
        guard value.object != nil else { throw ImageError(.malformed, "the manifest is not a JSON object") }
        let type = value["mediaType"]?.string ?? contentType.flatMap(Self.bareType)
        if value["schemaVersion"]?.integer == 1 || type.map(MediaType.schema1.contains) == true {
            throw ImageError(
                .malformed,
                "the manifest has Docker's schema 1, which says nothing of its configuration; push the image again")
        }
        guard value["schemaVersion"]?.integer == 2 else {
            throw ImageError(.malformed, "the manifest has no 'schemaVersion' of 2")
        }
        // Who confuses the two forms could show one image to a client and another to the next.
        guard value["manifests"] == nil || (value["layers"] == nil && value["config"] == nil) else {
            throw ImageError(.malformed, "the manifest is that of an image and an index at once")
        }
        if value["manifests"] != nil {
            if let type, !MediaType.indexes.contains(type) { throw wrongType(type) }
            return .index(try ImageIndex(value))
        }
        if let type, !MediaType.images.contains(type) { throw wrongType(type) }
        return .image(try ImageManifest(value))
    }

    private static func bareType(_ contentType: String) -> String? {
        let bare = contentType.split(separator: ";").first.map(String.init) ?? ""
        let type = bare.filter { $0 != " " }
        // Some registries and file servers say no more than that it is JSON or bytes.
        return type.hasPrefix("application/vnd.") ? type : nil
    }

    private static func wrongType(_ type: String) -> ImageError {
        ImageError(.malformed, "the manifest has the media type '\(type.prefix(100))', which is no container image's")
    }
}

/// The manifest of one image.
package struct ImageManifest: Sendable {
    package var config: Descriptor
    /// Lowest first.
    package var layers: [Descriptor]

    init(_ value: JSONValue) throws(ImageError) {
        config = try Descriptor(value["config"], "'config' of the manifest")
        guard MediaType.configurations.contains(config.mediaType) else {
            throw ImageError(
                .malformed, "the configuration has the media type '\(config.mediaType.prefix(100))'; this is no image")
        }
        guard config.size <= LockEntry.blobLimit else {
            throw ImageError(
                .malformed, "the configuration has \(config.size) bytes; the limit is \(LockEntry.blobLimit)")
        }
        guard let items = value["layers"]?.array else {
            throw ImageError(.malformed, "the manifest has no list 'layers'")
        }
        guard items.count <= LockEntry.layerLimit else {
            throw ImageError(.malformed, "the image has \(items.count) layers; the limit is \(LockEntry.layerLimit)")
        }
        layers = []
        for (index, item) in items.enumerated() {
            let layer = try Descriptor(item, "layer \(index)")
            guard MediaType.isLayer(layer.mediaType) else {
                throw ImageError(
                    .malformed, "layer \(index) has the media type '\(layer.mediaType.prefix(100))'; expected a tar")
            }
            layers.append(layer)
        }
    }
}

/// An index, or Docker's manifest list: the manifests of one image for several platforms.
package struct ImageIndex: Sendable {
    package struct Entry: Sendable {
        package var descriptor: Descriptor
        package var platform: ImagePlatform?
        package var annotations: [String: String]
    }

    package var entries: [Entry]

    /// Most entries of an index.
    package static let entryLimit = 10_000

    init(_ value: JSONValue) throws(ImageError) {
        guard let items = value["manifests"]?.array, items.count <= Self.entryLimit else {
            throw ImageError(.malformed, "'manifests' is not a list of at most \(Self.entryLimit) manifests")
        }
        entries = []
        for (index, item) in items.enumerated() {
            let annotations = item["annotations"]?.object?.members.compactMap { key, value in
                value.string.map { (key, $0) }
            }
            entries.append(
                Entry(
                    descriptor: try Descriptor(item, "manifest \(index) of the index"),
                    platform: ImagePlatform(item["platform"]),
                    annotations: Dictionary(annotations ?? []) { $1 }))
        }
    }

    /// The first manifest for a platform.
    package func manifest(for platform: ImagePlatform) throws(ImageError) -> Descriptor {
        let images = entries.filter { MediaType.images.contains($0.descriptor.mediaType) }
        if let found = images.first(where: { $0.platform?.serves(platform) == true }) { return found.descriptor }
        if images.count == 1, images[0].platform == nil { return images[0].descriptor }
        var known: [String] = []
        for image in images {
            guard let name = image.platform?.description, name != "unknown/unknown", !known.contains(name) else {
                continue
            }
            known.append(name)
        }
        let list = known.isEmpty ? "none" : known.prefix(20).joined(separator: ", ")
        throw ImageError(.missing, "the image has no manifest for \(platform); it has \(list)")
    }
}
