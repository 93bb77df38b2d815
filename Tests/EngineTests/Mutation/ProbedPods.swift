// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Simulation

extension ProbedPod {
    static func all() throws -> [ProbedPod] {
        let full = try FullPod.lives(on: HostProfile(containerd: .v2_1, shim: .rust))[0]
        return [
            ProbedPod(
                name: "full", text: full.text, policy: full.policy, life: full.requests,
                probes: disks + mounts + metadata),
            try byHand(SpecialPods.gpu(), gpus),
            try byHand(SpecialPods.permissive(), annotations + directories + nodes + files + commands),
            try byHand(SpecialPods.strange(), sandboxes + addresses + identities + forms),
        ]
    }

    private static func byHand(_ pod: CompiledPod, _ probes: [Probe]) throws -> ProbedPod {
        ProbedPod(
            name: pod.name, text: pod.text, policy: pod.policy, life: try HonestRequests(pod.policy).life(),
            probes: probes)
    }

    /// Where hosts attach disks, and what as.
    private static let disks: [Probe] =
        [
            ("scsi", "0:1", true), ("scsi", "x0:1", false), ("scsi", "0:1x", false), ("scsi", "01", false),
            ("blk", "0a", true), ("blk", "0a/1f", true), ("blk", "x0a", false), ("blk", "0ax", false),
            ("blk", "0:1", false), ("nvdimm", "0:1", false), ("", "0:1", false),
        ].map { driver, source, isAllowed in
            .create("main", "a disk is '\(source)' of '\(driver)'", isAllowed: isAllowed) {
                $0.moveDisk(at: "/data", driver: driver, source: source)
            }
        }
        + [("scsi", "0:1"), ("blk", "0a")].map { driver, source in
            .create("main", "memory is a disk of '\(driver)'") {
                $0.editItem("storages", where: { $0["driver"] == "ephemeral" }) {
                    $0.set("driver", .string(driver)) && $0.set("source", .string(source))
                }
            }
        }
        + [
            .create("main", "memory has another source") {
                $0.editItem("storages", where: { $0["driver"] == "ephemeral" }) { $0.set("source", "elsewhere") }
            },
            .create("main", "two disks are one") {
                $0.moveDisk(at: "/data", driver: "blk", source: "0a")
                    && $0.moveDisk(at: "/data/inner", driver: "blk", source: "0a")
            },
            .create("main", "two disks are one, attached once") { request in
                guard let first = request.mountSource("/data"), let second = request.mountSource("/data/inner") else {
                    return false
                }
                return request.removeItem("storages", where: { $0["mount_point"]?.string == second })
                    && request.editMount("/data/inner") { $0.set("source", .string(first)) }
            },
            .create("main", "a disk is mounted with another option") {
                $0.editMount("/data") { $0.append("options", "suid") }
            },
            .create("main", "files of the host are a disk") { request in
                guard let disk = request.mountSource("/data") else { return false }
                return request.editMount("/etc/settings") { $0.set("source", .string(disk)) }
            },
            .create("main", "the place of a disk is the image's") { request in
                guard let root = request.value(at: "OCI/Root/Path") else { return false }
                return request.editMount("/data") { $0.set("source", root) }
            },
        ]

    /// Mounts that every container has.
    private static let mounts: [Probe] = [
        .create("main", "system files are from elsewhere") { $0.editMount("/sys") { $0.set("source", "/elsewhere") } },
        .create("main", "control groups are from elsewhere") {
            $0.editMount("/sys/fs/cgroup") { $0.set("source", "/elsewhere") }
        },
        .create("main", "control groups lack an option") {
            $0.editMount("/sys/fs/cgroup") { $0.removeFirst("options") }
        },
        .create("main", "more of another system is hidden") {
            $0.append("OCI/Linux/MaskedPaths", "/data/proc/acpi")
        },
        .create("main", "a hidden path goes on") { $0.append("OCI/Linux/MaskedPaths", "/proc/acpi!") },
        .create("main", "more of the kernel is hidden", isAllowed: true) {
            $0.append("OCI/Linux/MaskedPaths", "/proc/acpi")
        },
        .create("", "the network has a path", isAllowed: true) {
            $0.append("OCI/Linux/Namespaces", ["Type": "network", "Path": "/run/netns/a"])
        },
    ]

    /// The metadata of the pull.
    private static let metadata: [Probe] = [
        .create("main", "something stands before the metadata") { $0.editPullMetadata { "x" + $0 } },
        .create("main", "something stands after the metadata") { $0.editPullMetadata { $0 + "x" } },
        .create("main", "the metadata say more", isAllowed: true) {
            $0.editPullMetadata { $0.dropLast(2) + ",\"a\":\"b\"}}" }
        },
    ]

    /// Annotations that only the hypervisor reads, and those that look like them.
    private static let annotations: [Probe] = [
        ("io.katacontainers.config.hypervisor.snp_id_block", true),
        ("io.katacontainers.config.hypervisor.snp_id_auth", false), ("example.org/note", false),
        ("x.io.katacontainers.config.hypervisor.snp_x", false), ("x.io.kubernetes.cri.note", false),
    ].map { key, isAllowed in
        .create("main", "annotation '\(key)' has another value", isAllowed: isAllowed) {
            $0.set("OCI/Annotations/" + key.replacing("/", with: "~1"), "other")
        }
    }

    /// Storages that are directories of the host, and volumes in memory.
    private static let directories: [Probe] = [
        .create("main", "a directory is from elsewhere") {
            $0.editItem("storages", where: { $0["fstype"] == "local" }) { $0.set("mount_point", "/elsewhere") }
        },
        .create("main", "the source of a directory goes on") {
            $0.editMount("/plain") { $0.editText("source") { $0 + "x" } }
        },
        .create("main", "files are from elsewhere") {
            $0.editItem("storages", where: { $0["fstype"] == "bind" }) { $0.set("mount_point", "/elsewhere") }
        },
        .create("main", "memory is there once") {
            $0.removeItem("storages", where: { $0["driver"] == "ephemeral" })
        },
        .create("main", "memory is there in place of files") { request in
            guard let memory = request["storages"]?.array?.first(where: { $0["driver"] == "ephemeral" }) else {
                return false
            }
            return request.editItem("storages", where: { $0["fstype"] == "bind" }) {
                $0 = memory
                return true
            }
        },
        .create("main", "a device of the guest is mounted in another way") {
            $0.editMount("/node") { $0.set("options", ["rbind", "rprivate", "ro"]) }
        },
        .create("main", "a volume comes after one in whose path its own is", isAllowed: true) {
            $0.editItems("OCI/Mounts") { mounts in
                let last = mounts.filter { $0["destination"] == "/plain" }
                mounts = mounts.filter { $0["destination"] != "/plain" } + last
            }
        },
        .create("main", "a path is read as a pattern") { $0.editMount("/odd") { $0.set("source", "/dev/odd") } },
    ]

    private static let nodes: [Probe] = [
        .create("main", "a node has no device") {
            $0.append("OCI/Linux/Devices", ["Path": "/dev/usual", "Type": "c"])
        },
        .create("main", "a node is there twice") { $0.repeatLast("OCI/Linux/Devices") },
        .create("main", "a node is there in place of another") {
            $0.removeFirst("OCI/Linux/Devices") && $0.repeatLast("OCI/Linux/Devices")
        },
        .create("main", "a disk is there in place of another") {
            $0.removeFirst("devices") && $0.repeatLast("devices")
        },
        .create("other", "system files are read-only", isAllowed: true) { $0.protectSystemFiles() },
        .create("other", "system files are read-only and from elsewhere") {
            $0.protectSystemFiles() && $0.editMount("/sys") { $0.set("source", "/elsewhere") }
        },
    ]

    private static let sandboxes: [Probe] = [
        .change("CreateSandboxRequest", "one storage twice") {
            $0.removeFirst("storages") && $0.repeatLast("storages")
        }
    ]

    /// What is kept up to date of one container is not so of another.
    private static let files: [Probe] = [(2, false), (3, true)].map { index, isAllowed in
        Probe(name: "a file of container \(index) changes", isAllowed: isAllowed) { one in
            guard one.kind == "ExecProcessRequest" else { return nil }
            let path = "/run/kata-containers/shared/containers/\(HonestRequests.id(index))-0123456789abcdef-info/labels"
            return try? AgentRequest(
                "CopyFileRequest", ["path": .string(path), "file_type": "Regular", "file_mode": 0o644])
        }
    }

    /// Commands and streams that the settings allow.
    private static let commands: [Probe] =
        [
            (["/bin/sh", "-c", "date"], true), (["/bin/sh", "-c", "id"], false), (["/bin/ls", "home"], true),
            (["/bin/ls", "/home"], false),
        ].map { command, isAllowed in
            .change("ExecProcessRequest", "\(command)", isAllowed: isAllowed) {
                $0.set("process/Args", .array(command.map { .string($0) }))
            }
        } + streams(allowed: ["CloseStdinRequest", "GetDiagnosticDataRequest", "WriteStreamRequest"])

    private static func streams(allowed: Set<String>) -> [Probe] {
        [
            "CloseStdinRequest", "GetDiagnosticDataRequest", "ReadStreamRequest", "UpdateEphemeralMountsRequest",
            "WriteStreamRequest",
        ].map { .ask($0, isAllowed: allowed.contains($0)) }
    }

    private static let addresses: [Probe] =
        ["x02:00:ca:fe:00:04", "02:00:ca:fe:00:04x"].map { address in
            .change("UpdateInterfaceRequest", "hardware address '\(address)'") {
                $0.set("interface/hwAddr", .string(address))
            }
        }
        + ["x24", "24x"].map { mask in
            .change("UpdateInterfaceRequest", "mask '\(mask)'") {
                $0.set("interface/IPAddresses/0/mask", .string(mask))
            }
        }
        + ["x10.0.0.9", "10.0.0.9x", "127.0.0.1"].map { address in
            .change("AddARPNeighborsRequest", "a second neighbor '\(address)'") {
                $0.append(
                    "neighbors/ARPNeighbors",
                    ["toIPAddress": ["address": .string(address)], "device": "eth0", "state": 128])
            }
        }
        + [
            .change("UpdateInterfaceRequest", "a second address is loopback's") {
                $0.append("interface/IPAddresses", ["address": "127.0.0.1", "mask": "8"])
            },
            .change("UpdateRoutesRequest", "a second route is loopback's") {
                $0.append("routes/Routes", ["gateway": "10.0.0.1", "device": "lo"])
            },
            .change("UpdateRoutesRequest", "a network with two lengths") {
                $0.set("routes/Routes/0/dest", "10.0.0.0/x/8")
            },
        ]
        + streams(allowed: ["ReadStreamRequest", "UpdateEphemeralMountsRequest"])

    /// Of a pod whose namespace the YAML leaves open.
    private static let identities: [Probe] =
        [("other", true), ("!other", false), ("other!", false), ("Other", false)].map { namespace, isAllowed in
            .create("", "namespace '\(namespace)'", isAllowed: isAllowed) {
                $0.set("OCI/Annotations/io.kubernetes.cri.sandbox-namespace", .string(namespace))
            }
        }
        + [
            Probe(name: "a sandbox with a short id", isAllowed: false) { one in
                guard one.kind == "CreateContainerRequest", let id = one.id else { return nil }
                return one.replacing(id: id, with: "5a")
            },
            Probe(name: "a pause container with another id than the sandbox", isAllowed: false) { one in
                guard one.kind == "CreateContainerRequest", let id = one.id else { return nil }
                var other = one.replacing(id: id, with: String(repeating: "6b", count: 32))
                other.request.set("OCI/Annotations/io.kubernetes.cri.sandbox-id", .string(id))
                return other
            },
        ]

    /// Storages of forms that no rule has, and files that are shared for two mounts.
    private static let forms: [Probe] = [
        .create("files", "another variable that any host may set", isAllowed: true) {
            $0.append("OCI/Process/Env", "NEXT_SERVICE_PORT=80")
        },
        .create("overlay", "memory of a driver that no guest has, as the policy says") { _ in true },
        .create("literal", "a pattern with the type of a disk") {
            $0.editItem("storages", where: { $0["fstype"] == "ext4" }) { $0.set("mount_point", "/run/plain") }
        },
        .create("literal", "a text with the driver of a directory") {
            $0.editItem("storages", where: { $0["fstype"] == "ext4" }) {
                $0.set("mount_point", .string(SpecialPods.strangePlace))
            }
        },
    ]
}
