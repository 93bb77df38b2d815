// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR

extension Forgery {
    /// What strict policies deny beyond what all deny.
    static func strict(_ kind: String) -> [Forgery] {
        switch kind {
        case "CreateContainerRequest": images + identities + contents
        case "CreateSandboxRequest":
            [
                .set("storages", []), .set("storages/0/options", []),
                Forgery("a storage twice") {
                    $0.change("storages") { $0 = .array(($0.array ?? []) + ($0.array ?? [])) }
                },
            ]
        case "CopyFileRequest": [.set("file_mode", 0o4755), .set("file_mode", 0o2755), .set("file_mode", 0o6644)]
        case "UpdateInterfaceRequest":
            [
                .set("interface/IPAddresses/0/address", "127.0.0.1"), .set("interface/IPAddresses/0/address", "::1"),
                .set("interface/IPAddresses/0/address", "::ffff:127.0.0.1"),
                .set("interface/IPAddresses/0/address", "010.0.0.1"), .set("interface/hwAddr", "00-00-00-00-00-01"),
                .set("interface/name", "lo "), .set("interface/name", "a/b"),
            ]
        case "UpdateRoutesRequest":
            [
                .set("routes/Routes/0/dest", "127.0.0.0/8"), .set("routes/Routes/0/dest", "::ffff:7f00:1/128"),
                .set("routes/Routes/0/source", "127.0.0.1/8"), .set("routes/Routes/0/source", "::ffff:127.0.0.1"),
                .set("routes/Routes/0/gateway", "127.0.0.1"), .set("routes/Routes/0/gateway", "0x7f000001"),
            ]
        case "AddARPNeighborsRequest":
            [
                .set("neighbors/ARPNeighbors/0/toIPAddress/address", "::1"),
                .set("neighbors/ARPNeighbors/0/toIPAddress/address", "0:0:0:0:0:ffff:7f00:1"),
                .set("neighbors/ARPNeighbors/0/toIPAddress/address", "127.1"),
            ]
        case "RemoveContainerRequest":
            [.set("container_id", "c:app"), .set("container_id", "../sandbox"), .set("container_id", "")]
        case "StartContainerRequest": [.set("container_id", .string(String(repeating: "9f", count: 32)))]
        default: []
        }
    }

    private static let pulled = "storages/-/"
    private static let annotations = "OCI/Annotations/"

    private static let images: [Forgery] = [
        .set(pulled + "source", "registry.example/other@sha256:0000"), .set(pulled + "options", ["ro"]),
        .set(pulled + "fstype", "ext4"), .set(pulled + "mount_point", "/run/kata-containers/other/rootfs"),
        .set(annotations + "io.kubernetes.cri.image-name", "registry.example/other:latest"),
        Forgery("no image") { $0.removeLast("storages") },
        Forgery("two images") { $0.change("storages") { $0 = .array(($0.array ?? []) + ($0.array ?? []).suffix(1)) } },
        Forgery("a root below another directory") {
            $0.change("OCI/Root/Path") { $0 = .string("/run/kata-containers/shared/containers" + ($0.string ?? "")) }
        },
        Forgery("the root of another container") {
            $0.change("OCI/Root/Path") { $0 = "/run/kata-containers/0/rootfs" }
        },
    ]

    private static let identities: [Forgery] = [
        .set("container_id", "sandbox_name"), .set("container_id", "c:app"), .set("container_id", "a/b"),
        .set("exec_id", "other"), .set("OCI/Version", "1.2.0"),
        .set(annotations + "io.kubernetes.cri.sandbox-id", .string(String(repeating: "6b", count: 32))),
        .set(annotations + "io.kubernetes.cri.sandbox-name", "other-5d8f-abcde"),
    ]

    /// Mounts that every container has.
    private static let usualMounts = 12

    private static let contents: [Forgery] = [
        Forgery("a variable less") {
            $0.change("OCI/Process/Env") { $0 = .array(Array(($0.array ?? []).dropFirst())) }
        },
        .append("OCI/Process/Env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        .append("OCI/Process/Env", "HOSTNAME=elsewhere"), .append("OCI/Process/Env", "KUBERNETES_SERVICE_HOST=1.2.3.4"),
        Forgery("a volume less") {
            // The last one, if the YAML asks for any.
            guard let mounts = $0["OCI"]?["Mounts"]?.array, mounts.count > usualMounts else {
                $0.set("OCI/Version", "0")
                return
            }
            $0.set("OCI/Mounts", .array(mounts.dropLast()))
        },
        .set("OCI/Mounts/0/source", "/proc/1"), .set("OCI/Mounts/0/source", "xproc"),
        .set("OCI/Mounts/5/source", "/sysfs"),
    ]
}
