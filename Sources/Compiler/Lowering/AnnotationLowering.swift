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

    private let shared: [String: KeyValue]
    private let namespace: KeyValue
    private let hostNetwork: Bool

    init(_ workload: Workload) {
        var shared: [String: KeyValue] = [:]
        for annotation in workload.podAnnotations where !Self.policyCarriers.contains(annotation.key) {
            shared[annotation.key] = annotation
        }
        // That they may be there is all that matters; what they say is no business of the agent.
        for key in shared.keys where key == ContrastName.replaced || Self.isIDBlock(key) { shared[key]?.value = "" }
        if let pattern = SandboxNamePattern.pattern(for: workload) {
            let key = Self.cri + "sandbox-name"
            shared[key] = shared[key] ?? KeyValue(key, pattern, (workload.name ?? workload.generateName)?.range)
        }
        self.shared = shared
        namespace = KeyValue(
            Self.cri + "sandbox-namespace", workload.namespace?.value ?? "", workload.namespace?.range)
        hostNetwork = workload.spec.hostNetwork
    }

    private static func isIDBlock(_ key: String) -> Bool { ContrastName.idBlockPrefixes.contains(where: key.hasPrefix) }

    /// - Parameter container: `nil` for the pause container.
    func lower(_ container: Container?, template: ContainerTemplate) -> [KeyValue] {
        var result = shared
        func addIfAbsent(_ annotation: KeyValue) {
            if result[annotation.key] == nil { result[annotation.key] = annotation }
        }
        template.annotations.forEach(addIfAbsent)
        if let container {
            addIfAbsent(KeyValue(Self.cri + "container-name", container.name.value, container.name.range))
            if let image = container.image {
                let name = image.value.utf8.contains(UInt8(ascii: ":")) ? image.value : image.value + ":latest"
                addIfAbsent(KeyValue(Self.cri + "image-name", name, image.range))
            }
        } else {
            let prefix = hostNetwork ? "cnitest" : "cni"
            addIfAbsent(KeyValue("nerdctl/network-namespace", "^/var/run/netns/\(prefix)-\(PolicyPatterns.uuid)$"))
        }
        result[namespace.key] = namespace
        return result.values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}
