// SPDX-License-Identifier: Apache-2.0

import IR

/// A policy with something of every kind, and requests that it allows.
enum WidePod {
    static let policy: SandboxPolicy = {
        var requests = DefaultSettings.requests
        requests.execAllowedCommands = [["ls", "-l"]]
        requests.execRegex = ["^cat /tmp/[a-z]+$"]
        requests.closeStdin = true
        var policy = TestPod(
            name: "wide",
            containers: [
                TestContainer(
                    name: "app", user: TestUser(10, 20, [20, 30]),
                    args: ["run", "--node=$(node-name)", "--name=$(sandbox-name)", "$$(HOME)"],
                    env: [
                        "POD_NAME=$(sandbox-name)", "NAMESPACE=$(sandbox-namespace)",
                        "PLACE=a-$(sandbox-namespace)-b", "POD_IP=$(pod-ip)", "HOST_IP=$(host-ip)",
                        "ID=$(pod-uid)", "LIMIT=$(resource-field)", "QUOTED='it''s'\t\u{7F}",
                        "LONG=" + String(repeating: "lång ", count: 400),
                    ],
                    mounts: [
                        TestContainer.bind("/memory", "rw", "^/run/kata-containers/sandbox/ephemeral/vol$"),
                        TestContainer.bind("/dev/thing", "rw", "/dev/thing"),
                        TestContainer.bind("/local", "rw", "^$(cpath)/$(sandbox-id)/rootfs/local/data$"),
                        TestContainer.bind("/disk", "rw", ""),
                    ],
                    storages: [
                        storage("ephemeral", "tmpfs", "tmpfs", "^/run/kata-containers/sandbox/ephemeral/vol$"),
                        storage("local", "local", "local", "^$(cpath)/$(sandbox-id)/rootfs/local/data$"),
                        storage(
                            "watchable-bind", "$(sfprefix)conf$", "bind",
                            "^$(cpath)/watchable/$(bundle-id)-[a-z0-9]{16}-conf$"),
                        storage("", "", "ext4", "$(spath)/$(b64_device_id)", fsGroup: 30),
                    ],
                    exec: [["probe", "--live"]]),
                TestContainer(name: "plain"),
            ], requests: requests, namespace: "prod"
        ).policy
        policy.containers[1].process.capabilities = ["CAP_NET_ADMIN", "CAP_CHOWN"]
        policy.containers[1].sandboxPidns = true
        policy.containers[1].withoutMounts = ["/sys"]
        policy.containers[1].mounts.insert(
            TestContainer.mount("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "rw"]), at: 0)
        policy.containers[1].linuxDevices = [LinuxDevicePolicy(path: "/dev/thing")]
        policy.containers[1].devices = [
            DevicePolicy(containerPath: "/dev/xvda"),
            DevicePolicy(type: "vfio-pci-gk", containerPath: "/dev/vfio/devices/vfio"),
        ]
        policy.containers[1].runtimeAnnotationPatterns += [
            KeyValue("^cdi\\.k8s\\.io/vfio[0-9]+$", "^nvidia\\.com/gpu=[0-9]+$")
        ]
        return policy
    }()

    private static func storage(
        _ driver: String, _ source: String, _ fstype: String, _ mountPoint: String, fsGroup: UInt32? = nil
    ) -> StoragePolicy {
        StoragePolicy(
            driver: driver, driverOptions: [], source: source, fstype: fstype, options: [], mountPoint: mountPoint,
            fsGroup: fsGroup, shared: false)
    }

    static let sandboxID = String(repeating: "5a", count: 32)

    static func bundleID(_ index: Int) -> String { String(repeating: "\(index)b", count: 32) }

    /// A request to create a container, as a host would send it.
    static func create(_ index: Int) -> JSONValue {
        let container = policy.effectiveContainers[index]
        let bundle = bundleID(index)
        return [
            "container_id": .string(bundle), "exec_id": .string(bundle),
            "sandbox_pidns": .bool(container.sandboxPidns),
            "devices": .array(devices(container)),
            "storages": .array(
                container.storages.map { concrete($0, bundle) } + [
                    [
                        "driver": "image_guest_pull", "fstype": "overlay", "source": "registry.example/app",
                        "mount_point": .string("/run/kata-containers/\(bundle)/rootfs"),
                    ]
                ]),
            "OCI": [
                "Version": .string(container.ociVersion),
                "Root": [
                    "Path": .string("/run/kata-containers/\(bundle)/rootfs"), "Readonly": .bool(container.rootReadonly),
                ],
                "Process": process(container),
                "Mounts": .array(container.mounts.map { concrete($0, bundle) }),
                "Annotations": annotations(container),
                "Linux": [
                    "Resources": [:],
                    "Sysctl": .object(JSONObject(container.sysctls.map { ($0.key, .string($0.value)) })),
                    "Namespaces": .array(
                        container.namespaces.map { ["Type": .string($0.type), "Path": ""] } + [
                            ["Type": "network", "Path": "/run/netns/podns"], ["Type": "cgroup", "Path": ""],
                        ]),
                    "MaskedPaths": strings(container.maskedPaths),
                    "ReadonlyPaths": strings(container.readonlyPaths),
                    "Devices": .array(container.linuxDevices.map { ["Path": .string($0.path), "Major": 7] }),
                ],
            ],
        ]
    }

    /// A request to run a command in the container whose id is that of its bundle.
    static func exec(_ index: Int, _ args: [String]) -> JSONValue {
        let container = policy.effectiveContainers[index]
        guard case .object(var process) = process(container) else { return nil }
        process["Args"] = strings(args)
        process["Capabilities"] = .null
        return ["container_id": .string(bundleID(index)), "process": .object(process)]
    }

    private static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    private static func text(_ pattern: String, _ bundle: String) -> String {
        let shared = "/run/kata-containers/shared/containers"
        let steps = [
            ("$(sfprefix)", "\(shared)/\(bundle)-0123456789abcdef-"), ("$(cpath)", shared), ("$(bundle-id)", bundle),
            ("$(sandbox-id)", sandboxID), ("$(spath)/$(b64_device_id)", "/run/kata-containers/sandbox/storage/MDA="),
            ("$(sandbox-namespace)", "prod"), ("$(sandbox-name)", "wide"), ("$(pod-ip)", "10.1.2.3"),
            ("$(host-ip)", "10.1.2.4"), ("$(resource-field)", "5"), ("$(pod-uid)", "42"), ("$(node-name)", "n1"),
            ("$(host-name)", "wide"), ("$$", "$"), ("[a-z0-9]{16}", "0123456789abcdef"), ("^", ""),
        ]
        let result = steps.reduce(pattern) { text, step in
            text.split(separator: step.0, omittingEmptySubsequences: false).joined(separator: step.1)
        }
        return result.hasSuffix("$") ? String(result.dropLast()) : result
    }

    private static func process(_ container: EffectiveContainer) -> JSONValue {
        let capabilities = container.capabilities
        func list(_ names: [String]) -> JSONValue {
            switch names {
            case ["$(default_caps)"]: strings(DefaultSettings.common.defaultCaps)
            case ["$(privileged_caps)"]: strings(DefaultSettings.common.privilegedCaps)
            default: strings(names)
            }
        }
        return [
            "Args": strings(container.process.args.map { text($0.value, "") }),
            "Env": strings(container.process.env.map { text($0.value, "") } + ["DB_SERVICE_HOST=10.0.0.7"]),
            "Cwd": .string(container.process.cwd.value),
            "NoNewPrivileges": .bool(container.process.noNewPrivileges),
            "User": [
                "UID": .integer(Int128(container.process.uid.value)),
                "GID": .integer(Int128(container.process.gid.value)),
                "AdditionalGids": .array(container.process.additionalGids.map { .integer(Int128($0)) }),
            ],
            "Capabilities": [
                "Bounding": list(capabilities), "Effective": list(capabilities), "Permitted": list(capabilities),
                "Ambient": [], "Inheritable": [],
            ],
        ]
    }

    private static func annotations(_ container: EffectiveContainer) -> JSONValue {
        var result = JSONObject([
            ("io.kubernetes.cri.sandbox-id", .string(sandboxID)), ("io.kubernetes.cri.sandbox-name", "wide"),
            ("io.kubernetes.cri.sandbox-namespace", "prod"), ("io.kubernetes.cri.anything", "goes"),
        ])
        let uuid = "01234567-0123-0123-0123-0123456789ab"
        if container.name.isEmpty {
            result["io.kubernetes.cri.container-type"] = "sandbox"
            result["io.katacontainers.pkg.oci.container_type"] = "pod_sandbox"
            result["nerdctl/network-namespace"] = .string("/var/run/netns/cni-\(uuid)")
            result["io.kubernetes.cri.sandbox-log-directory"] = .string("/var/log/pods/prod_wide_\(uuid)")
        } else {
            result["io.kubernetes.cri.container-type"] = "container"
            result["io.katacontainers.pkg.oci.container_type"] = "pod_container"
            result["io.kubernetes.cri.container-name"] = .string(container.name)
            result["io.kubernetes.container.terminationMessagePolicy"] = "File"
        }
        if !container.devices.isEmpty { result["cdi.k8s.io/vfio7"] = "nvidia.com/gpu=7" }
        return .object(result)
    }

    private static func devices(_ container: EffectiveContainer) -> [JSONValue] {
        container.devices.map { device in
            guard device.type == "vfio-pci-gk" else { return ["container_path": .string(device.containerPath)] }
            return [
                "id": "vfio7", "type_": .string(device.type), "container_path": .string(device.containerPath + "7"),
                "options": ["0000:41:00.0=01/00"],
            ]
        }
    }

    private static func concrete(_ mount: MountPolicy, _ bundle: String) -> JSONValue {
        let source = mount.source.isEmpty ? "/run/kata-containers/sandbox/storage/MDA=" : text(mount.source, bundle)
        return [
            "destination": .string(mount.destination), "type_": .string(mount.type), "source": .string(source),
            "options": strings(mount.options),
        ]
    }

    private static func concrete(_ storage: StoragePolicy, _ bundle: String) -> JSONValue {
        let isBlock = storage.driver.isEmpty
        return [
            "driver": .string(isBlock ? "blk" : storage.driver), "fstype": .string(storage.fstype),
            "source": .string(isBlock ? "00" : text(storage.source, bundle)),
            "mount_point": .string(text(storage.mountPoint, bundle)), "options": [],
            "fs_group": storage.fsGroup.map { ["group_id": .integer(Int128($0))] } ?? .null,
        ]
    }
}
