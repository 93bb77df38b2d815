// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import IR
internal import Measurement

/// A LimitRange among the inputs: the API server gives containers of its namespace limits that the YAML does not state.
struct LimitRange: Sendable {
    var namespace: String?
    /// Resources for which containers get a default limit.
    var defaults: Set<String> = []
    var range: SourceRange?

    init(_ object: KubernetesObject) {
        namespace = object.namespace
        range = (object.node["metadata"]?["name"]?.range ?? object.node.range)?.excerpt
        for limit in object.node["spec"]?["limits"]?.items ?? [] where limit["type"]?.text == "Container" {
            for kind in ["default", "max"] { defaults.formUnion((limit[kind]?.pairs ?? []).map(\.key.text)) }
        }
    }
}

/// What may make the VM that is started another than the one that is measured.
enum SizeChecks {
    /// Most vCPUs for which launch digests can be derived.
    static let vCPULimit = Int64(VCPULaunchDigests.counts.upperBound)

    /// Bytes of keys and values that Kubernetes accepts as annotations of one object.
    static let annotationsLimit = 256 << 10

    /// Refuses annotations that no cluster would accept.
    static func annotations(of pod: PodObject, policy: Int, into diagnostics: inout Diagnostics) {
        let total = (pod.template["metadata"]?["annotations"]?.pairs ?? [])
            .reduce(0) { $0 + $1.key.text.utf8.count + $1.value.text.utf8.count }
        guard total > annotationsLimit else { return }
        diagnostics.error(
            .policyTooLarge,
            "the annotations of the pod have \(total) bytes, of which the policy takes \(policy); a cluster accepts "
                + "\(annotationsLimit)", at: pod.range)
    }

    /// Warns of a LimitRange that would change the sizes that were computed from the YAML.
    static func limitRanges(_ limitRanges: [LimitRange], of pod: PodObject, into diagnostics: inout Diagnostics) {
        for limitRange in limitRanges {
            if let namespace = limitRange.namespace, namespace != pod.object.namespace ?? "default" { continue }
            for container in pod.containers + pod.initContainers {
                let limits = Set((container["resources"]?["limits"]?.pairs ?? []).map(\.key.text))
                let changed = limitRange.defaults.intersection(["cpu", "memory"]).subtracting(limits).sorted()
                guard let resource = changed.first else { continue }
                diagnostics.warning(
                    .limitRangeChangesSize,
                    "the container '\(container["name"]?.text ?? "")' has no \(resource) limit and would get one "
                        + "from a LimitRange, which changes the size of the VM",
                    at: container["name"]?.range ?? pod.range, notes: [.init("the LimitRange", at: limitRange.range)])
            }
        }
    }

    /// Warns when no reference value of the platform holds a launch digest for the number of vCPUs.
    static func vCPUs(
        _ count: Int64, of pod: PodObject, _ entries: [SNPReferenceValues], into diagnostics: inout Diagnostics
    ) {
        guard count <= vCPULimit else {
            return diagnostics.warning(
                .vcpuCountUnsupported,
                "the pod gets \(count) vCPUs; launch digests are known for at most \(vCPULimit)", at: pod.range)
        }
        let known = entries.filter { !$0.trustedMeasurement.isEmpty }
        guard !known.isEmpty, !known.contains(where: { holds(count, $0) }) else { return }
        diagnostics.warning(
            .vcpuCountUnsupported,
            "the pod gets \(count) vCPUs, for which the reference values hold no launch digest", at: pod.range,
            notes: [.init("a pod gets one vCPU more than the CPU limits of its containers, rounded up")])
    }

    /// With an AP reset EIP the digest of one vCPU extends to any number; without, it is for one, or for the number
    /// that the entry names.
    static func holds(_ count: Int64, _ entry: SNPReferenceValues) -> Bool {
        if !entry.apeip.isEmpty { return true }
        return Int64(entry.cpus ?? 1) == count
    }
}
