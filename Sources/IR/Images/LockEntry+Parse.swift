// SPDX-License-Identifier: Apache-2.0

/// What is wrong with an entry, and at which member of it.
package struct LockProblem: Error, Sendable, Equatable {
    package enum Kind: Sendable {
        /// The entry does not have the form of one.
        case malformed
        /// The entry contradicts its own proof.
        case mismatch
    }

    package var kind: Kind
    /// Keys, and indices of arrays as decimal text, from the entry to the member that is wrong.
    package var path: [String]
    package var message: String

    package init(_ kind: Kind, _ path: [String], _ message: String) {
        self.kind = kind
        self.path = path
        self.message = message
    }
}

extension LockEntry {
    /// Largest decoded `manifest` and `configBlob`, in bytes; registries refuse larger manifests.
    package static let blobLimit = 8 << 20
    /// Most layers of one image.
    package static let layerLimit = 1024

    /// Reads one entry of `images`. Everything that is wrong is reported, and then there is no entry.
    ///
    /// - Parameter digestRequired: false in a bundle, where an image of our own may still lack its digest.
    package static func parse(
        _ value: JSONValue, digestRequired: Bool = true
    ) -> (entry: LockEntry?, problems: [LockProblem]) {
        var reader = LockEntryReader()
        let entry = reader.entry(value, digestRequired: digestRequired)
        return (reader.problems.isEmpty ? entry : nil, reader.problems)
    }
}

/// Reads members and collects what is wrong with them.
private struct LockEntryReader {
    var problems: [LockProblem] = []

    private static let keys: Set = [
        "digest", "index", "platform", "config", "manifest", "configBlob", "passwd", "group", "layers",
    ]
    private static let configKeys: Set = ["User", "Env", "Entrypoint", "Cmd", "WorkingDir", "Volumes", "Tty"]
    private static let layerKeys: Set = ["digest", "diffID", "size", "uncompressedSize"]

    mutating func entry(_ value: JSONValue, digestRequired: Bool) -> LockEntry? {
        guard let object = members(value, at: [], allowed: Self.keys) else { return nil }
        if digestRequired, object["digest"] == nil { fail([], "the entry has no 'digest'") }
        if object["config"] == nil { fail([], "the entry has no 'config'") }
        // In a bundle an empty digest is one that a release has yet to fill in.
        let isOpen = !digestRequired && object["digest"]?.string == ""
        return LockEntry(
            digest: isOpen ? nil : digest(object, "digest"), index: digest(object, "index"), platform: platform(object),
            config: object["config"].map { config($0) } ?? LockEntry.Config(), manifest: blob(object, "manifest"),
            configBlob: blob(object, "configBlob"), passwd: string(object, "passwd", at: []),
            group: string(object, "group", at: []), layers: object["layers"].map { layers($0) })
    }

    private mutating func fail(_ path: [String], _ message: String) {
        problems.append(LockProblem(.malformed, path, message))
    }

    private mutating func members(_ value: JSONValue, at path: [String], allowed: Set<String>) -> JSONObject? {
        guard let object = value.object else {
            fail(path, "expected an object, found \(value.kindName)")
            return nil
        }
        for key in object.keys where !allowed.contains(key) {
            fail(path + [key], "unknown key '\(key)'; expected one of \(allowed.sorted().joined(separator: ", "))")
        }
        return object
    }

    /// The string at a key; `nil` when it is absent or null.
    private mutating func string(_ object: JSONObject, _ key: String, at path: [String]) -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let text = value.string else {
            fail(path + [key], "'\(key)' is \(value.kindName); expected a string")
            return nil
        }
        return text
    }

    private mutating func strings(_ object: JSONObject, _ key: String, at path: [String]) -> [String]? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let strings = value.strings else {
            fail(path + [key], "'\(key)' is not a list of strings")
            return nil
        }
        return strings
    }

    private mutating func digest(_ object: JSONObject, _ key: String, at path: [String] = []) -> ImageDigest? {
        guard let text = string(object, key, at: path) else {
            if object[key]?.isNull == true { fail(path + [key], "'\(key)' is null; expected a digest") }
            return nil
        }
        do throws(ImageReferenceError) {
            let digest = try ImageDigest(text)
            guard digest.algorithm == .sha256 else {
                fail(path + [key], "'\(key)' is a \(digest.algorithm.rawValue) digest; expected sha256")
                return nil
            }
            return digest
        } catch {
            fail(path + [key], error.reason)
            return nil
        }
    }

    private mutating func platform(_ object: JSONObject) -> String {
        guard let text = string(object, "platform", at: []) else {
            if object["platform"] == nil { fail([], "the entry has no 'platform'") }
            if object["platform"]?.isNull == true { fail(["platform"], "'platform' is null; expected a string") }
            return ""
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count < 2 || parts.count > 3 || parts.contains(where: \.isEmpty) {
            fail(["platform"], "'\(text)' is not a platform; expected a text such as linux/amd64")
        }
        return text
    }

    private mutating func config(_ value: JSONValue) -> LockEntry.Config {
        let path = ["config"]
        guard let object = members(value, at: path, allowed: Self.configKeys) else { return LockEntry.Config() }
        return LockEntry.Config(
            user: string(object, "User", at: path), env: strings(object, "Env", at: path),
            entrypoint: strings(object, "Entrypoint", at: path), cmd: strings(object, "Cmd", at: path),
            workingDir: string(object, "WorkingDir", at: path), volumes: volumes(object), tty: tty(object))
    }

    /// Image configurations write volumes as an object with empty members.
    private mutating func volumes(_ object: JSONObject) -> [String]? {
        guard let value = object["Volumes"], !value.isNull else { return nil }
        guard let volumes = value.object, volumes.members.allSatisfy({ $0.value.object?.isEmpty == true }) else {
            fail(["config", "Volumes"], "'Volumes' is not an object whose members are empty objects")
            return nil
        }
        return volumes.keys.sorted()
    }

    private mutating func tty(_ object: JSONObject) -> Bool? {
        guard let value = object["Tty"], !value.isNull else { return nil }
        if value.bool == nil { fail(["config", "Tty"], "'Tty' is \(value.kindName); expected a boolean") }
        return value.bool
    }

    private mutating func blob(_ object: JSONObject, _ key: String) -> [UInt8]? {
        guard let text = string(object, key, at: []) else { return nil }
        guard text.utf8.count / 4 * 3 <= LockEntry.blobLimit else {
            fail([key], "'\(key)' is larger than \(LockEntry.blobLimit) bytes")
            return nil
        }
        guard let bytes = Base64.decode(text.utf8) else {
            fail([key], "'\(key)' is not base64")
            return nil
        }
        return bytes
    }

    private mutating func layers(_ value: JSONValue) -> [LockEntry.Layer] {
        guard let items = value.array, items.count <= LockEntry.layerLimit else {
            fail(["layers"], "'layers' is not a list of at most \(LockEntry.layerLimit) layers")
            return []
        }
        var layers: [LockEntry.Layer] = []
        for (index, item) in items.enumerated() {
            let path = ["layers", String(index)]
            guard let object = members(item, at: path, allowed: Self.layerKeys) else { continue }
            let digest = digest(object, "digest", at: path)
            if object["digest"] == nil { fail(path, "the layer has no 'digest'") }
            layers.append(
                LockEntry.Layer(
                    digest: digest?.description ?? "", diffID: self.digest(object, "diffID", at: path)?.description,
                    size: size(object, "size", at: path), uncompressedSize: size(object, "uncompressedSize", at: path)))
        }
        return layers
    }

    private mutating func size(_ object: JSONObject, _ key: String, at path: [String]) -> Int? {
        guard let value = object[key] else { return nil }
        guard let size = value.integer.flatMap(Int.init(exactly:)), size >= 0 else {
            fail(path + [key], "'\(key)' is not a number of bytes")
            return nil
        }
        return size
    }
}
