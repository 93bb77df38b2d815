// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR

/// One change that makes an honest request one which must be denied.
struct Forgery: Sendable {
    var name: String
    var change: @Sendable (inout JSONValue) -> Void

    init(_ name: String, _ change: @escaping @Sendable (inout JSONValue) -> Void) {
        self.name = name
        self.change = change
    }

    /// A place in the request takes another value.
    static func set(_ path: String, _ value: JSONValue) -> Forgery {
        Forgery("\(path) = \(JSONPrinter.text(value))") { $0.set(path, value) }
    }

    static func append(_ path: String, _ item: JSONValue) -> Forgery {
        Forgery("\(path) + \(JSONPrinter.text(item))") { $0.append(path, item) }
    }

    static func flip(_ path: String) -> Forgery {
        Forgery("\(path) flipped") { $0.change(path) { $0 = .bool($0 != true) } }
    }

    private static let oci = "OCI/"
    private static let process = "OCI/Process/"
    private static let linux = "OCI/Linux/"

    /// Of the request to create a container other than the sandbox's.
    static let create: [Forgery] =
        processes + [
            .set("container_id", .string(HonestRequests.sandboxID)),
            .set("string_user", ["uid": "0"]),
            .append("shared_mounts", ["name": "other"]),
            .append("devices", ["container_path": "/dev/sda"]),
            .flip("sandbox_pidns"),
            .set(oci + "Version", "1.0.2"),
            .set(oci + "Root/Path", "/elsewhere/rootfs"),
            .flip(oci + "Root/Readonly"),
            .set(oci + "Hooks", ["Prestart": [["Path": "/hook"]]]),
            .set(oci + "Annotations/io.kubernetes.cri.sandbox-name", "other"),
            .set(oci + "Annotations/io.kubernetes.cri.sandbox-namespace", "other"),
            .set(oci + "Annotations/io.kubernetes.cri.sandbox-id", "short"),
            .set(oci + "Annotations/io.kubernetes.cri.container-name", "other"),
            .set(oci + "Annotations/io.kubernetes.cri.container-type", "sandbox"),
            .set(oci + "Annotations/io.katacontainers.pkg.oci.container_type", "pod_sandbox"),
            .set(oci + "Annotations/unknown.example~key", "value"),
            .append(
                oci + "Mounts",
                ["destination": "/host", "source": "/", "type_": "bind", "options": ["rbind", "rw"]]),
            Forgery("a mount twice") {
                $0.change(oci + "Mounts") { $0 = .array(($0.array ?? []) + ($0.array ?? [])[..<1]) }
            },
            .set(oci + "Mounts/-/source", "/run/elsewhere"),
            .set(oci + "Mounts/-/destination", "/usr/bin"),
            .append(oci + "Mounts/0/options", "suid"),
            Forgery("a mount option less") { $0.removeLast(oci + "Mounts/0/options") },
            .append("storages", ["driver": "blk", "source": "01", "mount_point": "/usr/bin", "fstype": "ext4"]),
            .set("storages/-/mount_point", "/run/kata-containers/other/rootfs"),
            .set("storages/-/fstype", "virtiofs"),
            .set("storages/-/driver", "virtio-fs"),
            .flip("storages/-/shared"),
            .append("storages/-/options", "suid"),
            .append(linux + "Namespaces", ["Type": "pid", "Path": "/proc/1/ns/pid"]),
            .set(linux + "Namespaces/0/Path", "/proc/1/ns/ipc"),
            Forgery("a namespace less") { $0.removeLast(linux + "Namespaces") },
            .append(linux + "Devices", ["Path": "/dev/mem", "Type": "c"]),
            .append(linux + "Resources/Devices", ["Allow": true, "Access": "rwm"]),
            .set(linux + "MaskedPaths", []),
            .set(linux + "ReadonlyPaths", []),
            .set(linux + "Sysctl/kernel.core_pattern", "|/host"),
            .set(linux + "Seccomp", ["DefaultAction": "SCMP_ACT_ALLOW"]),
            .append(linux + "UIDMappings", ["HostID": 0, "ContainerID": 0, "Size": 1]),
        ]
        + ["Bounding", "Effective", "Inheritable", "Permitted", "Ambient"].map {
            .append(process + "Capabilities/" + $0, "CAP_SYS_MODULE")
        }

    private static let processes: [Forgery] = [
        .set(process + "User/UID", 4_321), .set(process + "User/GID", 4_321),
        .append(process + "User/AdditionalGids", 4_321), .set(process + "User/Username", "root"),
        .append(process + "Args", "--debug"), .set(process + "Args/-", "other"),
        Forgery("an argument less") { $0.removeLast(process + "Args") },
        .append(process + "Env", "LD_PRELOAD=/evil.so"), .append(process + "Env", "KUBERNETES_SERVICE_HOST=evil"),
        .set(process + "Env/0", "PATH=/evil"), .set(process + "Cwd", "/elsewhere"), .flip(process + "Terminal"),
        .flip(process + "NoNewPrivileges"), .set(process + "SelinuxLabel", "unconfined_t"),
    ]

    /// Of the request to run a command of a probe.
    static let execute: [Forgery] = [
        .set("container_id", .string(String(repeating: "9f", count: 32))), .set("string_user", ["uid": "0"]),
        .set("process/Args", ["/bin/sh"]), .append("process/Args", "; reboot"), .append("process/Env", "A=B"),
        .set("process/Cwd", "/elsewhere"), .set("process/User/UID", 4_321), .set("process/Capabilities", [:]),
        .flip("process/Terminal"), .flip("process/NoNewPrivileges"), .set("process/ApparmorProfile", "unconfined"),
    ]

    /// Of other requests, by their kinds.
    static let others: [(kind: String, forgeries: [Forgery])] = [
        (
            "CreateSandboxRequest",
            [
                .flip("sandbox_pidns"), .set("guest_hook_path", "/hooks"), .append("kernel_modules", ["name": "evil"]),
                .append("storages", ["driver": "blk", "source": "01", "mount_point": "/usr/bin"]),
                .set("storages/0/mount_point", "/usr/bin"),
            ]
        ),
        (
            "CopyFileRequest",
            [
                .set("path", "/usr/bin/evil"), .set("file_type", "Unknown"), .set("file_type", "Symlink"),
                Forgery("a path that leaves its directory") {
                    $0.change("path") { $0 = .string(($0.string ?? "") + "/../../other") }
                },
            ]
        ),
        ("UpdateInterfaceRequest", [.set("interface/name", "lo"), .set("interface/raw_flags", 1)]),
        (
            "UpdateRoutesRequest",
            [.set("routes/Routes/0/device", "lo"), .set("routes/Routes/0/source", "127.0.0.1")]
        ),
        (
            "AddARPNeighborsRequest",
            [
                .set("neighbors/ARPNeighbors/0/state", 4), .set("neighbors/ARPNeighbors/0/flags", 1),
                .set("neighbors/ARPNeighbors/0/toIPAddress/address", "127.0.0.1"),
            ]
        ),
    ]

    static func of(_ kind: String) -> [Forgery] {
        switch kind {
        case "CreateContainerRequest": create
        case "ExecProcessRequest": execute
        default: others.first { $0.kind == kind }?.forgeries ?? []
        }
    }
}
