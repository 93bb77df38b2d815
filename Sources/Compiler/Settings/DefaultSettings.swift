// SPDX-License-Identifier: Apache-2.0

package import IR

extension PolicySettings {
    /// The settings for a confidential cluster whose guests pull their images.
    package static let defaults = PolicySettings(
        pause: pauseTemplate, other: otherTemplate, volumes: volumeDefaults,
        devices: DeviceSettings(
            vfioDevicePath: "/dev/vfio/devices/vfio", annotationKeyRegex: #"^cdi\.k8s\.io/vfio[0-9]+$"#,
            gpuAnnotationValueRegex: #"^nvidia\.com/gpu=[0-9]+$"#, gpuDeviceType: "vfio-pci-gk",
            gpuResourceKeys: ["nvidia.com/pgpu"]),
        mountDestinations: [
            "/sys/fs/cgroup", "/etc/hosts", "/dev/termination-log", "/etc/hostname", "/etc/resolv.conf", "/dev/shm",
            ContainerMount.serviceAccountToken, ContainerMount.azureTokens,
        ],
        sandboxStorages: [
            StoragePolicy(
                driver: "ephemeral", driverOptions: [], source: "shm", fstype: "tmpfs",
                options: ["noexec", "nosuid", "nodev", "mode=1777", "size=67108864"], mountPoint: sandboxShm,
                fsGroup: nil, shared: false)
        ],
        common: commonDefaults, ociVersion: "1.1.0", enableConfigMapSecretStorages: false,
        cluster: ClusterSettings(
            pauseContainerImage: "mcr.microsoft.com/oss/kubernetes/pause:3.6", guestPull: true,
            emptyDirType: .blockEncrypted, cgroupMountExtrasAllowed: ["nsdelegate", "memory_recursiveprot"]),
        requestDefaults: requestDefaults)

    private static let sandboxShm = "/run/kata-containers/sandbox/shm"
    private static let shmMount = TemplateMount(
        destination: "/dev/shm", source: sandboxShm, type: "bind", options: ["rbind"])
    private static let bundlePath = KeyValue(
        "io.katacontainers.pkg.oci.bundle_path",
        "/run/containerd/io.containerd.runtime.v2.task/k8s.io/$(bundle-id)")
    private static let sandboxID = KeyValue("io.kubernetes.cri.sandbox-id", "^[a-z0-9]{64}$")
    private static let sysctlDefaults = [
        KeyValue("net.ipv4.ip_unprivileged_port_start", "0"),
        KeyValue("net.ipv4.ping_group_range", "0 2147483647"),
    ]

    private static let pauseTemplate = ContainerTemplate(
        rootPath: "$(root_path)", rootReadonly: true,
        mounts: [
            shmMount,
            TemplateMount(
                destination: "/etc/resolv.conf", type: "bind", options: ["rbind", "ro", "nosuid", "nodev", "noexec"]),
        ],
        annotations: [
            KeyValue("io.katacontainers.pkg.oci.container_type", "pod_sandbox"), bundlePath,
            KeyValue("io.kubernetes.cri.container-type", "sandbox"), sandboxID,
            KeyValue(
                "io.kubernetes.cri.sandbox-log-directory",
                "^/var/log/pods/$(sandbox-namespace)_$(sandbox-name)_\(PolicyPatterns.uuid)$"),
            KeyValue("io.kubernetes.cri.sandbox-namespace", "default"),
        ].sorted { $0.key < $1.key },
        args: ["/pause"], noNewPrivileges: true, sysctls: sysctlDefaults,
        maskedPaths: [
            "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
            "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
        ],
        readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"])

    private static let otherTemplate = ContainerTemplate(
        rootPath: "$(root_path)",
        mounts: [
            TemplateMount(destination: "/etc/hosts", type: "bind", options: ["rbind", "rprivate", "rw"]),
            TemplateMount(destination: "/dev/termination-log", type: "bind", options: ["rbind", "rprivate", "rw"]),
            TemplateMount(destination: "/etc/hostname", type: "bind", options: ["rbind", "rprivate"]),
            TemplateMount(destination: "/etc/resolv.conf", type: "bind", options: ["rbind", "rprivate"]),
            shmMount,
            TemplateMount(
                destination: ContainerMount.serviceAccountToken, type: "bind",
                options: ["rbind", "rprivate", "ro"]),
            TemplateMount(
                destination: ContainerMount.azureTokens, source: "$(sfprefix)tokens$", type: "bind",
                options: ["rbind", "rprivate", "ro"]),
        ],
        annotations: [
            bundlePath, sandboxID, KeyValue("io.katacontainers.pkg.oci.container_type", "pod_container"),
            KeyValue("io.kubernetes.cri.container-type", "container"),
        ].sorted { $0.key < $1.key },
        sysctls: sysctlDefaults)

    private static let volumeDefaults = VolumeSettings(
        emptyDir: VolumeTemplate(
            mountType: "local", mountSource: "^$(cpath)/$(sandbox-id)/rootfs/local/",
            mountPoint: "^$(cpath)/$(sandbox-id)/rootfs/local/", driver: "local", source: "local", fstype: "local",
            options: ["mode=0777"]),
        emptyDirEncrypted: VolumeTemplate(
            mountType: "bind", mountSource: "", mountPoint: "$(spath)/$(b64_device_id)", driver: "",
            driverOptions: ["encryption_key=ephemeral", "create_filesystem"], fstype: "ext4", options: [],
            shared: true),
        emptyDirPlain: VolumeTemplate(
            mountType: "bind", mountSource: "", mountPoint: "$(spath)/$(b64_device_id)", driver: "",
            driverOptions: ["create_filesystem"], fstype: "ext4", options: ["discard"], shared: true),
        emptyDirMemory: VolumeTemplate(
            mountType: "bind", mountSource: "^/run/kata-containers/sandbox/ephemeral/",
            mountPoint: "^/run/kata-containers/sandbox/ephemeral/", driver: "ephemeral", source: "tmpfs",
            fstype: "tmpfs", options: []),
        configMap: VolumeTemplate(
            mountType: "bind", mountSource: "$(sfprefix)", mountPoint: "$(sfprefix)", driver: "local", fstype: "bind",
            options: ["rbind", "rprivate", "ro"]),
        imageVolume: VolumeTemplate(
            mountType: "bind", mountSource: "$(sfprefix)", driver: "local", source: "local", fstype: "bind",
            options: ["rbind", "rprivate", "rw"]))

    private static let commonDefaults = CommonSettings(
        cpath: "/run/kata-containers/shared/containers(?:/passthrough)?", spath: "/run/kata-containers/sandbox/storage",
        rootPath: "/run/kata-containers/$(bundle-id)/rootfs",
        sfprefix: "^$(cpath)/(watchable/)?$(bundle-id)-[a-z0-9]{16}-", ipPort: "[0-9]{1,5}",
        ipv4Address: #"((\#(octet))\.){3}(\#(octet))"#,
        serviceNameDownwardEnv: "[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?", dnsLabel: #"[a-zA-Z0-9_\.\-]+"#,
        defaultCaps: [
            "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
            "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
        ].map { "CAP_" + $0 },
        privilegedCaps: [
            "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
            "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
            "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
            "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
            "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
            "CHECKPOINT_RESTORE",
        ].map { "CAP_" + $0 })

    private static let octet = "[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]"
    private static let loopbackIPv4 = #"^127\.(?:[0-9]{1,3}\.){2}[0-9]{1,3}$"#

    private static let requestDefaults = RequestDefaults(
        allowEnvRegex: [RequestDefaults.hostNameRegex] + serviceVariables + [RequestDefaults.completionIndexRegex]
            + RequestDefaults.azureRegex + [RequestDefaults.terminalRegex],
        copyFile: ["$(sfprefix)"], routesForbiddenDeviceNames: ["lo"],
        routesForbiddenSourceRegex: ["^(?:0{0,4}:){0,7}0{0,3}1$", loopbackIPv4], interfaceAllowRawFlags: 128,
        interfaceForbiddenNames: ["lo"], interfaceForbiddenHwAddrs: ["00:00:00:00:00:00"],
        neighborsForbiddenDeviceNames: ["lo"], neighborsForbiddenCIDRsRegex: [loopbackIPv4],
        neighborsAllowedStates: [2, 128])

    private static let serviceVariables = [
        "_PORT_$(ip_p)_(TCP|UDP)=(tcp|udp)://$(ipv4_a):$(ip_p)", "_PORT_$(ip_p)_(TCP|UDP)_PROTO=(tcp|udp)",
        "_PORT_$(ip_p)_(TCP|UDP)_PORT=$(ip_p)", "_PORT_$(ip_p)_(TCP|UDP)_ADDR=$(ipv4_a)", "_SERVICE_HOST=$(ipv4_a)",
        "_SERVICE_PORT=$(ip_p)", "_SERVICE_PORT_$(dns_label)=$(ip_p)", "_PORT=(tcp|udp)://$(ipv4_a):$(ip_p)",
    ].map { "^$(svc_name_downward_env)\($0)$" }
}
