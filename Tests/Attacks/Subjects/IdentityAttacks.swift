// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    /// Gives a container another id, wherever the id stands.
    private static func id(
        _ name: String, _ severity: Severity, _ summary: String, _ id: @escaping @Sendable (Scene) -> String?
    ) -> Attack {
        Attack(name, severity, summary) { scene in
            guard scene.next.isCreation, let old = scene.next.id, let new = id(scene), new != old else { return nil }
            return Attempt(scene.next.replacing(id: old, with: new))
        }
    }

    static let ids: [Attack] = [
        id("id-empty", .high, "the id of a container is empty") { _ in "" },
        id("id-slash", .critical, "it has a slash in it, as a path has") { _ in "a/b" },
        id("id-parent", .critical, "it leads to another directory") { _ in "../shared/containers" },
        id("id-dot", .high, "it is a dot") { _ in "." },
        id("id-state-key", .critical, "it looks like a key of the policy's state") { _ in "c:main" },
        id("id-pointer", .critical, "it has an escape of JSON pointers in it") { _ in "a~1b" },
        id("id-upper-case", .medium, "it has capital letters") { _ in String(repeating: "A", count: 64) },
        id("id-long", .medium, "it is longer than ids are") { _ in String(repeating: "a", count: 200) },
        id("id-line", .high, "it has a second line") { _ in "a\nb" },
        id("id-pattern", .critical, "it is a pattern") { _ in ".*" },
        id("id-used", .critical, "it is that of an earlier container") { $0.past.last { $0.isCreation }?.id },
        id("id-of-sandbox", .critical, "it is that of the sandbox") { scene in
            scene.past.first { $0.isOfPause }?.id
        },
        .create("id-without-root", .high, "another id, though root and image keep the old one") {
            $0.set("container_id", .string(Scene.strangeID))
        },
        .create("id-of-process", .medium, "the process of a container has another id than the container") {
            $0.set("exec_id", .string(Scene.strangeID))
        },
    ]

    private static let cri = "OCI/Annotations/io.kubernetes.cri."

    static let identities: [Attack] = [
        .container("namespace-other", .high, "a container claims to be of another namespace than those before") {
            request, _ in
            request.set(cri + "sandbox-namespace", "kube-system")
        },
        .pause(
            "namespace-open", .medium, "the pod is in another namespace",
            reason: "Only where the YAML names none; then it is the cluster that decides."
        ) { $0.set(cri + "sandbox-namespace", "kube-system") },
        .pause("namespace-text", .high, "the namespace of the pod has a second line") { request in
            request.editText(cri + "sandbox-namespace") { $0 + "\n" }
        },
        .pause("namespace-parent", .high, "the namespace of the pod is a path") { request in
            request.editText(cri + "sandbox-namespace") { "../" + $0 }
        },
        .create("namespace-missing", .high, "the pod does not say of which namespace it is") {
            $0.removeMember("OCI/Annotations", "io.kubernetes.cri.sandbox-namespace")
        },
        .create("pod-name-other", .high, "the pod has a name that its workload does not give") {
            $0.set(cri + "sandbox-name", "other-pod")
        },
        .create("pod-name-suffix", .high, "the pod's name goes on after what is expected") { request in
            request.editText(cri + "sandbox-name") { $0 + "\n.attacker.example" }
        },
        .create("pod-name-missing", .high, "the pod has no name") {
            $0.removeMember("OCI/Annotations", "io.kubernetes.cri.sandbox-name")
        },
        .container("pod-name-changes", .high, "one container says another name of the pod than those before") {
            request, _ in
            // Names of controllers end in random letters.
            request.editText(cri + "sandbox-name") {
                $0.hasSuffix("x7k2p") ? $0.dropLast(5) + "bbbbb" : $0 + "-other"
            }
        },
        .container("sandbox-id-changes", .medium, "one container says another id of the sandbox") { request, _ in
            request.set(cri + "sandbox-id", .string(Scene.strangeID))
        },
        .create("sandbox-id-malformed", .medium, "the id of the sandbox is none") {
            $0.set(cri + "sandbox-id", "../../etc")
        },
        .create("sandbox-id-missing", .medium, "the id of the sandbox is missing") {
            $0.removeMember("OCI/Annotations", "io.kubernetes.cri.sandbox-id")
        },
        .container("type-sandbox", .critical, "a container claims to be that of the sandbox") { request, _ in
            request.set(cri + "container-type", "sandbox")
        },
        .create("type-unknown", .high, "a container is of no known type") {
            $0.set(cri + "container-type", "other")
        },
        .create("type-missing", .high, "a container is of no type") {
            $0.removeMember("OCI/Annotations", "io.kubernetes.cri.container-type")
        },
        .create("kata-type", .high, "a container is of another type for Kata than for Kubernetes") { request in
            request.editText("OCI/Annotations/io.katacontainers.pkg.oci.container_type") {
                $0 == "pod_sandbox" ? "pod_container" : "pod_sandbox"
            }
        },
        .create("kata-type-missing", .high, "a container is of no type for Kata") {
            $0.removeMember("OCI/Annotations", "io.katacontainers.pkg.oci.container_type")
        },
        .container("name-of-other", .critical, "a container has the name of another of the pod") { request, scene in
            guard let name = scene.otherCreation(than: scene.next)?.containerName else { return false }
            return request.set(cri + "container-name", .string(name))
        },
        .container("name-unknown", .critical, "a container has a name that the YAML does not have") { request, _ in
            request.set(cri + "container-name", "attacker")
        },
        .container("name-missing", .critical, "a container has no name") { request, _ in
            request.removeMember("OCI/Annotations", "io.kubernetes.cri.container-name")
        },
        .pause("name-of-pause", .high, "the pause container has the name of a container") {
            $0.set(cri + "container-name", "app")
        },
        .create("version-unknown", .low, "the OCI specification is of a version that no host writes") {
            $0.set("OCI/Version", "1.0.2")
        },
        .container("version-changes", .low, "containers of one pod have different versions of it") { request, _ in
            request.editText("OCI/Version") { $0 == "1.2.0" ? "1.2.1" : "1.2.0" }
        },
    ]

    private static let annotationList = "OCI/Annotations"

    static let annotations: [Attack] = [
        .create("annotation-unknown", .medium, "an annotation that the YAML does not have") {
            $0.set(annotationList + "/attacker.example~1key", "value")
        },
        .create("annotation-lookalike", .medium, "an annotation ends as those of containerd do") {
            $0.set(annotationList + "/attacker.example~1io.kubernetes.cri.key", "value")
        },
        .create("annotation-of-kata", .high, "an annotation that configures Kata") {
            $0.set(annotationList + "/io.katacontainers.config.hypervisor.kernel_params", "agent.log=debug")
        },
        .create("annotation-of-agent", .high, "an annotation that configures the agent") {
            $0.set(annotationList + "/io.katacontainers.config.agent.policy", "cGFja2FnZQ==")
        },
        .create("annotation-of-other-runtime", .high, "an annotation of another runtime says what kind a container is")
        {
            $0.set(annotationList + "/io.kubernetes.cri-o.ContainerType", "sandbox")
        },
        .container("annotation-value", .medium, "an annotation of the kubelet has no value that it gives") {
            request, _ in
            request.set(annotationList + "/io.kubernetes.container.terminationMessagePolicy", "Other")
        },
        .container("annotation-network", .medium, "a container names a network namespace as only the sandbox does") {
            request, _ in
            request.set(annotationList + "/nerdctl~1network-namespace", "/var/run/netns/cni-1")
        },
        .pause("annotation-network-missing", .medium, "the sandbox names no network namespace") {
            $0.removeMember(annotationList, "nerdctl/network-namespace")
        },
        .pause("annotation-network-path", .medium, "the sandbox names one elsewhere") {
            $0.set(annotationList + "/nerdctl~1network-namespace", "/proc/1/ns/net")
        },
        .create(
            "annotation-of-containerd", .low, "another annotation of containerd",
            reason: "The guest heeds those alone that are checked one by one."
        ) { $0.set(annotationList + "/io.kubernetes.cri.other", "value") },
        .create(
            "annotation-bundle", .low, "the bundle is elsewhere on the host",
            reason: "Where the host keeps its files means nothing to the guest."
        ) { $0.set(annotationList + "/io.katacontainers.pkg.oci.bundle_path", "/elsewhere") },
        .container(
            "annotation-missing", .low, "an annotation of the YAML is missing",
            reason: "Those that the guest heeds must be there; hosts filter the others as configured."
        ) { request, _ in
            request.removeMember(annotationList, "io.kubernetes.container.terminationMessagePath")
        },
    ]
}
