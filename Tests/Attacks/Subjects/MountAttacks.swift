// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    private static let mountList = "OCI/Mounts"

    private static func mount(
        _ request: inout JSONValue, at destination: String, _ change: (inout JSONValue) -> Bool
    ) -> Bool {
        request.editItem(mountList, where: { $0["destination"]?.string == destination }, change)
    }

    private static func isShared(_ mount: JSONValue) -> Bool {
        mount["source"]?.string?.hasPrefix("/run/kata-containers/shared/containers/") == true
    }

    /// Changes the last mount of what the host copies into the guest.
    private static func shared(_ request: inout JSONValue, _ change: (inout JSONValue) -> Bool) -> Bool {
        request.editItem(mountList, where: isShared, change)
    }

    private static let usualDestinations: Set<String> = [
        "/proc", "/dev", "/dev/pts", "/dev/mqueue", "/sys", "/dev/shm", "/sys/fs/cgroup", "/etc/hostname",
        "/etc/resolv.conf", "/etc/hosts", "/dev/termination-log", "/var/run/secrets/kubernetes.io/serviceaccount",
    ]

    /// Whether the YAML asks for it.
    private static func isVolume(_ mount: JSONValue) -> Bool {
        mount["destination"]?.string.map { !usualDestinations.contains($0) } ?? false
    }

    private static func changeOption(_ mount: inout JSONValue, _ old: String, _ new: String?) -> Bool {
        mount.editItems("options") { options in
            options = options.compactMap { $0.string == old ? new.map { .string($0) } : $0 }
        }
    }

    private static func bind(_ source: String, _ destination: String, _ access: String = "rw") -> JSONValue {
        [
            "destination": .string(destination), "source": .string(source), "type_": "bind",
            "options": ["rbind", "rprivate", .string(access)],
        ]
    }

    private static func sharedPath(_ request: JSONValue, _ base: String) -> String {
        "/run/kata-containers/shared/containers/\(request["container_id"]?.string ?? "")-0123456789abcdef-\(base)"
    }

    static let mounts: [Attack] = [
        .container("mount-token", .high, "a token comes to a pod that wants none") { request, _ in
            let token = "/var/run/secrets/kubernetes.io/serviceaccount"
            let mounts = request.value(at: mountList)?.array ?? []
            guard mounts.allSatisfy({ $0["destination"]?.string != token }),
                var mount = mounts.first(where: { $0["destination"]?.string == "/etc/hosts" }),
                let source = mount["source"]?.string, source.hasSuffix("hosts")
            else { return false }
            _ = mount.set("destination", .string(token))
            _ = mount.set("source", .string(source.dropLast("hosts".count) + "serviceaccount"))
            _ = mount.set("options", ["rbind", "rprivate", "ro"])
            return request.append(mountList, mount)
        },
        .create("mount-root", .critical, "the guest's root is mounted into a container") {
            $0.append(mountList, bind("/", "/host"))
        },
        .create("mount-shared", .critical, "a directory of the host is mounted over programs") {
            $0.append(mountList, bind(sharedPath($0, "bin"), "/usr/bin"))
        },
        .create("mount-file", .critical, "a file of the host is mounted over a program") {
            $0.append(mountList, bind(sharedPath($0, "entry"), "/entry", "ro"))
        },
        .create("mount-over-root", .critical, "a directory of the host is mounted over the root") {
            $0.append(mountList, bind(sharedPath($0, "rootfs"), "/"))
        },
        .create("mount-device", .critical, "the guest's memory is mounted into a container") {
            $0.append(mountList, bind("/dev/mem", "/dev/mem"))
        },
        .create("mount-temporary", .high, "an empty file system hides a directory") {
            $0.append(
                mountList, ["destination": "/etc", "source": "tmpfs", "type_": "tmpfs", "options": ["nosuid"]])
        },
        .create("mount-twice", .high, "a mount is there twice") { $0.repeatLast(mountList) },
        .create("mount-over", .critical, "a second mount of another source lies over one") { request in
            guard var second = request["OCI"]?["Mounts"]?.array?.last(where: isShared) else { return false }
            second.set("source", .string(sharedPath(request, "other")))
            return request.append(mountList, second)
        },
        .create("mount-source", .critical, "a mount has another source") { request in
            shared(&request) { $0.set("source", "/") }
        },
        .create("mount-source-parent", .critical, "the source of a mount leads out of its directory") { request in
            shared(&request) { $0.editText("source") { $0 + "/../../../.." } }
        },
        .create("mount-source-inner", .high, "the source of a mount is below what is expected") { request in
            shared(&request) { $0.editText("source") { $0 + "/inner" } }
        },
        .create("mount-source-before", .critical, "the source of a mount has something before it") { request in
            shared(&request) { $0.editText("source") { "/tmp" + $0 } }
        },
        .create("mount-source-line", .high, "the source of a mount has a second line") { request in
            shared(&request) { $0.editText("source") { "/\n" + $0 } }
        },
        .create("mount-source-of-other", .high, "the source of a mount is a file for another container") { request in
            guard let id = request["container_id"]?.string else { return false }
            return shared(&request) { $0.editText("source") { $0.replacing(id, with: Scene.strangeID) } }
        },
        .create("mount-source-name", .high, "the source of a mount is a file for another mount") { request in
            shared(&request) { $0.editText("source") { $0 + "-other" } }
        },
        .create("mount-source-shm", .high, "the shared memory is another directory of the guest") { request in
            mount(&request, at: "/dev/shm") { $0.set("source", "/run") }
        },
        .create("mount-source-proc", .high, "the file system of processes is a directory of the guest") { request in
            mount(&request, at: "/proc") { $0.set("source", "/run/kata-containers") }
        },
        .create("mount-destination", .critical, "a mount is elsewhere") { request in
            shared(&request) { $0.set("destination", "/usr/bin") }
        },
        .create("mount-destination-parent", .critical, "the destination of a mount leads elsewhere") { request in
            shared(&request) { $0.editText("destination") { $0 + "/../../usr/bin" } }
        },
        .create("mount-destination-slash", .medium, "the destination of a mount ends in a slash") { request in
            shared(&request) { $0.editText("destination") { $0 + "/" } }
        },
        .create("mount-type", .high, "a mount is of another type") { request in
            mount(&request, at: "/proc") { $0.set("type_", "bind") }
        },
        .create("mount-type-overlay", .critical, "a mount is an overlay over what the host gives") { request in
            shared(&request) { $0.set("type_", "overlay") }
        },
        .create("mount-option-executable", .medium, "programs may run from where they may not") { request in
            mount(&request, at: "/proc") { changeOption(&$0, "noexec", nil) }
        },
        .create("mount-option-set-id", .high, "programs may gain privileges where they may not") { request in
            mount(&request, at: "/proc") { changeOption(&$0, "nosuid", "suid") }
        },
        .create("mount-option-device", .high, "devices work where they may not") { request in
            mount(&request, at: "/sys") { changeOption(&$0, "nodev", "dev") }
        },
        .create("mount-option-writable", .high, "what is read-only is writable") { request in
            request.editItem(mountList, where: { $0["options"]?.strings?.contains("ro") == true && !isSystem($0) }) {
                changeOption(&$0, "ro", "rw")
            }
        },
        .container("mount-option-system", .high, "the system's files are writable") { request, _ in
            guard request.value(at: "OCI/Linux/MaskedPaths/0") != nil else { return false }
            return mount(&request, at: "/sys") { changeOption(&$0, "ro", "rw") }
        },
        .create("mount-option-groups", .high, "groups of resources are writable") { request in
            mount(&request, at: "/sys/fs/cgroup") { changeOption(&$0, "ro", "rw") }
        },
        .create("mount-option-groups-unknown", .medium, "groups of resources have an unknown option") { request in
            mount(&request, at: "/sys/fs/cgroup") { $0.append("options", "noprefix") }
        },
        .create("mount-option-propagation", .high, "mounts in a container come about in the guest") { request in
            shared(&request) { changeOption(&$0, "rprivate", "rshared") }
        },
        .create("mount-option-more", .medium, "a mount has an option more") { request in
            mount(&request, at: "/dev") { $0.append("options", "exec") }
        },
        .create("mount-option-order", .low, "the options of a mount are in another order") { request in
            mount(&request, at: "/dev/pts") { $0.editItems("options") { $0.reverse() } }
        },
        .container("mount-volume-missing", .high, "a volume of the YAML is missing") { request, _ in
            request.removeItem(mountList, where: isVolume)
        },
        .container("mount-volume-hidden", .high, "a volume is mounted over another that lies in it") { request, _ in
            request.editItems(mountList) { items in
                func destination(_ index: Int) -> String { items[index]["destination"]?.string ?? "" }
                for outer in items.indices {
                    for inner in items.indices
                    where inner > outer && destination(inner).hasPrefix(destination(outer) + "/")
                        && isVolume(items[inner])
                    {
                        return items.swapAt(outer, inner)
                    }
                }
            }
        },
        .container("mount-disks-joined", .high, "two volumes are one disk") { request, _ in
            var disks = Set((request["storages"]?.array ?? []).filter(isDisk).compactMap { $0["mount_point"]?.string })
            guard disks.count > 1, let kept = disks.sorted().first else { return false }
            disks.remove(kept)
            return request.editItem(mountList, where: { $0["source"]?.string.map(disks.contains) == true }) {
                $0.set("source", .string(kept))
            }
        },
        .container("mount-disk-none", .critical, "a volume is no disk but a directory of the guest") { request, _ in
            let disks = Set((request["storages"]?.array ?? []).filter(isDisk).compactMap { $0["mount_point"]?.string })
            return request.editItem(mountList, where: { $0["source"]?.string.map(disks.contains) == true }) {
                $0.set("source", "/run/kata-containers/shared/containers")
            }
        },
        .container(
            "mount-usual-missing", .low, "something is missing that hosts mount everywhere",
            reason: "Hosts differ in what they mount besides volumes; without it a container has what its image has."
        ) { request, _ in request.removeItem(mountList) { $0["destination"]?.string == "/etc/hosts" } },
    ]

    private static func isSystem(_ mount: JSONValue) -> Bool {
        ["/sys", "/sys/fs/cgroup"].contains(mount["destination"]?.string)
    }

    private static func isDisk(_ storage: JSONValue) -> Bool {
        ["blk", "scsi"].contains(storage["driver"]?.string)
    }

    private static let storageList = "storages"

    /// Changes the last storage that is no image.
    private static func storage(_ request: inout JSONValue, _ change: (inout JSONValue) -> Bool) -> Bool {
        request.editItem(storageList, where: { $0["driver"]?.string != "image_guest_pull" }, change)
    }

    private static func disk(_ request: inout JSONValue, _ change: (inout JSONValue) -> Bool) -> Bool {
        request.editItem(storageList, where: isDisk, change)
    }

    static let storages: [Attack] = [
        .create("storage-more", .critical, "a disk of the host is mounted over the guest's programs") {
            $0.append(
                storageList, ["driver": "blk", "source": "0a/00", "fstype": "ext4", "mount_point": "/usr/bin"])
        },
        .create("storage-share", .critical, "a share of the host is mounted into the guest") {
            $0.append(
                storageList,
                [
                    "driver": "virtio-fs", "source": "kataShared", "fstype": "virtiofs",
                    "mount_point": "/run/kata-containers/shared/containers",
                ])
        },
        .create("storage-bind", .critical, "a directory of the guest is mounted elsewhere") {
            $0.append(storageList, ["driver": "bind", "source": "/etc", "fstype": "bind", "mount_point": "/run/etc"])
        },
        .container("storage-missing", .high, "a storage is missing") { request, _ in
            request.removeItem(storageList) { $0["driver"]?.string != "image_guest_pull" }
        },
        .container("storage-twice", .high, "a storage is there twice") { request, _ in
            guard let first = request["storages"]?.array?.first, first["driver"]?.string != "image_guest_pull" else {
                return false
            }
            return request.editItems(storageList) { $0.insert(first, at: 0) }
        },
        .container("storage-for-other", .high, "a storage stands in the place of another") { request, _ in
            request.editItems(storageList) { items in
                let others = items.indices.filter { items[$0]["driver"]?.string != "image_guest_pull" }
                guard let first = others.first, let last = others.last else { return }
                items[last] = items[first]
            }
        },
        .container("storage-driver", .critical, "a storage is a share of the host") { request, _ in
            storage(&request) { $0.set("driver", "virtio-fs") }
        },
        .container("storage-type", .high, "a storage has another type of file system") { request, _ in
            storage(&request) { $0.set("fstype", "virtiofs") }
        },
        .container("storage-option", .medium, "a storage is mounted with an option more") { request, _ in
            storage(&request) { $0.append("options", "suid") }
        },
        .container("storage-group", .medium, "the files of a storage belong to another group") { request, _ in
            storage(&request) { $0.set("fs_group", ["group_id": 4321, "group_change_policy": 0]) }
        },
        .container("storage-shared", .medium, "whether a storage is shared is otherwise") { request, _ in
            storage(&request) { $0.flip("shared") }
        },
        .container("storage-place", .critical, "a storage is mounted elsewhere") { request, _ in
            storage(&request) { $0.set("mount_point", "/usr/bin") }
        },
        .container("storage-place-everywhere", .critical, "a disk is mounted elsewhere, and the volume with it") {
            request, _ in
            guard let old = (request["storages"]?.array ?? []).last(where: isDisk)?["mount_point"] else { return false }
            return disk(&request) { $0.set("mount_point", "/usr/bin") }
                && request.editItem(mountList, where: { $0["source"] == old }) { $0.set("source", "/usr/bin") }
        },
        .container("storage-place-inner", .high, "a storage is mounted below where it belongs") { request, _ in
            storage(&request) { $0.editText("mount_point") { $0 + "/inner" } }
        },
        .container("storage-place-before", .high, "a storage's place has something before it") { request, _ in
            storage(&request) { $0.editText("mount_point") { "/tmp" + $0 } }
        },
        .container("storage-unencrypted", .critical, "a disk is not encrypted") { request, _ in
            disk(&request) { $0.set("driver_options", ["create_filesystem"]) }
        },
        .container("storage-old", .high, "a disk keeps the file system that it had") { request, _ in
            disk(&request) { $0.set("driver_options", ["encryption_key=ephemeral"]) }
        },
        .container("storage-plain", .critical, "nothing is done to a disk") { request, _ in
            disk(&request) { $0.set("driver_options", []) }
        },
        .container("storage-key", .critical, "a disk is encrypted with a key that the host knows") { request, _ in
            disk(&request) {
                $0.set(
                    "driver_options", ["encryption_key=file:///run/kata-containers/shared/key", "create_filesystem"])
            }
        },
        .container("storage-device", .critical, "a disk is named by a path") { request, _ in
            disk(&request) { $0.set("source", "/dev/mem") }
        },
        .container("storage-device-line", .high, "the number of a disk has a second line") { request, _ in
            disk(&request) { $0.editText("source") { $0 + "\n/dev/mem" } }
        },
        .container("storage-disk-shared", .high, "two volumes are on one disk") { request, _ in
            request.editItems(storageList) { items in
                let disks = items.indices.filter { isDisk(items[$0]) }
                guard disks.count > 1, let first = disks.first, let last = disks.last else { return }
                items[last].set("source", items[first]["source"] ?? nil)
                items[last].set("mount_point", items[first]["mount_point"] ?? nil)
            }
        },
    ]

    private static let block: JSONValue = ["Path": "/dev/attacker", "Type": "b", "Major": 8, "Minor": 0]

    static let devices: [Attack] = [
        .create("device-more", .critical, "a device that the YAML does not have") {
            $0.append("devices", ["type_": "blk", "vm_path": "/dev/vda", "container_path": "/dev/attacker", "id": "1"])
        },
        .create("device-gpu", .high, "a GPU that the YAML does not have") {
            $0.append(
                "devices",
                [
                    "type_": "vfio-pci-gk", "container_path": "/dev/vfio/devices/vfio0", "id": "vfio0",
                    "options": ["0000:00:02.0=01/00"],
                ])
        },
        .create("device-node", .critical, "a node for a device that the YAML does not have") {
            $0.append("OCI/Linux/Devices", block)
        },
        .create("device-memory", .critical, "a node for the guest's memory") {
            $0.append("OCI/Linux/Devices", ["Path": "/dev/mem", "Type": "c", "Major": 1, "Minor": 1])
        },
        .create("device-rule", .critical, "a container may use all devices") {
            $0.append("OCI/Linux/Resources/Devices", ["Allow": true, "Access": "rwm"])
        },
        .container("device-announced", .medium, "an annotation announces a GPU that the YAML does not have") {
            request, _ in
            request.set("OCI/Annotations/cdi.k8s.io~1vfio0", "nvidia.com/gpu=0")
        },
        .container("device-path", .critical, "a device of the YAML is elsewhere") { request, _ in
            request.set("devices/0/container_path", "/dev/attacker")
        },
        .container("device-missing", .high, "a device of the YAML is missing") { request, _ in
            request.removeLast("devices")
        },
        .container("device-twice", .high, "a device of the YAML is there twice") { request, _ in
            request.repeatLast("devices")
        },
        .container("device-kind", .critical, "a device of the YAML is any file of the guest") { request, _ in
            request.set("devices/0/type_", "nvdimm") && request.set("devices/0/vm_path", "/dev/mem")
        },
        .container("device-node-kind", .critical, "the node of a device of the YAML is that of another kind") {
            request, _ in
            request.set("OCI/Linux/Devices/0/Type", "c") && request.set("OCI/Linux/Devices/0/Major", 1)
        },
        .container("device-node-alone", .critical, "the node of a device is there without the device") { request, _ in
            guard request.value(at: "OCI/Linux/Devices/0") != nil else { return false }
            return request.set("devices", [])
        },
        .container("device-node-missing", .high, "a device of the YAML has no node") { request, _ in
            request.removeLast("OCI/Linux/Devices")
        },
    ]
}
