// SPDX-License-Identifier: Apache-2.0

internal import IR

/// An initializer that the user wrote: under its own name, or under another with the image of one, as in the first
/// releases. Up to release 0.8 it wrote certificates to a volume `contrast-tls-certs` that workloads mounted themselves.
package enum HandWrittenInitializer {
    private static let repository = "ghcr.io/edgelesssys/contrast/initializer"

    static let certificates: YAMLValue = [
        "name": .string(ContrastName.certificatesVolume), "mountPath": .string(ContrastName.certificatesPath),
    ]

    static func isOne(_ container: YAMLNode) -> Bool {
        let name = container["name"]?.text ?? ""
        if ContrastName.injectedContainers.contains(name) { return name == ContrastName.initializer }
        guard let image = container["image"], image.isScalar, image.text.hasPrefix(repository) else { return false }
        return (try? ImageReference(image.text))?.name == repository
    }

    /// Takes out what the initializer of this release stands for, and says so.
    static func takeOut(_ context: inout PassContext) {
        let pod = context.pod
        for (position, container) in pod.initContainers.enumerated().reversed() where isOne(container) {
            let name = container["name"]?.text ?? ""
            if !context.wasCompiled {
                context.diagnostics.note(
                    .handWrittenInitializer,
                    "the init container '\(name)' gives way to the initializer of this release",
                    at: container["name"]?.range ?? container.range)
            }
            if name != ContrastName.initializer { pod.spec["initContainers"]?.removeItem(at: position) }
        }
    }

    /// Whether certificates are to be in the volume that workloads of release 0.8 read them from: when the pod has or mounts
    /// one. The volume is made when there is none, as release 0.8 did. It then holds the certificates for all containers.
    static func needsCertificatesVolume(_ context: inout PassContext) -> Bool {
        let pod = context.pod
        let name = ContrastName.certificatesVolume
        let volume = pod.spec["volumes"]?.items.first { $0["name"]?.text == name }
        guard let user = volume ?? certificatesMount(context) else { return false }
        SecretsVolume.add(named: name, &context)
        if !context.wasCompiled, let place = user["name"]?.range {
            context.diagnostics.note(
                .handWrittenInitializer,
                "the volume '\(name)' gets the certificates, as up to release 0.8, for all containers of the pod",
                at: place)
        }
        return true
    }

    private static func certificatesMount(_ context: PassContext) -> YAMLNode? {
        for list in [context.pod.containers, context.pod.initContainers] {
            for container in list where !context.isOurs(container) {
                for mount in container["volumeMounts"]?.items ?? []
                where mount["name"]?.text == ContrastName.certificatesVolume {
                    return mount
                }
            }
        }
        return nil
    }

    /// Mounts the volume where certificates are now, unless the container has it where release 0.8 had them.
    static func mountCertificates(into container: YAMLNode, pointer: String, _ context: inout PassContext) {
        let mounts = container["volumeMounts"]?.items ?? []
        let isServed = mounts.contains {
            $0["name"]?.text == ContrastName.certificatesVolume
                || $0["mountPath"]?.text == ContrastName.certificatesPath
        }
        guard !isServed else { return }
        context.collection("volumeMounts", sequence: true, in: container, pointer: pointer + "/volumeMounts")?
            .append(certificates)
    }

    /// Warns of one that is left alone and, as in release 0.8, mounts nothing where initializers write now.
    package static func check(_ context: inout PassContext) {
        for container in context.pod.initContainers where isOne(container) {
            let mounts = container["volumeMounts"]?.items ?? []
            guard !mounts.contains(where: { $0["mountPath"]?.text == ContrastName.secretsPath }) else { continue }
            context.diagnostics.warning(
                .handWrittenInitializer,
                "the initializer '\(container["name"]?.text ?? "")' mounts nothing at '\(ContrastName.secretsPath)', where "
                    + "initializers write since release 0.9, and it is left as it is",
                at: container["name"]?.range ?? container.range,
                notes: [
                    .init("without skip-initializer it is replaced by one that also serves the paths of release 0.8")
                ])
        }
    }
}
