// SPDX-License-Identifier: Apache-2.0

/// The content of a `contrast.lock`: what every image of a deployment was resolved to.
package struct ContrastLock: Sendable, Equatable {
    /// The version of the format.
    package static let version: Int128 = 1

    /// Entries by image reference; a reference with a tag stands here without its digest.
    package var images: [String: LockEntry]

    package init(images: [String: LockEntry] = [:]) { self.images = images }

    /// The key under which an image is locked: without its digest when it has a tag.
    package static func key(for reference: ImageReference) -> String {
        reference.tag == nil ? reference.text : reference.withoutDigest
    }

    /// The one text of this lock: sorted keys, indented by two spaces, a final newline, UTF-8.
    package func text() -> [UInt8] {
        let entries = images.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let document: JSONValue = .object(
            JSONObject([
                ("images", .object(JSONObject(entries.map { ($0.key, $0.value.json) }))),
                ("version", .integer(Self.version)),
            ]))
        return JSONPrinter.print(document, JSONPrinter.Style(indent: 2, sortedKeys: true)) + [0x0A]
    }
}

extension LockEntry {
    /// The entry as the lock writes it; members that are absent are left out.
    package var json: JSONValue {
        var object = JSONObject()
        object["digest"] = digest.map { .string($0.description) }
        object["index"] = index.map { .string($0.description) }
        object["platform"] = .string(platform)
        object["config"] = config.json
        object["manifest"] = manifest.map { .string(Base64.text($0)) }
        object["configBlob"] = configBlob.map { .string(Base64.text($0)) }
        object["passwd"] = passwd.map { .string($0) }
        object["group"] = group.map { .string($0) }
        object["layers"] = layers.map { .array($0.map(\.json)) }
        return .object(object)
    }
}

extension LockEntry.Config {
    fileprivate var json: JSONValue {
        func list(_ texts: [String]?) -> JSONValue? { texts.map { .array($0.map { .string($0) }) } }
        var object = JSONObject()
        object["User"] = user.map { .string($0) }
        object["Env"] = list(env)
        object["Entrypoint"] = list(entrypoint)
        object["Cmd"] = list(cmd)
        object["WorkingDir"] = workingDir.map { .string($0) }
        object["Volumes"] = volumes.map { .object(JSONObject($0.map { ($0, .object(JSONObject())) })) }
        object["Tty"] = tty.map { .bool($0) }
        return .object(object)
    }
}

extension LockEntry.Layer {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["digest"] = .string(digest)
        object["diffID"] = diffID.map { .string($0) }
        object["size"] = size.map { .integer(Int128($0)) }
        object["uncompressedSize"] = uncompressedSize.map { .integer(Int128($0)) }
        return .object(object)
    }
}
