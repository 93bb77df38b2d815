// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    private static func sandbox(
        _ name: String, _ severity: Severity, _ summary: String, reason: String? = nil,
        _ change: @escaping @Sendable (inout JSONValue) -> Bool
    ) -> Attack {
        changing("CreateSandboxRequest", name, severity, summary, reason: reason) { request, _ in change(&request) }
    }

    static let sandboxes: [Attack] = [
        sandbox("sandbox-hooks", .critical, "programs of the host run with every container") {
            $0.set("guest_hook_path", "/run/kata-containers/shared/hooks")
        },
        sandbox("sandbox-modules", .critical, "a module is loaded into the kernel") {
            $0.append("kernel_modules", ["name": "attacker", "parameters": []])
        },
        sandbox("sandbox-processes", .high, "all containers share the processes") { $0.flip("sandbox_pidns") },
        sandbox("sandbox-storage-more", .critical, "a disk of the host is mounted over programs") {
            $0.append("storages", ["driver": "blk", "source": "0a/00", "fstype": "ext4", "mount_point": "/usr/bin"])
        },
        sandbox("sandbox-storage-share", .critical, "a share of the host is mounted") {
            $0.append(
                "storages",
                [
                    "driver": "virtio-fs", "source": "kataShared", "fstype": "virtiofs",
                    "mount_point": "/run/kata-containers/shared/containers",
                ])
        },
        sandbox("sandbox-storage-missing", .medium, "there is no shared memory") { $0.set("storages", []) },
        sandbox("sandbox-storage-twice", .medium, "the shared memory is mounted twice") { $0.repeatLast("storages") },
        sandbox("sandbox-storage-place", .critical, "the shared memory is mounted over programs") {
            $0.set("storages/0/mount_point", "/usr/bin")
        },
        sandbox("sandbox-storage-options", .high, "programs may run from shared memory") {
            $0.set("storages/0/options", ["mode=1777"])
        },
        sandbox("sandbox-storage-driver", .critical, "the shared memory is a disk of the host") {
            $0.set("storages/0/driver", "blk") && $0.set("storages/0/source", "0a/00")
        },
        Attack("sandbox-twice", .high, "the sandbox is made a second time") { scene in
            guard scene.next.kind == "CreateSandboxRequest" else { return nil }
            return Attempt(scene.next, after: [scene.next])
        },
        Attack("sandbox-after-end", .high, "the sandbox is made again after its end") { scene in
            guard scene.next.kind == "DestroySandboxRequest",
                let first = scene.past.first(where: { $0.kind == "CreateSandboxRequest" })
            else { return nil }
            return Attempt(first, after: [scene.next])
        },
        Attack(
            "sandbox-missing", .low, "containers are created without the sandbox",
            reason: "They lack the shared memory and the namespaces that the sandbox has, and protect no less."
        ) { scene in
            guard scene.next.kind == "CreateSandboxRequest" else { return nil }
            return scene.future.first(where: \.isOfPause).map { Attempt($0) }
        },
        sandbox(
            "sandbox-name", .low, "the host has another name", reason: "Only the host knows it."
        ) { $0.set("hostname", "elsewhere") },
        sandbox(
            "sandbox-resolver", .low, "names are resolved by a server of the host's choice",
            reason: "The host decides about the network; peers are known by certificates."
        ) { $0.set("dns", ["nameserver 10.66.66.66"]) },
        sandbox(
            "sandbox-id", .low, "the sandbox has another id than its pause container",
            reason: "The guest has one sandbox, and the pause container says its id to all others."
        ) { $0.set("sandbox_id", "other") },
    ]

    /// Kinds of requests that no honest host sends, each with something in it.
    private static let never: [(kind: String, severity: Severity, summary: String, request: JSONValue)] = [
        ("SetPolicyRequest", .critical, "the policy is replaced", ["policy": "package agent_policy"]),
        ("UpdateContainerRequest", .medium, "resources of a running container change", ["container_id": "a"]),
        ("PauseContainerRequest", .medium, "a container is halted", ["container_id": "a"]),
        ("ResumeContainerRequest", .medium, "a container goes on", ["container_id": "a"]),
        ("GetIPTablesRequest", .medium, "the filter of packets is read", ["is_ipv6": false]),
        ("SetIPTablesRequest", .critical, "the filter of packets is replaced", ["data": [42]]),
        ("ListInterfacesRequest", .medium, "devices of the network are listed", [:]),
        ("ListRoutesRequest", .medium, "routes are listed", [:]),
        ("GetMetricsRequest", .medium, "measurements of the guest are read", [:]),
        ("ReseedRandomDevRequest", .critical, "the host brings random numbers", ["data": [1, 2, 3]]),
        ("SetGuestDateTimeRequest", .critical, "the clock is set", ["Sec": 1, "Usec": 0]),
        ("MemHotplugByProbeRequest", .high, "memory is added by address", ["memHotplugProbeAddr": [4096]]),
        ("AddSwapRequest", .critical, "memory is written to a disk of the host", ["PCIPath": [1]]),
        ("AddSwapPathRequest", .critical, "memory is written to a file", ["path": "/run/swap"]),
        ("VolumeStatsRequest", .medium, "the size of any directory is read", ["volume_guest_path": "/"]),
        ("ResizeVolumeRequest", .medium, "a volume is resized", ["volume_guest_path": "/", "size": 1]),
        ("MemAgentMemcgConfig", .medium, "the guest's memory is managed otherwise", [:]),
        ("MemAgentCompactConfig", .medium, "memory is moved", [:]),
        (
            "UpdateEphemeralMountsRequest", .high, "a file system in memory is mounted anew",
            ["storages": [["driver": "ephemeral", "mount_point": "/usr/bin"]]]
        ),
        ("CloseStdinRequest", .medium, "the input of a container is closed", ["container_id": "a"]),
        ("GetDiagnosticDataRequest", .high, "the guest's logs are read", ["log_type": "termination_log"]),
        ("ReadStreamRequest", .high, "the output of a container is read", ["container_id": "a", "len": 1]),
        ("WriteStreamRequest", .critical, "the input of a container is written", ["container_id": "a", "data": [10]]),
    ]

    static let forbidden: [Attack] = never.map { kind, severity, summary, request in
        Attack("never-\(kind)", severity, summary) { scene in
            // Once before there is anything, once when all runs, once at the end.
            let isMoment = ["CreateSandboxRequest", "ExecProcessRequest", "DestroySandboxRequest"]
                .contains(scene.next.kind)
            return isMoment ? Attempt(kind, request) : nil
        }
    }
}
