// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Why a text is no statement.
package struct StatementError: Error, Sendable, Equatable {
    package var message: String

    package init(_ message: String) { self.message = message }
}

extension BuildStatement {
    /// Bytes of a statement or of an envelope around one.
    package static let sizeLimit = 64 << 20

    /// Reads a statement about a run of generate.
    package init(_ bytes: [UInt8]) throws(StatementError) {
        guard bytes.count <= Self.sizeLimit else { throw StatementError("it is larger than \(Self.sizeLimit) bytes") }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(bytes)
        } catch {
            throw StatementError("not valid JSON: \(error.message)")
        }
        for (key, expected) in [("_type", Self.type), ("predicateType", Self.predicateType)] {
            guard json[key]?.string == expected else { throw StatementError("'\(key)' is not '\(expected)'") }
        }
        let definition = json["predicate"]?["buildDefinition"]
        guard definition?["buildType"]?.string == Self.buildType else {
            throw StatementError("'buildType' is not '\(Self.buildType)'")
        }
        let details = json["predicate"]?["runDetails"]
        let builder = details?["builder"]
        outputs = try Self.list(json["subject"], "subject") { item throws(StatementError) in try Self.path(item) }
        materials = try Self.list(definition?["resolvedDependencies"], "resolvedDependencies") {
            item throws(StatementError) in
            guard let role = item["annotations"]?["role"]?.string.flatMap(Role.init) else {
                throw StatementError("a dependency has no role that is known")
            }
            return Material(role, try Self.path(item))
        }
        for role in Role.allCases where role != .input && role != .settings {
            guard materials.count(where: { $0.role == role }) < 2 else {
                throw StatementError("there are two dependencies of the role '\(role.rawValue)'")
            }
        }
        let tools = try Self.list(builder?["builderDependencies"], "builderDependencies", Self.file)
        guard let version = builder?["version"]?["contrast"]?.string, let tool = tools.first, tools.count == 1 else {
            throw StatementError("it does not say which program ran")
        }
        self.tool = Tool(version: version, digest: tool.digest)
        policies = try Self.list(details?["byproducts"], "byproducts", Self.file)
        options = try Options(definition?["externalParameters"])
    }

    private static func list<Item>(
        _ value: JSONValue?, _ name: String, _ item: (JSONValue) throws(StatementError) -> Item
    ) throws(StatementError) -> [Item] {
        guard let values = value?.array else { throw StatementError("'\(name)' is no list") }
        var items: [Item] = []
        items.reserveCapacity(values.count)
        for value in values { items.append(try item(value)) }
        return items
    }

    private static func file(_ value: JSONValue) throws(StatementError) -> File {
        guard let name = value["name"]?.string, let digest = value["digest"]?["sha256"]?.string,
            digest.utf8.count == 64,
            digest == digest.asciiLowercased, Hex.decode(digest) != nil
        else { throw StatementError("a file has no name, or no SHA-256 in lower-case hexadecimal") }
        return File(name: name, digest: digest)
    }

    /// A file whose name leads nowhere else.
    private static func path(_ value: JSONValue) throws(StatementError) -> File {
        let file = try file(value)
        guard let name = relativePath(file.name), name.hasSameBytes(as: file.name) else {
            throw StatementError("'\(file.name)' is no path below a directory")
        }
        return file
    }

    /// A path as statements have it: without `.`; `nil` for one that is absolute or leads upwards.
    package static func relativePath(_ path: String) -> String? {
        let parts = path.split(separator: "/").filter { $0 != "." }
        let isHarmless = path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && !parts.contains("..")
        guard !path.hasPrefix("/"), !parts.isEmpty, isHarmless, path != "-" else { return nil }
        return parts.joined(separator: "/")
    }
}

extension BuildStatement.Options {
    fileprivate init(_ json: JSONValue?) throws(StatementError) {
        guard let object = json?.object else { throw StatementError("'externalParameters' is no object") }
        let known: Set = ["flags", "options", "seedshareOwnerKeys", "workloadOwnerKeys"]
        if let other = object.keys.first(where: { !known.contains($0) }) {
            throw StatementError("the parameter '\(other)' is unknown")
        }
        guard let flags = object["flags"]?.strings, let texts = object["options"]?.object,
            let workloadOwners = object["workloadOwnerKeys"]?.strings,
            let seedshareOwners = object["seedshareOwnerKeys"]?.strings
        else { throw StatementError("'externalParameters' has not all it needs") }
        self.flags = Set(flags)
        for (name, value) in texts.members {
            guard let text = value.string else { throw StatementError("the option '\(name)' is no text") }
            self.texts[name] = text
        }
        for key in workloadOwners + seedshareOwners where key.isEmpty || Hex.decode(key) == nil {
            throw StatementError("a key is not hexadecimal")
        }
        (workloadOwnerKeys, seedshareOwnerKeys) = (workloadOwners, seedshareOwners)
    }
}
