// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The memory-backed volume through which the initializer hands out certificates and secrets.
enum SecretsVolume {
    static let mount: YAMLValue = [
        "name": .string(ContrastName.secretsVolume), "mountPath": .string(ContrastName.secretsPath),
    ]

    /// Names of all volumes that generate adds to a pod.
    static func ownNames(in pod: PodObject) -> Set<String> {
        var names: Set = [
            ContrastName.secretsVolume, ContrastName.certificatesVolume, ContrastName.imageStoreVolume,
        ]
        if let mount = SecurePV.mountName(of: pod) { names.insert(mount) }
        return names
    }

    /// Names of the volumes that generate mounts into containers of the user's.
    static let mountedNames: Set = [ContrastName.secretsVolume, ContrastName.certificatesVolume]

    /// Adds a volume in memory unless there is one of its name, which must be an emptyDir.
    static func add(named name: String = ContrastName.secretsVolume, _ context: inout PassContext) {
        let pod = context.pod
        let volumes = pod.spec["volumes"]?.items ?? []
        if let existing = volumes.first(where: { $0["name"]?.text == name }) {
            guard let kind = existing["emptyDir"] else {
                return context.diagnostics.error(
                    .volumeTypeConflict,
                    "the volume '\(name)' must be an emptyDir: the initializer writes to it",
                    at: existing.range)
            }
            if kind["medium"]?.text != "Memory", name == ContrastName.secretsVolume {
                context.diagnostics.warning(
                    .volumeTypeConflict,
                    "the volume '\(name)' is not in memory; secrets will be written to disk",
                    at: existing.range)
            }
            return
        }
        let pointer = context.specPointer("volumes")
        context.collection("volumes", sequence: true, in: pod.spec, pointer: pointer)?
            .append(["name": .string(name), "emptyDir": ["medium": "Memory"]])
    }

    /// Mounts the volume into a container, in place of any mount of its name.
    static func mount(into container: YAMLNode, pointer: String, _ context: inout PassContext) {
        let mounts = container["volumeMounts"]?.items ?? []
        let ours = mounts.indices.filter { mounts[$0]["name"]?.text == ContrastName.secretsVolume }
        if let first = ours.first, ours.count == 1, mounts[first].means(mount) { return }
        for position in ours.reversed() { container["volumeMounts"]?.removeItem(at: position) }
        context.collection("volumeMounts", sequence: true, in: container, pointer: pointer + "/volumeMounts")?
            .append(mount)
    }
}

/// Nodes as JSON text.
enum JSONText {
    static func of(_ node: YAMLNode) -> String { JSONPrinter.text(value(node.value)) }

    private static func value(_ value: YAMLValue) -> JSONValue {
        switch value {
        case .mapping(let members): .object(JSONObject(members.map { ($0.key, Self.value($0.value)) }))
        case .sequence(let items): .array(items.map(Self.value))
        case .scalar(let text, false), .source(let text): .string(text)
        case .scalar(let text, true):
            switch Scalar(plain: text.utf8) {
            case .null: .null
            case .bool(let bool): .bool(bool)
            case .integer(let integer): .integer(integer)
            case .double(let double): double.isFinite ? .double(double) : .string(text)
            case .string: .string(text)
            }
        }
    }

    /// The value that a JSON text stands for.
    static func value(of text: String) -> YAMLValue? {
        guard let json = try? JSONParser.parse(text) else { return nil }
        return value(json)
    }

    private static func value(_ json: JSONValue) -> YAMLValue {
        switch json {
        case .null: .scalar("null", plain: true)
        case .bool(let bool): .bool(bool)
        case .integer(let integer): .scalar(String(integer), plain: true)
        case .double(let double): .scalar(String(double), plain: true)
        case .string(let text): .string(text)
        case .array(let items): .sequence(items.map(Self.value))
        case .object(let object): .mapping(object.members.map { .init(key: $0.key, value: Self.value($0.value)) })
        }
    }
}
