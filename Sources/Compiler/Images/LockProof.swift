// SPDX-License-Identifier: Apache-2.0

import Digests
import IR

/// Holds an entry against the blobs it carries, without a network: `digest` is the digest of the manifest, the manifest
/// names the configuration, and the configuration says what `config`, `platform` and `layers` say.
enum LockProof {
    static let manifestTypes: Set = [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ]
    static let configTypes: Set = [
        "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json",
    ]
    static let indexTypes: Set = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ]

    /// Contradictions; empty for an entry without blobs.
    static func problems(of entry: LockEntry) -> [LockProblem] {
        var configDigest: String?
        do throws(LockProblem) {
            if let manifest = entry.manifest { configDigest = try check(manifest, of: entry) }
            if let blob = entry.configBlob { try check(blob, digest: configDigest, of: entry) }
            return []
        } catch {
            return [error]
        }
    }

    /// - Returns: the digest of the configuration.
    private static func check(_ manifest: [UInt8], of entry: LockEntry) throws(LockProblem) -> String {
        let path = ["manifest"]
        let actual = ImageDigest(sha256: SHA256.digest(manifest))
        if let digest = entry.digest, digest != actual {
            throw mismatch(path, "'manifest' has the digest \(actual), but 'digest' is \(digest)")
        }
        let value = try parse(manifest, path)
        let type = value["mediaType"]?.string
        if let type, indexTypes.contains(type) {
            throw mismatch(path, "'manifest' is an index; expected the manifest of one platform")
        }
        guard value["schemaVersion"]?.integer == 2, type.map(manifestTypes.contains) ?? true else {
            throw mismatch(path, "'manifest' is not an OCI image manifest or a Docker manifest of schema 2")
        }
        guard let config = value["config"], let digest = config["digest"]?.string,
            let configType = config["mediaType"]?.string, configTypes.contains(configType)
        else { throw mismatch(path, "'manifest' names no image configuration") }
        if let blob = entry.configBlob, let size = config["size"]?.integer, size != Int128(blob.count) {
            throw mismatch(
                ["configBlob"], "'configBlob' has \(blob.count) bytes, but 'manifest' says \(size)")
        }
        if let layers = entry.layers {
            let listed = value["layers"]?.array ?? []
            guard listed.map({ $0["digest"]?.string }) == layers.map({ $0.digest }) else {
                throw mismatch(["layers"], "'layers' are not those that 'manifest' lists")
            }
            for (index, layer) in layers.enumerated() {
                guard let size = layer.size, let told = listed[index]["size"]?.integer, told != Int128(size)
                else { continue }
                throw mismatch(
                    ["layers", String(index), "size"], "the layer has \(size) bytes, but 'manifest' says \(told)")
            }
        }
        return digest
    }

    private static func check(_ blob: [UInt8], digest: String?, of entry: LockEntry) throws(LockProblem) {
        let path = ["configBlob"]
        let actual = ImageDigest(sha256: SHA256.digest(blob)).description
        if let digest, digest != actual {
            throw mismatch(path, "'configBlob' has the digest \(actual), but 'manifest' says \(digest)")
        }
        let value = try parse(blob, path)
        try checkPlatform(value, entry)
        let config = value["config"]
        for (key, agrees) in agreements(config ?? .null, entry.config) where !agrees {
            throw mismatch(["config", key], "'\(key)' of 'config' is not what 'configBlob' says")
        }
        if let told = value["rootfs"]?["diff_ids"]?.strings, let layers = entry.layers {
            let agrees =
                told.count == layers.count && zip(told, layers).allSatisfy { $1.diffID == nil || $0 == $1.diffID }
            guard agrees else { throw mismatch(["layers"], "'layers' are not those that 'configBlob' lists") }
        }
    }

    private static func checkPlatform(_ blob: JSONValue, _ entry: LockEntry) throws(LockProblem) {
        guard let os = blob["os"]?.string, let architecture = blob["architecture"]?.string else { return }
        let told = "\(os)/\(architecture)"
        let full = blob["variant"]?.string.map { "\(told)/\($0)" }
        guard entry.platform == told || entry.platform == full else {
            throw mismatch(["platform"], "'platform' is \(entry.platform), but 'configBlob' says \(full ?? told)")
        }
    }

    /// Absent, null and empty mean the same to a container, so they agree.
    private static func agreements(_ blob: JSONValue, _ config: LockEntry.Config) -> [(key: String, agrees: Bool)] {
        func text(_ key: String, _ value: String?) -> (String, Bool) {
            let told = blob[key] ?? .null
            return (key, told == .string(value ?? "") || (told.isNull && (value ?? "").isEmpty))
        }
        func list(_ key: String, _ value: [String]?) -> (String, Bool) {
            let told = blob[key] ?? .null
            return (key, (told.isNull ? [] : told.strings) == (value ?? []))
        }
        let volumes = blob["Volumes"]?.object?.keys.sorted() ?? []
        return [
            text("User", config.user), list("Env", config.env), list("Entrypoint", config.entrypoint),
            list("Cmd", config.cmd), text("WorkingDir", config.workingDir),
            ("Volumes", volumes == (config.volumes ?? [])),
            ("Tty", (blob["Tty"]?.bool ?? false) == (config.tty ?? false)),
        ]
    }

    private static func parse(_ bytes: [UInt8], _ path: [String]) throws(LockProblem) -> JSONValue {
        do throws(JSONError) { return try JSONParser.parse(bytes) } catch {
            throw mismatch(path, "'\(path[0])' is not JSON: \(error.message)")
        }
    }

    private static func mismatch(_ path: [String], _ message: String) -> LockProblem {
        LockProblem(.mismatch, path, message)
    }
}
