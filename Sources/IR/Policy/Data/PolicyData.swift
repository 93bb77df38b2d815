// SPDX-License-Identifier: Apache-2.0

/// How the rules are written in the text of a policy. The decisions are the same.
package enum PolicyLayout: String, Sendable, CaseIterable {
    /// As short as can be.
    case release
    /// With names, a statement a line, and a message from each function that is tried: what the agent prints when it
    /// denies.
    case debug
}

/// What the rules read besides the request: a `SandboxPolicy` with everything expanded that does not depend on a
/// request. Both interpreters of the rules work on it.
package struct PolicyData: Sendable, Equatable {
    /// The version of this shape, of the rules, and of the text that carries both.
    package static let formatVersion = 3

    package var profile: PolicyProfile
    package var layout = PolicyLayout.release
    /// What policies of a run share. An object.
    package var settings: JSONValue
    /// What is particular to the pod. An object.
    package var pod: JSONValue

    /// What the rules are linked for; of a compat policy, everything.
    package let features: PolicyFeatures

    package init(profile: PolicyProfile, settings: JSONValue, pod: JSONValue) {
        self.profile = profile
        self.settings = settings
        self.pod = pod
        features = profile == .strict ? PolicyFeatures(settings: settings, pod: pod) : .all
    }

    package init(_ policy: SandboxPolicy) {
        let macros = PolicyMacros(policy.defaults.common)
        profile = policy.defaults.profile
        features = policy.features
        var builder = PolicyDataBuilder()
        policy.defaults.writeData(to: &builder, macros, features)
        settings = builder.value
        policy.writeData(to: &builder, macros)
        pod = builder.value
    }

    /// What most mounts of a strict policy are like; its data holds what is otherwise.
    static let usualMount = JSONObject([("options", ["rbind", "rprivate", "rw"]), ("type_", "bind")])
    /// The same of storages: a directory in memory.
    static let usualStorage = JSONObject([
        ("driver", "ephemeral"), ("driver_options", []), ("fs_group", nil), ("fstype", "tmpfs"), ("options", []),
        ("shared", false), ("source", "tmpfs"),
    ])
}

extension SandboxPolicy {
    /// Writes what is particular to the pod. The macros are those of the `common` settings.
    package func writeData<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, _ macros: PolicyMacros) {
        writer.object(count: 2) { writer in
            writer.key("annotations")
            writer.map(defaults.profile == .strict ? annotations.filter(\.isComparedByStrict) : annotations)
            writer.key("containers")
            writer.objects(count: containers.count) {
                if defaults.profile == .strict {
                    containers[$1].writeStrictData(to: &$0, macros, defaults)
                } else {
                    containers[$1].writeData(to: &$0, macros, defaults)
                }
            }
        }
    }
}

extension PolicyData {
    /// The containers with what their kind and their pod say filled in, as the rules complete them; `mounts` holds all
    /// mounts.
    package var effectiveContainers: [JSONValue] {
        (pod["containers"]?.array ?? []).map { own in
            let kind = settings["kinds"]?[own["kind"]?.string ?? ""]?.object ?? JSONObject()
            let usual = (settings["base"]?.object ?? JSONObject()).union(kind)
            let shared = usual.union(JSONObject([("annotations", pod["annotations"] ?? [:])]))
            var container = shared.union(own.object ?? JSONObject())
            let without = container["without_mounts"]?.array ?? []
            let base = (container["base_mounts"]?.array ?? []) + (container["kind_mounts"]?.array ?? [])
            let kept = base.filter { mount in !without.contains { $0 == mount["destination"] } }
            container["mounts"] = .array(kept + (container["mounts"]?.array ?? []))
            if profile == .strict { complete(&container) }
            return .object(container)
        }
    }

    /// The storages of the sandbox itself.
    package var sandboxStorages: [JSONValue] {
        (settings["sandbox_storages"]?.array ?? []).map {
            profile == .strict ? completed($0, Self.usualStorage) : $0
        }
    }

    /// Fills in what the data of strict policies leaves to the rules.
    private func complete(_ container: inout JSONObject) {
        container["mounts"] = .array((container["mounts"]?.array ?? []).map { completed($0, Self.usualMount) })
        container["storages"] = .array((container["storages"]?.array ?? []).map { completed($0, Self.usualStorage) })
        let more = container["more_capabilities"]?.array ?? []
        container["capabilities"] = .array((container["capabilities"]?.array ?? []) + more)
        container["more_capabilities"] = nil
    }

    private func completed(_ value: JSONValue, _ usual: JSONObject) -> JSONValue {
        var object = usual.union(value.object ?? JSONObject())
        let start = "^" + PolicyMacros.sharedFiles
        if let source = object["source"]?.string, source.hasPrefix(start), let shared = settings["shared_files"]?.string
        {
            object["source"] = .string(shared + source.dropFirst(start.count))
        }
        return .object(object)
    }
}

extension JSONObject {
    /// The members of both, as deep as the shallower of the two; where they differ, those of the other.
    func union(_ other: JSONObject) -> JSONObject {
        var result = self
        for (key, value) in other.members {
            if let mine = result[key]?.object, let theirs = value.object {
                result[key] = .object(mine.union(theirs))
            } else {
                result[key] = value
            }
        }
        return result
    }
}
