// SPDX-License-Identifier: Apache-2.0

/// Names that the project shares with Contrast: annotations, containers, volumes, images, variables.
package enum ContrastName {
    package static let annotationPrefix = "contrast.edgeless.systems/"

    // Annotations read from the pod template.
    package static let podRole = "contrast.edgeless.systems/pod-role"
    package static let skipInitializer = "contrast.edgeless.systems/skip-initializer"
    package static let workloadSecretID = "contrast.edgeless.systems/workload-secret-id"
    package static let meshIngress = "contrast.edgeless.systems/servicemesh-ingress"
    package static let meshEgress = "contrast.edgeless.systems/servicemesh-egress"
    package static let meshAdminPort = "contrast.edgeless.systems/servicemesh-admin-interface-port"
    package static let securePV = "contrast.edgeless.systems/secure-pv"
    package static let imageStoreSize = "contrast.edgeless.systems/image-store-size"
    /// Names of variables and keys that may look like secrets; also on ConfigMaps.
    package static let allowReadable = "contrast.edgeless.systems/allow-readable"

    // Annotations written to the pod template.
    /// JSON pointer of what generate replaced → old source text, `null` for what was absent.
    package static let replaced = "contrast.edgeless.systems/replaced"
    /// base64 of gzip of the initdata TOML.
    package static let initData = "io.katacontainers.config.hypervisor.cc_init_data"
    /// base64 of the Rego text.
    package static let agentPolicy = "io.katacontainers.config.agent.policy"
    // The name of an AMD product follows.
    /// base64 of an SNP ID block.
    package static let idBlockPrefix = "io.katacontainers.config.hypervisor.snp_id_block_"
    /// base64 of what authenticates it.
    package static let idAuthPrefix = "io.katacontainers.config.hypervisor.snp_id_auth_"
    /// The guest policy as a decimal number.
    package static let guestPolicyPrefix = "io.katacontainers.config.hypervisor.snp_guest_policy_"
    package static let idBlockPrefixes = [idBlockPrefix, idAuthPrefix, guestPolicyPrefix]

    // Injected containers and what they share.
    package static let initializer = "contrast-initializer"
    package static let serviceMesh = "contrast-service-mesh"
    package static let debugShell = "contrast-debug-shell"
    /// Keeps the block device of the image store attached to the pod.
    package static let imageStoreHolder = "pvc-holder"
    /// Names of the containers that generate adds.
    package static let injectedContainers: Set<String> = [initializer, serviceMesh, debugShell, imageStoreHolder]
    package static let secretsVolume = "contrast-secrets"
    package static let secretsPath = "/contrast"
    /// What the volume with the certificates was called up to release 0.8, where workloads mounted it themselves.
    package static let certificatesVolume = "contrast-tls-certs"
    /// Where the initializer puts the certificates.
    package static let certificatesPath = "/contrast/tls-config"
    package static let imageStoreVolume = "image-store"
    package static let initializerImage = "ghcr.io/edgelesssys/contrast/initializer:latest"
    package static let serviceMeshImage = "ghcr.io/edgelesssys/contrast/service-mesh-proxy:latest"
    package static let debugShellImage = "ghcr.io/edgelesssys/contrast/debugshell:latest"
    package static let coordinatorImage = "ghcr.io/edgelesssys/contrast/coordinator:latest"
    /// Of what runs beside confidential pods, on the nodes; no bundle holds facts of these.
    package static let nodeInstallerImage = "ghcr.io/edgelesssys/contrast/node-installer:latest"
    package static let portForwarderImage = "ghcr.io/edgelesssys/contrast/port-forwarder:latest"
    /// The images of which a bundle holds the facts, whatever `--image-replacements` puts in their place.
    package static let images = [
        initializerImage, serviceMeshImage, debugShellImage, coordinatorImage,
    ]
    /// What the images of Contrast itself start with.
    package static let imagePrefix = "ghcr.io/edgelesssys/contrast"

    // Environment of the injected containers.
    package static let coordinatorHost = "COORDINATOR_HOST"
    package static let disableServiceMesh = "CONTRAST_DISABLE_SERVICE_MESH"
    package static let ingressConfig = "CONTRAST_INGRESS_PROXY_CONFIG"
    package static let egressConfig = "CONTRAST_EGRESS_PROXY_CONFIG"
    package static let adminPort = "CONTRAST_ADMIN_PORT"
    package static let cryptsetupDevice = "CRYPTSETUP_DEVICE"
}
