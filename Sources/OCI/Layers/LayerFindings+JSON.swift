// SPDX-License-Identifier: Apache-2.0

package import IR

/// Findings as a cache keeps them.
extension LayerFindings {
    package var json: JSONValue {
        let members = paths.sorted { "\($0.key)" < "\($1.key)" }.map { ("\($0.key)", $0.value.json) }
        return [
            "diffID": .string(diffID.description), "size": .integer(Int128(uncompressedSize)),
            "paths": .object(JSONObject(members)),
        ]
    }

    /// `nil` for anything that `json` does not give.
    package init?(_ value: JSONValue) {
        guard let diffID = value["diffID"]?.string.flatMap({ try? ImageDigest($0) }),
            let size = value["size"]?.integer.flatMap(Int.init(exactly:)), size >= 0,
            let members = value["paths"]?.object?.members
        else { return nil }
        var paths: [LayerPath: PathFinding] = [:]
        for (path, value) in members {
            guard let finding = PathFinding(value) else { return nil }
            paths[LayerPath(path)] = finding
        }
        self.init(diffID: diffID, uncompressedSize: size, paths: paths)
    }
}

extension PathFinding {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        switch node {
        case .file(let bytes): object["file"] = .string(Base64.text(bytes))
        case .symbolicLink(let depth, let target):
            object["symbolicLink"] = .string(Base64.text(target))
            object["depth"] = .integer(Int128(depth))
        case .hardLink(let target): object["hardLink"] = .string(Base64.text(target))
        case .nothing: object["nothing"] = true
        case nil: break
        }
        if hidesLower { object["hidesLower"] = true }
        if !directories.isEmpty { object["directories"] = .array(directories.sorted().map { .integer(Int128($0)) }) }
        return .object(object)
    }

    fileprivate init?(_ value: JSONValue) {
        guard value.object != nil else { return nil }
        func bytes(_ key: String) -> [UInt8]? { value[key]?.string.flatMap { Base64.decode($0.utf8) } }
        var node: Node?
        if let file = bytes("file") {
            node = .file(file)
        } else if let target = bytes("symbolicLink"), let depth = value["depth"]?.integer.flatMap(Int.init(exactly:)),
            (1...LayerPath.sizeLimit) ~= depth
        {
            node = .symbolicLink(depth: depth, target: target)
        } else if let target = bytes("hardLink") {
            node = .hardLink(target: target)
        } else if value["nothing"] != nil {
            node = .nothing
        }
        let directories = value["directories"]?.array?.compactMap { $0.integer.flatMap(Int.init(exactly:)) } ?? []
        self.init(node: node, hidesLower: value["hidesLower"]?.bool ?? false, directories: Set(directories))
    }
}
