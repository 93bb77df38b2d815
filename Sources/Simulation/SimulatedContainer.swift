// SPDX-License-Identifier: Apache-2.0

internal import IR

/// One instance of a container of a pod: what the shim asks the agent to create.
struct SimulatedContainer {
    let pod: SimulatedPod
    /// `nil` for the pause container.
    let container: Container?
    let id: String
    let mounts: SimulatedMounts
    let process: SimulatedProcess

    init(pod: SimulatedPod, container: Container?, instance: Int = 0) {
        self.pod = pod
        self.container = container
        if let container {
            let image = container.image.flatMap { pod.images[$0.value] } ?? ImageFacts(digest: "")
            id = pod.id(container.name.value, instance: instance)
            mounts = SimulatedMounts(pod, container, id: id, imageVolumes: image.volumes)
            process = SimulatedProcess(pod: pod, container: container, image: image)
        } else {
            id = pod.sandboxID
            mounts = SimulatedMounts(ofPauseIn: pod)
            process = SimulatedProcess(pod: pod, container: nil, image: pod.pauseImage)
        }
    }

    /// The content of a CreateContainerRequest.
    var request: JSONValue {
        [
            "container_id": .string(id), "exec_id": .string(id), "devices": .array(devices),
            "storages": .array(mounts.storages + [imagePull]),
            "sandbox_pidns": .bool(container != nil && pod.spec.shareProcessNamespace), "OCI": specification,
        ]
    }

    private var root: String { "/run/kata-containers/\(id)/rootfs" }

    private var specification: JSONValue {
        [
            "Version": .string(pod.host.ociVersion), "Process": process.specification,
            "Root": [
                "Path": .string(root),
                "Readonly": .bool(container?.securityContext.readOnlyRootFilesystem ?? true),
            ],
            "Hostname": .string(container == nil ? pod.hostName : ""), "Mounts": .array(mounts.mounts),
            "Annotations": .object(annotations), "Linux": linux,
        ]
    }

    /// The kubelet names the tag `latest` where the YAML names neither tag nor digest.
    private var imageName: String {
        guard let text = container?.image?.value else { return "pause" }
        let name = text.split(separator: "/").last ?? ""
        return name.contains(":") || name.contains("@") ? text : text + ":latest"
    }

    /// The guest reads in the metadata, which are the annotations, whether to use its own pause image.
    private var imagePull: JSONValue {
        let style = JSONPrinter.Style(sortedKeys: true, goEscapes: pod.host.shim == .go)
        let metadata = JSONPrinter.text(["metadata": .object(annotations)], style)
        return [
            "driver": "image_guest_pull", "driver_options": .strings(["image_guest_pull=\(metadata)"]),
            "source": .string(imageName),
            "fstype": "overlay", "mount_point": .string(root),
        ]
    }

    private var annotations: JSONObject {
        var result = JSONObject()
        // What hosts of confidential pods let through; the shim takes the policy itself out.
        for annotation in pod.workload.podAnnotations
        where annotation.key.hasPrefix("io.katacontainers.") && !Self.carriers.contains(annotation.key) {
            result[annotation.key] = .string(annotation.value)
        }
        let cri = "io.kubernetes.cri."
        result["io.katacontainers.pkg.oci.bundle_path"] =
            .string("/run/containerd/io.containerd.runtime.v2.task/k8s.io/\(id)")
        result[cri + "sandbox-id"] = .string(pod.sandboxID)
        result[cri + "sandbox-name"] = .string(pod.name)
        result[cri + "sandbox-namespace"] = .string(pod.namespace)
        result[cri + "sandbox-uid"] = .string(pod.uid)
        guard let container else {
            result["io.katacontainers.pkg.oci.container_type"] = "pod_sandbox"
            result[cri + "container-type"] = "sandbox"
            result[cri + "sandbox-log-directory"] =
                .string("/var/log/pods/\(pod.namespace)_\(pod.name)_\(pod.uid)")
            result[cri + "sandbox-cpu-period"] = "100000"
            result[cri + "sandbox-cpu-quota"] = "0"
            result[cri + "sandbox-cpu-shares"] = "2"
            result[cri + "sandbox-memory"] = "0"
            if pod.host.containerd != .v1_7 { result[cri + "podsandbox.image-name"] = "registry.k8s.io/pause:3.10" }
            let prefix = pod.spec.hostNetwork ? "cnitest" : "cni"
            result["nerdctl/network-namespace"] = .string("/var/run/netns/\(prefix)-\(pod.uuid("network"))")
            return result
        }
        result["io.katacontainers.pkg.oci.container_type"] = "pod_container"
        result[cri + "container-type"] = "container"
        result[cri + "container-name"] = .string(container.name.value)
        result[cri + "image-name"] = .string(imageName)
        let log = container.terminationMessagePath?.value ?? ""
        result["io.kubernetes.container.terminationMessagePath"] = .string(log.isEmpty ? "/dev/termination-log" : log)
        result["io.kubernetes.container.terminationMessagePolicy"] = "File"
        return result
    }

    private static let carriers: Set<String> = [ContrastName.initData, ContrastName.agentPolicy]

    private var linux: JSONValue {
        let isPrivileged = container?.securityContext.privileged ?? false
        return [
            "Sysctl": .object(sysctls), "Resources": ["CPU": ["Shares": 102], "Memory": [:]],
            "CgroupsPath": .string("/kubepods/besteffort/pod\(pod.uid)/\(id)"), "Namespaces": .array(namespaces),
            "Devices": .array(
                (container?.volumeDevices ?? []).map { ["Path": .string($0.devicePath.value), "Type": "b"] }),
            "MaskedPaths": .strings(isPrivileged ? [] : Self.maskedPaths),
            "ReadonlyPaths": .strings(isPrivileged ? [] : Self.readonlyPaths),
        ]
    }

    private var sysctls: JSONObject {
        guard container == nil else { return JSONObject() }
        var result = JSONObject()
        if pod.host.containerd.setsDefaultSysctls, !pod.spec.hostNetwork {
            result["net.ipv4.ip_unprivileged_port_start"] = "0"
            result["net.ipv4.ping_group_range"] = "0 2147483647"
        }
        for sysctl in pod.spec.securityContext.sysctls { result[sysctl.key] = .string(sysctl.value) }
        return result
    }

    private var namespaces: [JSONValue] {
        var types = ["ipc", "uts", pod.host.shim == .rust ? "mnt" : "mount"]
        if container == nil, pod.spec.hostNetwork { types.remove(at: 1) }
        if pod.host.shim == .rust { types.append("cgroup") }
        return types.map { ["Type": .string($0), "Path": ""] }
    }

    private var devices: [JSONValue] {
        (container?.volumeDevices ?? []).enumerated().map { index, device in
            [
                "id": .string("drive-\(index)"), "type_": "blk", "vm_path": .string("/dev/vd\(index)"),
                "container_path": .string(device.devicePath.value),
            ]
        }
    }

    private static let maskedPaths = [
        "/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
    ]
    private static let readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
}
