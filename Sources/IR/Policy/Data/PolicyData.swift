// SPDX-License-Identifier: Apache-2.0

/// What the rules read besides the request: a `SandboxPolicy` with everything expanded that does not depend on a
/// request. Both interpreters of the rules work on it.
package struct PolicyData: Sendable, Equatable {
    /// The version of this shape, of the rules, and of the text that carries both.
    package static let formatVersion = 2

    package var profile: PolicyProfile
    /// What all policies of a run share. An object; all its members are always there.
    package var settings: JSONValue
    /// What is particular to the pod. An object.
    package var pod: JSONValue

    package init(profile: PolicyProfile, settings: JSONValue, pod: JSONValue) {
        self.profile = profile
        self.settings = settings
        self.pod = pod
    }

    package init(_ policy: SandboxPolicy) {
        let macros = PolicyMacros(policy.defaults.common)
        profile = policy.defaults.profile
        var builder = PolicyDataBuilder()
        policy.defaults.writeData(to: &builder, macros)
        settings = builder.value
        policy.writeData(to: &builder, macros)
        pod = builder.value
    }
}

extension SandboxPolicy {
    /// Writes what is particular to the pod. The macros are those of the `common` settings.
    package func writeData<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, _ macros: PolicyMacros) {
        writer.object(count: 2) { writer in
            writer.key("annotations")
            writer.map(annotations)
            writer.key("containers")
            writer.objects(count: containers.count) {
                containers[$1].writeData(to: &$0, macros, defaults)
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
            return .object(container)
        }
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
