// SPDX-License-Identifier: Apache-2.0

package import IR

/// Gives the guest an encrypted block device to keep its images on, instead of memory: an ephemeral volume, and a sidecar
/// that holds it. The guest goes by the path of the device alone.
///
/// Left out for Coordinators and where the annotation `contrast.edgeless.systems/image-store-size` is zero. A container
/// or a volume of our name that the user wrote is kept, for one with a storage class.
package struct ImageStorePass: Pass {
    /// The initializer's image with its digest, as far as that is known.
    package var image: String

    private static let defaultSize = "10Gi"
    static let devicePath = "/dev/image_store"

    package init(image: String) { self.image = image }

    /// The size that a pod asks for, as text; `nil` for none, also after an error.
    package static func size(for pod: PodObject, into diagnostics: inout Diagnostics) -> String? {
        if pod.isCoordinator { return nil }
        guard let node = pod.annotationNode(ContrastName.imageStoreSize) else { return defaultSize }
        guard node.isScalar, !node.isNull, let size = Quantity(node.quantityText) else {
            diagnostics.error(
                .malformedQuantity,
                "\(ContrastName.imageStoreSize): '\(node.text)' is not a quantity such as 20Gi, or 0 for none",
                at: node.range)
            return nil
        }
        return size.unitsRoundedUp == 0 ? nil : node.text
    }

    package func run(_ context: inout PassContext) {
        guard let size = Self.size(for: context.pod, into: &context.diagnostics) else {
            if !context.diagnostics.hasErrors { Self.withdraw(&context) }
            return
        }
        addVolume(size, &context)
        guard !context.isUsersOwn(ContrastName.imageStoreHolder, in: "initContainers") else { return }
        InjectedContainer.put(holder, named: ContrastName.imageStoreHolder, at: .first, &context)
    }

    /// Takes out what an earlier run added.
    package static func withdraw(_ context: inout PassContext) {
        guard InjectedContainer.withdraw(ContrastName.imageStoreHolder, &context),
            !context.isUsersOwn(ContrastName.imageStoreVolume, in: "volumes"),
            let volumes = context.pod.spec["volumes"],
            let index = volumes.items.firstIndex(where: { $0["name"]?.text == ContrastName.imageStoreVolume })
        else { return }
        volumes.removeItem(at: index)
    }

    private func addVolume(_ size: String, _ context: inout PassContext) {
        let pod = context.pod
        let volume = volume(size)
        let volumes = pod.spec["volumes"]?.items ?? []
        let index = volumes.firstIndex { $0["name"]?.text == ContrastName.imageStoreVolume }
        if let index {
            let existing = volumes[index]
            guard Self.isBlock(existing) else {
                return context.diagnostics.error(
                    .volumeTypeConflict,
                    "the volume '\(ContrastName.imageStoreVolume)' must be an ephemeral volume with 'volumeMode: Block' or a "
                        + "persistent volume claim: the guest keeps its images on it", at: existing.range)
            }
            if existing.means(volume) || context.isUsersOwn(ContrastName.imageStoreVolume, in: "volumes") { return }
            pod.spec["volumes"]?.removeItem(at: index)
        }
        let list = context.collection(
            "volumes", sequence: true, in: pod.spec, pointer: context.specPointer("volumes"))
        list?.insert(volume, at: index ?? volumes.count)
    }

    private static func isBlock(_ volume: YAMLNode) -> Bool {
        volume["persistentVolumeClaim"] != nil
            || volume["ephemeral"]?["volumeClaimTemplate"]?["spec"]?["volumeMode"]?.text == "Block"
    }

    private func volume(_ size: String) -> YAMLValue {
        [
            "name": .string(ContrastName.imageStoreVolume),
            "ephemeral": [
                "volumeClaimTemplate": [
                    "spec": [
                        "accessModes": ["ReadWriteOnce"], "volumeMode": "Block",
                        "resources": ["requests": ["storage": .string(size)]],
                    ]
                ]
            ],
        ]
    }

    private var holder: YAMLValue {
        [
            "name": .string(ContrastName.imageStoreHolder), "image": .string(image), "restartPolicy": "Always",
            "command": ["/bin/sh", "-c", "sleep inf"],
            "resources": ["limits": ["memory": "50Mi"], "requests": ["memory": "50Mi"]],
            "securityContext": ["privileged": true],
            "volumeDevices": [
                ["name": .string(ContrastName.imageStoreVolume), "devicePath": .string(Self.devicePath)]
            ],
        ]
    }
}
