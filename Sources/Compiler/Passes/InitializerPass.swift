// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Adds the initializer, which attests the pod to the Coordinator and fetches its certificates and secrets.
///
/// It becomes the first init container; the volume `contrast-secrets` is mounted at `/contrast` in every container.
/// With the annotation `contrast.edgeless.systems/secure-pv` it also opens an encrypted volume and stays as a sidecar.
/// Left out for Coordinators and where the annotation `contrast.edgeless.systems/skip-initializer` is `"true"`.
package struct InitializerPass: Pass {
    /// The image with its digest, as far as that is known.
    package var image: String
    /// Namespace of the Coordinator among the inputs.
    package var coordinatorNamespace: String
    /// Whether the pod gets a service mesh sidecar, which removes the guest's default-deny rule in its stead.
    package var hasServiceMesh: Bool

    package init(image: String, coordinatorNamespace: String, hasServiceMesh: Bool) {
        self.image = image
        self.coordinatorNamespace = coordinatorNamespace
        self.hasServiceMesh = hasServiceMesh
    }

    /// Whether a container is an initializer that puts certificates where release 0.8 had them.
    static func servesOldPaths(_ container: YAMLNode) -> Bool {
        container["name"]?.text == ContrastName.initializer
            && (container["volumeMounts"]?.items ?? []).contains { $0.means(HandWrittenInitializer.certificates) }
    }

    package static func applies(to pod: PodObject) -> Bool {
        !pod.isCoordinator && pod.annotation(ContrastName.skipInitializer)?.text != "true"
    }

    package func run(_ context: inout PassContext) {
        let securePV = SecurePV(context.pod, &context.diagnostics)
        HandWrittenInitializer.takeOut(&context)
        let servesOldPaths = HandWrittenInitializer.needsCertificatesVolume(&context)
        let mounts = [SecretsVolume.mount] + (servesOldPaths ? [HandWrittenInitializer.certificates] : [])
        InjectedContainer.put(container(securePV, mounts), named: ContrastName.initializer, at: .first, &context)
        SecretsVolume.add(&context)
        if let securePV { SecretsVolume.add(named: securePV.mount, &context) }
        for list in ["initContainers", "containers"] {
            for (container, pointer) in context.containers(list) {
                guard let pointer else { continue }
                SecretsVolume.mount(into: container, pointer: pointer, &context)
                guard servesOldPaths else { continue }
                HandWrittenInitializer.mountCertificates(into: container, pointer: pointer, &context)
            }
        }
    }

    private func container(_ securePV: SecurePV?, _ mounts: [YAMLValue]) -> YAMLValue {
        var env: [YAMLValue] = [
            [
                "name": .string(ContrastName.coordinatorHost),
                "value": .string("coordinator-ready.\(coordinatorNamespace)"),
            ]
        ]
        if !hasServiceMesh {
            env.append(["name": .string(ContrastName.disableServiceMesh), "value": "true"])
        }
        if securePV != nil {
            env.append(["name": .string(ContrastName.cryptsetupDevice), "value": .string(SecurePV.devicePath)])
        }
        var members: [YAMLValue.Member] = [
            .init(key: "name", value: .string(ContrastName.initializer)),
            .init(key: "image", value: .string(image)),
            .init(key: "env", value: .sequence(env)),
            .init(key: "resources", value: ["limits": ["memory": "50Mi"], "requests": ["memory": "50Mi"]]),
            .init(key: "securityContext", value: ["capabilities": ["add": ["NET_ADMIN"]]]),
            .init(key: "volumeMounts", value: .sequence(mounts)),
        ]
        securePV?.extend(&members, mounts: mounts)
        return .mapping(members)
    }
}
