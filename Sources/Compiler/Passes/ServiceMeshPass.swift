// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Adds the service mesh proxy where an annotation asks for it: a native sidecar, last of the init containers.
package struct ServiceMeshPass: Pass {
    /// The image with its digest, as far as that is known.
    package var image: String

    package init(image: String) { self.image = image }

    /// Whether any of the mesh annotations is there, even an empty one.
    package static func isRequested(by pod: PodObject) -> Bool {
        [ContrastName.meshIngress, ContrastName.meshEgress, ContrastName.meshAdminPort]
            .contains { pod.annotationNode($0) != nil }
    }

    package func run(_ context: inout PassContext) {
        var env: [YAMLValue] = []
        var ports: [YAMLValue] = []
        let pod = context.pod
        let diagnose = MeshAnnotations(pod: pod)
        if let ingress = diagnose.ingress(&context.diagnostics), !ingress.isEmpty {
            env.append(["name": .string(ContrastName.ingressConfig), "value": .string(ingress)])
        }
        if let egress = diagnose.egress(&context.diagnostics) {
            env.append(["name": .string(ContrastName.egressConfig), "value": .string(egress)])
        }
        if let port = diagnose.adminPort(&context.diagnostics) {
            env.append(["name": .string(ContrastName.adminPort), "value": .string(String(port))])
            ports.append(["name": "contrast-admin", "containerPort": .integer(port)])
        }
        SecretsVolume.add(&context)
        var mounts = [SecretsVolume.mount]
        if context.pod.initContainers.contains(where: InitializerPass.servesOldPaths) {
            mounts.append(HandWrittenInitializer.certificates)
        }
        InjectedContainer.put(container(env, ports, mounts), named: ContrastName.serviceMesh, at: .last, &context)
    }

    private func container(_ env: [YAMLValue], _ ports: [YAMLValue], _ mounts: [YAMLValue]) -> YAMLValue {
        var members: [YAMLValue.Member] = [
            .init(key: "name", value: .string(ContrastName.serviceMesh)),
            .init(key: "image", value: .string(image)),
            .init(key: "restartPolicy", value: "Always"),
            .init(key: "args", value: ["-l", "debug"]),
        ]
        if !env.isEmpty { members.append(.init(key: "env", value: .sequence(env))) }
        if !ports.isEmpty { members.append(.init(key: "ports", value: .sequence(ports))) }
        members += [
            .init(key: "securityContext", value: ["privileged": true, "capabilities": ["add": ["NET_ADMIN"]]]),
            .init(
                key: "startupProbe",
                value: [
                    "exec": ["command": ["test", "-f", "/ready"]], "initialDelaySeconds": 1, "periodSeconds": 5,
                    "failureThreshold": 5,
                ]),
            .init(key: "volumeMounts", value: .sequence(mounts)),
        ]
        return .mapping(members)
    }
}
