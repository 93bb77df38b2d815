// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Adds the initializer, which attests the pod to the Coordinator and fetches its certificates and secrets.
///
/// It becomes the first init container; the volume `contrast-secrets` is mounted at `/contrast` in every container.
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

    package static func applies(to pod: PodObject) -> Bool {
        !pod.isCoordinator && pod.annotation(ContrastName.skipInitializer)?.text != "true"
    }

    package func run(_ context: inout PassContext) {
        InjectedContainer.put(container, named: ContrastName.initializer, at: .first, &context)
        SecretsVolume.add(&context)
        for list in ["initContainers", "containers"] {
            for (container, pointer) in context.containers(list) {
                guard let pointer else { continue }
                SecretsVolume.mount(into: container, pointer: pointer, &context)
            }
        }
    }

    private var container: YAMLValue {
        var env: [YAMLValue] = [
            [
                "name": .string(ContrastName.coordinatorHost),
                "value": .string("coordinator-ready.\(coordinatorNamespace)"),
            ]
        ]
        if !hasServiceMesh {
            env.append(["name": .string(ContrastName.disableServiceMesh), "value": "true"])
        }
        return [
            "name": .string(ContrastName.initializer),
            "image": .string(image),
            "env": .sequence(env),
            "resources": ["limits": ["memory": "50Mi"], "requests": ["memory": "50Mi"]],
            "securityContext": ["capabilities": ["add": ["NET_ADMIN"]]],
            "volumeMounts": [SecretsVolume.mount],
        ]
    }
}
