// SPDX-License-Identifier: Apache-2.0

import IR

/// The annotations that the runtime may give a container.
struct AnnotationLowering {
    /// Carriers of the policy itself: the shim removes them, and a policy cannot hold itself.
    private static let policyCarriers: Set<String> = [
        "io.katacontainers.config.hypervisor.cc_init_data", "io.katacontainers.config.agent.policy",
    ]
    private static let cri = "io.kubernetes.cri."

    /// For every container but pause: what the runtime adds, as patterns for key and value.
    static let terminationMessagePatterns = [
        KeyValue(#"^io\.kubernetes\.container\.terminationMessagePath$"#, "^/.*$"),
        KeyValue(#"^io\.kubernetes\.container\.terminationMessagePolicy$"#, "^(File|FallbackToLogsOnError)$"),
    ]

    /// Those of all containers: the pod's own, the name of its sandbox and its namespace.
    let shared: [KeyValue]
    private let hostNetwork: Bool

    init(_ workload: Workload) {
        var shared: [KeyValue] = []
        shared.reserveCapacity(workload.podAnnotations.count + 2)
        for annotation in workload.podAnnotations where !Self.policyCarriers.contains(annotation.key) {
            // That it may be there is all that matters; what it says is no business of the agent.
            shared.append(Self.isOurs(annotation.key) ? KeyValue(annotation.key, "", annotation.range) : annotation)
        }
        if let pattern = SandboxNamePattern.pattern(for: workload) {
            // An annotation of that name in the YAML wins.
            shared.insert(
                KeyValue(Self.cri + "sandbox-name", pattern, (workload.name ?? workload.generateName)?.range), at: 0)
        }
        shared.append(
            KeyValue(Self.cri + "sandbox-namespace", workload.namespace?.value ?? "", workload.namespace?.range))
        self.shared = Self.sorted(shared)
        hostNetwork = workload.spec.hostNetwork
    }

    /// The record of what was replaced, and ID blocks.
    private static func isOurs(_ key: String) -> Bool {
        key == ContrastName.replaced || ContrastName.idBlockPrefixes.contains(where: key.hasPrefix)
    }

    /// Those of the pause container alone.
    func ofPause() -> [KeyValue] {
        let prefix = hostNetwork ? "cnitest" : "cni"
        return own([KeyValue("nerdctl/network-namespace", "^/var/run/netns/\(prefix)-\(PolicyPatterns.uuid)$")])
    }

    func of(_ container: Shared<Container>) -> [KeyValue] {
        var result = [KeyValue(Self.cri + "container-name", container.value.name.value, container.value.name.range)]
        if let image = container.value.image {
            let name = image.value.utf8.contains(UInt8(ascii: ":")) ? image.value : image.value + ":latest"
            result.append(KeyValue(Self.cri + "image-name", name, image.range))
        }
        return own(result)
    }

    /// What the pod says already stays.
    private func own(_ annotations: [KeyValue]) -> [KeyValue] {
        annotations.filter { annotation in !shared.contains { $0.key.hasSameBytes(as: annotation.key) } }
    }

    /// By key; of those with the same key, the last.
    static func sorted(_ pairs: [KeyValue]) -> [KeyValue] {
        var result: [KeyValue] = []
        result.reserveCapacity(pairs.count)
        let order = pairs.indices.sorted { left, right in
            let (first, second) = (pairs[left].key.utf8, pairs[right].key.utf8)
            return first.elementsEqual(second) ? left < right : first.lexicographicallyPrecedes(second)
        }
        for index in order {
            if let last = result.last, last.key.hasSameBytes(as: pairs[index].key) { result.removeLast() }
            result.append(pairs[index])
        }
        return result
    }
}
