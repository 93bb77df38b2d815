// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import IR
internal import Measurement

/// A LimitRange among the inputs: the API server gives containers of its namespace limits that the YAML does not state.
struct LimitRange: Sendable {
    var namespace: String?
    /// What containers without a limit get.
    var cpu: Quantity?
    var memory: Quantity?
    var range: SourceRange?

    init(_ object: KubernetesObject, into diagnostics: inout Diagnostics) {
        namespace = object.namespace
        range = (object.node["metadata"]?["name"]?.range ?? object.node.range)?.excerpt
        for limit in object.node["spec"]?["limits"]?.items ?? [] where limit["type"]?.text == "Container" {
            // A maximum is a default too, where there is none.
            for kind in ["max", "default"] {
                cpu = Self.quantity(limit, kind, "cpu", &diagnostics) ?? cpu
                memory = Self.quantity(limit, kind, "memory", &diagnostics) ?? memory
            }
        }
    }

    private static func quantity(
        _ limit: YAMLNode, _ kind: String, _ resource: String, _ diagnostics: inout Diagnostics
    ) -> Quantity? {
        guard let node = limit[kind]?[resource], node.isScalar, !node.isNull else { return nil }
        if let quantity = Quantity(node.quantityText) { return quantity }
        diagnostics.error(
            .malformedQuantity, "spec.limits.\(kind).\(resource): '\(node.text)' is not a quantity", at: node.range)
        return nil
    }
}

/// What may make the VM that is started another than the one that is measured.
enum SizeChecks {
    /// Most vCPUs for which launch digests can be derived.
    static let vCPULimit = Int64(VCPULaunchDigests.counts.upperBound)

    /// Bytes of keys and values that Kubernetes accepts as annotations of one object.
    static let annotationsLimit = 256 << 10

    /// Refuses annotations that no cluster would accept.
    static func annotations(
        of pod: PodObject, _ policy: SandboxPolicy, _ rego: RegoBackend, _ size: Int,
        into diagnostics: inout Diagnostics
    ) {
        let total = (pod.template["metadata"]?["annotations"]?.pairs ?? [])
            .reduce(0) { $0 + $1.key.text.utf8.count + $1.value.text.utf8.count }
        guard total > annotationsLimit else { return }
        diagnostics.error(
            .policyTooLarge,
            "the annotations of the pod have \(total) bytes, of which the policy takes \(size); a cluster accepts "
                + "\(annotationsLimit)", at: pod.range,
            notes: rego.sizes(of: policy).largest(3).map { .init("\($0.name) takes \($0.bytes) bytes of its text") })
    }

    /// Warns of a LimitRange that would change the sizes that were computed from the YAML.
    static func limitRanges(
        _ limitRanges: [LimitRange], of pod: PodObject, _ demand: ResourcesPass.Demand,
        into diagnostics: inout Diagnostics
    ) {
        guard !limitRanges.isEmpty else { return }
        let size = demand.size
        for limitRange in limitRanges {
            if let namespace = limitRange.namespace, namespace != pod.object.namespace ?? "default" { continue }
            let resources: [(String, WritableKeyPath<ContainerResources, Quantity?>, Quantity?)] = [
                ("cpu", \.cpuLimit, limitRange.cpu), ("memory", \.memoryLimit, limitRange.memory),
            ]
            for (resource, limit, given) in resources {
                guard let given else { continue }
                let affected = demand.containers.indices.filter { demand.containers[$0][keyPath: limit] == nil }
                func changes(_ indices: [Int]) -> Bool {
                    var changed = demand
                    for index in indices { changed.containers[index][keyPath: limit] = given }
                    return changed.size.vCPUs != size.vCPUs || changed.size.memoryBytes != size.memoryBytes
                }
                guard changes(affected) else { continue }
                let alone = affected.filter { changes([$0]) }
                let culprits = (alone.isEmpty ? affected : alone).map { demand.containers[$0].name }
                warn(culprits, resource, limitRange, pod, &diagnostics)
            }
        }
    }

    private static func warn(
        _ containers: [Located<String>], _ resource: String, _ limitRange: LimitRange, _ pod: PodObject,
        _ diagnostics: inout Diagnostics
    ) {
        // What generate added has no place in the source; it is named only when nothing else is at fault.
        let own = containers.filter { !ContrastName.injectedContainers.contains($0.value) }
        for container in own.isEmpty ? Array(containers.prefix(1)) : own {
            diagnostics.warning(
                .limitRangeChangesSize,
                "the container '\(container.value)' has no \(resource) limit and would get one from a LimitRange, which "
                    + "changes the size of the VM",
                at: own.isEmpty ? pod.range : container.range, notes: [.init("the LimitRange", at: limitRange.range)])
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
