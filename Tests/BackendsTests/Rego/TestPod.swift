// SPDX-License-Identifier: Apache-2.0

import IR

/// A pod by the few things in which the pods of the tests differ, under default settings.
struct TestPod {
    var name = "dummy"
    var pauseUser = TestUser(65535, 65535, [65535])
    var containers: [TestContainer] = [TestContainer()]

    var policy: SandboxPolicy {
        SandboxPolicy(
            profile: .compat, containers: [pause] + containers.map { $0.policy(podName: name) },
            common: DefaultSettings.common, sandboxStorages: DefaultSettings.sandboxStorages,
            requestDefaults: DefaultSettings.requests, vfioDevicePath: "/dev/vfio/devices/vfio",
            cgroupMountExtrasAllowed: ["nsdelegate", "memory_recursiveprot"])
    }

    private static let uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    private var pause: ContainerPolicy {
        var container = TestContainer(name: "", user: pauseUser).policy(podName: name)
        container.rootReadonly = true
        container.process.noNewPrivileges = true
        container.process.env.removeAll { $0.value.hasPrefix("HOSTNAME=") }
        container.annotations = [
            KeyValue("io.katacontainers.pkg.oci.bundle_path", "/run/$(bundle-id)"),
            KeyValue("io.katacontainers.pkg.oci.container_type", "pod_sandbox"),
            KeyValue("io.kubernetes.cri.container-type", "sandbox"),
            KeyValue("io.kubernetes.cri.sandbox-id", "^[a-z0-9]{64}$"),
            KeyValue(
                "io.kubernetes.cri.sandbox-log-directory",
                "^/var/log/pods/$(sandbox-namespace)_$(sandbox-name)_\(Self.uuid)$"),
            KeyValue("io.kubernetes.cri.sandbox-name", "^\(name)$"),
            KeyValue("io.kubernetes.cri.sandbox-namespace", ""),
            KeyValue("nerdctl/network-namespace", "^/var/run/netns/cni-\(Self.uuid)$"),
        ]
        container.runtimeAnnotationPatterns = []
        let resolv = MountPolicy(
            destination: "/etc/resolv.conf", source: "$(sfprefix)resolv.conf$", type: "bind",
            options: ["rbind", "ro", "nosuid", "nodev", "noexec"])
        container.mounts = TestContainer.baseMounts + [resolv]
        container.maskedPaths.insert("/proc/asound", at: 1)
        container.readonlyPaths.removeFirst()
        return container
    }
}

/// Ids of a process.
struct TestUser {
    var uid: UInt32
    var gid: UInt32
    var groups: [UInt32]

    init(_ uid: UInt32, _ gid: UInt32, _ groups: [UInt32]) {
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }
}

/// A container by what is particular about it.
struct TestContainer {
    var name = "dummy"
    var user = TestUser(65535, 0, [0])
    var args = ["/pause"]
    var env: [String] = []
    var cwd = "/"
    var mounts: [MountPolicy] = []
    var storages: [StoragePolicy] = []
    var exec: [[String]] = []

    static let baseMounts = [
        mount("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
        mount("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
        mount(
            "/dev/pts", "devpts", "devpts",
            ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
        mount("/dev/shm", "/run/kata-containers/sandbox/shm", "bind", ["rbind"]),
        mount("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
        mount("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
    ]

    static func mount(_ destination: String, _ source: String, _ type: String, _ options: [String]) -> MountPolicy {
        MountPolicy(destination: destination, source: source, type: type, options: options)
    }

    static func bind(_ destination: String, _ access: String = "rw", _ source: String? = nil) -> MountPolicy {
        let last = destination.split(separator: "/").last.map(String.init) ?? ""
        return mount(destination, source ?? "$(sfprefix)\(last)$", "bind", ["rbind", "rprivate", access])
    }

    func policy(podName: String) -> ContainerPolicy {
        let caps = ["$(default_caps)"]
        let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return ContainerPolicy(
            name: name, ociVersion: "1.1.0",
            process: ProcessPolicy(
                terminal: false, uid: Located(user.uid), gid: Located(user.gid), additionalGids: user.groups,
                args: args.map { Located($0) }, env: ([path, "HOSTNAME=$(host-name)"] + env).map { Located($0) },
                cwd: Located(cwd),
                capabilities: CapabilitiesPolicy(
                    ambient: [], bounding: caps, effective: caps, inheritable: [], permitted: caps),
                noNewPrivileges: false),
            rootPath: "$(root_path)", rootReadonly: false,
            mounts: Self.baseMounts + [
                Self.mount(
                    "/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", "ro"]),
                Self.bind("/etc/hosts"), Self.bind("/dev/termination-log"), Self.bind("/etc/hostname"),
                Self.bind("/etc/resolv.conf"), Self.bind("/var/run/secrets/kubernetes.io/serviceaccount", "ro"),
                Self.bind("/var/run/secrets/azure/tokens", "ro"),
            ] + mounts,
            annotations: [
                KeyValue("io.katacontainers.pkg.oci.bundle_path", "/run/$(bundle-id)"),
                KeyValue("io.katacontainers.pkg.oci.container_type", "pod_container"),
                KeyValue("io.kubernetes.cri.container-name", name),
                KeyValue("io.kubernetes.cri.container-type", "container"),
                KeyValue("io.kubernetes.cri.sandbox-id", "^[a-z0-9]{64}$"),
                KeyValue("io.kubernetes.cri.sandbox-name", "^\(podName)$"),
                KeyValue("io.kubernetes.cri.sandbox-namespace", ""),
            ],
            namespaces: ["ipc", "uts", "mount"].map { NamespacePolicy(type: $0) },
            maskedPaths: [
                "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
                "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
            ],
            readonlyPaths: [
                "/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
            ],
            linuxDevices: [], sysctls: DefaultSettings.sysctls, storages: storages, devices: [], sandboxPidns: false,
            execCommands: exec.map { $0.map { Located($0) } },
            runtimeAnnotationPatterns: [
                KeyValue("^io\\.kubernetes\\.container\\.terminationMessagePath$", "^/.*$"),
                KeyValue(
                    "^io\\.kubernetes\\.container\\.terminationMessagePolicy$", "^(File|FallbackToLogsOnError)$"),
            ])
    }
}
