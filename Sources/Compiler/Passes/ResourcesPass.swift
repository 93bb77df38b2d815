// SPDX-License-Identifier: Apache-2.0

package import IR

/// Sizes the virtual machine from the pod's limits, and makes memory requests equal to limits, since the memory of a
/// confidential VM is never shared.
package struct ResourcesPass: Pass {
    package init() {}

    package func run(_ context: inout PassContext) {
        for list in ["initContainers", "containers"] {
            for (container, pointer) in context.containers(list) {
                guard let pointer else { continue }
                alignMemory(of: container, pointer, &context)
            }
        }
    }

    private func alignMemory(of container: YAMLNode, _ pointer: String, _ context: inout PassContext) {
        let resources = container["resources"]
        guard let limit = resources?["limits"]?["memory"], limit.isScalar, let size = Quantity(limit.quantityText)
        else {
            return
        }
        guard let request = resources?["requests"]?["memory"], request.isScalar,
            let asked = Quantity(request.quantityText),
            asked != size
        else { return }
        context.replaced.add("\(pointer)/resources/requests/memory", request.restorableText)
        request.setText(limit.quantityText)
    }

    /// What a pod asks for, as it is after all passes.
    package struct Demand {
        /// Init containers, then regular ones.
        package var containers: [ContainerResources]
        package var podCPULimit: Quantity?
        package var podMemoryLimit: Quantity?
        /// Bytes of memory that the RuntimeClass adds.
        var overhead: Int64

        /// The VM for it.
        package var size: PodResources {
            PodResources(
                of: containers, podCPULimit: podCPULimit, podMemoryLimit: podMemoryLimit, overheadBytes: overhead)
        }
    }

    /// What a pod asks for, with all findings about the size of its VM.
    ///
    /// - Parameter overhead: bytes of memory that the RuntimeClass adds; `nil` for the default.
    package static func demand(of pod: PodObject, overhead: Int64?, into diagnostics: inout Diagnostics) -> Demand {
        func podLimit(_ resource: String) -> Quantity? {
            pod.spec["resources"]?["limits"]?[resource].flatMap {
                quantity($0, "spec.resources.limits.\(resource)", &diagnostics)
            }
        }
        let memory = podLimit("memory")
        var containers: [ContainerResources] = []
        for container in pod.initContainers {
            let isSidecar = container["restartPolicy"]?.text == "Always"
            containers.append(resources(of: container, isSidecar ? .sidecar : .initial, memory, &diagnostics))
        }
        for container in pod.containers { containers.append(resources(of: container, .regular, memory, &diagnostics)) }
        let demand = Demand(
            containers: containers, podCPULimit: podLimit("cpu"), podMemoryLimit: memory,
            overhead: overhead ?? PodResources.defaultOverheadBytes)
        report(demand.size.findings, &diagnostics)
        return demand
    }

    private static func resources(
        of container: YAMLNode, _ role: ContainerResources.Role, _ podMemory: Quantity?,
        _ diagnostics: inout Diagnostics
    ) -> ContainerResources {
        let name = Located(container["name"]?.text ?? "", container["name"]?.range ?? container.range)
        let resources = container["resources"]
        func read(_ kind: String, _ resource: String) -> Quantity? {
            resources?[kind]?[resource].flatMap {
                quantity($0, "\(name.value): resources.\(kind).\(resource)", &diagnostics)
            }
        }
        let result = ContainerResources(
            name: name, role: role, cpuLimit: read("limits", "cpu"),
            memoryLimit: read("limits", "memory"), memoryRequest: read("requests", "memory"))
        let isOurs = ContrastName.injectedContainers.contains(name.value)
        if result.memoryLimit == nil, podMemory == nil, role != .initial, !isOurs {
            missingLimit(name, container, &diagnostics)
        }
        return result
    }

    private static func missingLimit(
        _ name: Located<String>, _ container: YAMLNode, _ diagnostics: inout Diagnostics
    ) {
        let request = container["resources"]?["requests"]?["memory"]?.text
        var fixIts: [Diagnostic.FixIt] = []
        if container["resources"] == nil, let (key, value) = container.pair("name"), value.isInPlace,
            let range = value.range, let column = key.column, !(value.sourceText?.utf8.contains(0x0A) ?? true)
        {
            let text =
                container.isFlow
                ? #", "resources": {"limits": {"memory": "512Mi"}}"#
                : "\n" + String(repeating: " ", count: column) + "resources: {limits: {memory: 512Mi}}"
            let end = SourceRange(range.file, range.end, range.end)
            fixIts.append(.init("add 'resources', with a size that fits", at: end, replacement: text))
        }
        diagnostics.warning(
            .missingMemoryLimit,
            "the container '\(name.value)' has no memory limit, so the VM is not sized for it"
                + (request.map { " beyond its request of \($0)" } ?? ""),
            at: name.range, notes: [.init("set resources.limits.memory; the VM gets the sum of all limits")],
            fixIts: fixIts)
    }

    private static func quantity(
        _ node: YAMLNode, _ path: @autoclosure () -> String, _ diagnostics: inout Diagnostics
    ) -> Quantity? {
        guard node.isScalar, !node.isNull else { return nil }
        guard let quantity = Quantity(node.quantityText) else {
            diagnostics.error(
                .malformedQuantity, "\(path()): '\(node.text)' is not a quantity such as 500m, 2 or 128Mi",
                at: node.range)
            return nil
        }
        return quantity
    }

    private static func report(_ findings: [PodResources.Finding], _ diagnostics: inout Diagnostics) {
        for finding in findings {
            switch finding {
            case .requestWithoutLimit(let container):
                diagnostics.note(
                    .requestWithoutLimit,
                    "the container '\(container.value)' has a memory request without limit; the request counts",
                    at: container.range)
            case .initContainerNeedsMore(let container, _, _)
            where ContrastName.injectedContainers.contains(container.value):
                break
            case .initContainerNeedsMore(let container, let needs, let available):
                diagnostics.warning(
                    .initContainerNeedsMore,
                    "the init container '\(container.value)' needs \(Quantity.memoryText(bytes: needs)), "
                        + "but the VM is sized for \(Quantity.memoryText(bytes: available))",
                    at: container.range,
                    notes: [.init("raise the memory limit of a regular container; init containers are not counted")])
            }
        }
    }
}
