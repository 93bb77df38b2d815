// SPDX-License-Identifier: Apache-2.0

package import IR

/// The configuration of an image, as far as a lock records it.
package struct ImageConfiguration: Sendable {
    package var platform: ImagePlatform
    package var config: LockEntry.Config
    /// Digests of the uncompressed layers, lowest first.
    package var diffIDs: [ImageDigest]

    package static func parse(_ bytes: [UInt8]) throws(ImageError) -> ImageConfiguration {
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.parse(bytes) } catch {
            throw ImageError(.malformed, "the image configuration is not JSON: \(error.message)")
        }
        guard let platform = ImagePlatform(value) else {
            throw ImageError(.malformed, "the image configuration lacks 'os' or 'architecture'")
        }
        guard let texts = value["rootfs"]?["diff_ids"]?.strings else {
            throw ImageError(.malformed, "the image configuration has no list 'rootfs.diff_ids'")
        }
        var diffIDs: [ImageDigest] = []
        for text in texts {
            do throws(ImageReferenceError) { diffIDs.append(try ImageDigest(text)) } catch {
                throw ImageError(.malformed, "'rootfs.diff_ids' of the image configuration: \(error.reason)")
            }
        }
        return ImageConfiguration(platform: platform, config: try config(value["config"] ?? .null), diffIDs: diffIDs)
    }

    private static func config(_ value: JSONValue) throws(ImageError) -> LockEntry.Config {
        guard value.object != nil || value.isNull else {
            throw ImageError(.malformed, "'config' of the image configuration is \(value.kindName)")
        }
        return LockEntry.Config(
            user: try text(value, "User"), env: try list(value, "Env"), entrypoint: try list(value, "Entrypoint"),
            cmd: try list(value, "Cmd"), workingDir: try text(value, "WorkingDir"), volumes: try volumes(value),
            tty: try tty(value))
    }

    /// The member of a key; `nil` when it is absent or null.
    private static func member(_ value: JSONValue, _ key: String) -> JSONValue? {
        guard let member = value[key], !member.isNull else { return nil }
        return member
    }

    private static func text(_ value: JSONValue, _ key: String) throws(ImageError) -> String? {
        guard let member = member(value, key) else { return nil }
        guard let text = member.string else { throw wrong(key, member, "a string") }
        return text.isEmpty ? nil : text
    }

    private static func list(_ value: JSONValue, _ key: String) throws(ImageError) -> [String]? {
        guard let member = member(value, key) else { return nil }
        guard let list = member.strings else { throw wrong(key, member, "a list of strings") }
        return list
    }

    private static func volumes(_ value: JSONValue) throws(ImageError) -> [String]? {
        guard let member = member(value, "Volumes") else { return nil }
        guard let volumes = member.object else { throw wrong("Volumes", member, "an object") }
        return volumes.keys.sorted()
    }

    private static func tty(_ value: JSONValue) throws(ImageError) -> Bool? {
        guard let member = member(value, "Tty") else { return nil }
        guard let tty = member.bool else { throw wrong("Tty", member, "a boolean") }
        return tty ? true : nil
    }

    private static func wrong(_ key: String, _ value: JSONValue, _ expected: String) -> ImageError {
        ImageError(.malformed, "'config.\(key)' of the image configuration is \(value.kindName); expected \(expected)")
    }
}
