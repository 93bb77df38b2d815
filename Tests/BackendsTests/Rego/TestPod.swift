// SPDX-License-Identifier: Apache-2.0

import IR

/// A pod by the few things in which the pods of the tests differ, under default settings.
struct TestPod {
    var name = "dummy"
    var pauseUser = TestUser(65535, 65535, [65535])
    var containers: [TestContainer] = [TestContainer()]

    var requests = DefaultSettings.requests
    var namespace = ""

    var policy: SandboxPolicy {
        SandboxPolicy(
            defaults: PolicyDefaults(
                profile: .compat, common: DefaultSettings.common, sandboxStorages: DefaultSettings.sandboxStorages,
                requests: requests, vfioDevicePath: "/dev/vfio/devices/vfio",
                cgroupMountExtrasAllowed: ["nsdelegate", "memory_recursiveprot"], kinds: Self.kind),
            annotations: [
                KeyValue("io.kubernetes.cri.sandbox-name", "^\(name)$"),
                KeyValue("io.kubernetes.cri.sandbox-namespace", namespace),
            ], containers: [pause] + containers.map { $0.policy() })
    }

    private static let uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    private var pause: ContainerPolicy {
        var container = TestContainer(name: "", user: pauseUser).policy()
        container.kind = .sandbox
        container.rootReadonly = true
        container.process.noNewPrivileges = true
        container.process.env.removeAll { $0.value.hasPrefix("HOSTNAME=") }
        container.annotations = [
            KeyValue("nerdctl/network-namespace", "^/var/run/netns/cni-\(Self.uuid)$")
        ]
        return container
    }

    private static func kind(_ kind: ContainerKind) -> ContainerDefaults {
        let isPause = kind == .sandbox
        let caps = [kind == .privileged ? "$(privileged_caps)" : "$(default_caps)"]
        var result = ContainerDefaults()
        result.ociVersion = "1.1.0"
        result.rootPath = "$(root_path)"
        result.rootReadonly = isPause
        result.noNewPrivileges = isPause
        result.capabilities = caps
        result.namespaces = ["ipc", "uts", "mount"].map { NamespacePolicy(type: $0) }
        result.sysctls = DefaultSettings.sysctls
        result.mounts = TestContainer.baseMounts + (isPause ? pauseMounts : TestContainer.ownMounts)
        result.annotations = [
            KeyValue("io.katacontainers.pkg.oci.bundle_path", "/run/$(bundle-id)"),
            KeyValue("io.katacontainers.pkg.oci.container_type", isPause ? "pod_sandbox" : "pod_container"),
            KeyValue("io.kubernetes.cri.container-type", isPause ? "sandbox" : "container"),
            KeyValue("io.kubernetes.cri.sandbox-id", "^[a-z0-9]{64}$"),
        ]
        result.maskedPaths = [
            "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
            "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
        ]
        result.readonlyPaths = [
            "/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
        ]
        if isPause {
            result.annotations.append(
                KeyValue(
                    "io.kubernetes.cri.sandbox-log-directory",
                    "^/var/log/pods/$(sandbox-namespace)_$(sandbox-name)_\(uuid)$"))
            result.maskedPaths.insert("/proc/asound", at: 1)
            result.readonlyPaths.removeFirst()
        } else {
            result.runtimeAnnotationPatterns = [
                KeyValue("^io\\.kubernetes\\.container\\.terminationMessagePath$", "^/.*$"),
                KeyValue(
                    "^io\\.kubernetes\\.container\\.terminationMessagePolicy$", "^(File|FallbackToLogsOnError)$"),
            ]
        }
        return result
    }

    private static let pauseMounts = [
        MountPolicy(
            destination: "/etc/resolv.conf", source: "$(sfprefix)resolv.conf$", type: "bind",
            options: ["rbind", "ro", "nosuid", "nodev", "noexec"])
    ]
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

    static let ownMounts = [
        mount("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", "ro"]),
        bind("/etc/hosts"), bind("/dev/termination-log"), bind("/etc/hostname"), bind("/etc/resolv.conf"),
        bind("/var/run/secrets/kubernetes.io/serviceaccount", "ro"), bind("/var/run/secrets/azure/tokens", "ro"),
    ]

    func policy() -> ContainerPolicy {
        let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return ContainerPolicy(
            kind: .container, name: name,
            process: ProcessPolicy(
                terminal: false, uid: Located(user.uid), gid: Located(user.gid), additionalGids: user.groups,
                args: args.map { Located($0) }, env: ([path, "HOSTNAME=$(host-name)"] + env).map { Located($0) },
                cwd: Located(cwd), noNewPrivileges: false),
            rootReadonly: false, mounts: mounts,
            annotations: [KeyValue("io.kubernetes.cri.container-name", name)], storages: storages,
            execCommands: exec.map { $0.map { Located($0) } })
    }
}
