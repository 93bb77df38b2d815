// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    private static let linux = "OCI/Linux/"
    private static let namespaces = linux + "Namespaces"

    private static func space(_ type: String, _ path: String = "") -> JSONValue {
        ["Type": .string(type), "Path": .string(path)]
    }

    static let kernels: [Attack] = [
        .create("namespace-of-guest", .critical, "a container is in the guest's namespace of processes") {
            $0.append(namespaces, space("pid", "/proc/1/ns/pid"))
        },
        .create("namespace-mounts-of-guest", .critical, "a container has the guest's mounts") {
            $0.editItem(namespaces, where: { ["mount", "mnt"].contains($0["Type"]?.string) }) {
                $0.set("Path", "/proc/1/ns/mnt")
            }
        },
        .create("namespace-path", .high, "a container is in a namespace of another process") {
            $0.set(namespaces + "/0/Path", "/proc/1/ns/ipc")
        },
        .create("namespace-less", .critical, "a container has no namespace of its own for mounts") { request in
            request.removeItem(namespaces) { ["mount", "mnt"].contains($0["Type"]?.string) }
        },
        .create("namespace-none", .critical, "a container has no namespaces of its own") { $0.set(namespaces, []) },
        .create("namespace-user", .high, "a container has a namespace of users") {
            $0.append(namespaces, space("user"))
        },
        .create("namespace-own-pid", .medium, "a container has a namespace of processes besides") {
            $0.append(namespaces, space("pid"))
        },
        .container("namespace-network-own", .medium, "one container has a network of its own") { request, _ in
            request.append(namespaces, space("network"))
        },
        .container("namespace-network-other", .high, "one container has another network than the others") {
            request, _ in
            request.append(namespaces, space("network", "/run/netns/other"))
        },
        .create("namespace-network-twice", .high, "a container has two networks") {
            $0.editItems(namespaces) { $0 += [space("network", "/run/netns/a"), space("network", "/run/netns/b")] }
        },
        .create("namespace-groups", .medium, "a container is in the guest's namespace of resource groups") { request in
            request.removeItem(namespaces) { $0["Type"]?.string == "cgroup" }
            return request.append(namespaces, space("cgroup", "/proc/1/ns/cgroup"))
        },
        .create("processes-of-sandbox", .high, "containers see each other's processes, or do not") {
            $0.flip("sandbox_pidns")
        },
        .create("masked-none", .high, "nothing of the kernel is hidden") { request in
            request.value(at: linux + "MaskedPaths/0") != nil && request.set(linux + "MaskedPaths", [])
        },
        .create("masked-less", .high, "a path that is to be hidden is not") { $0.removeFirst(linux + "MaskedPaths") },
        .container("masked-more", .high, "a file of the image is hidden") { request, _ in
            request.append(linux + "MaskedPaths", "/etc/ssl/certs")
        },
        .container(
            "masked-lookalike", .high, "a directory of the image that is called as one of the kernel's is hidden"
        ) {
            request, _ in
            request.append(linux + "MaskedPaths", "/srv/sys/data")
        },
        .container("masked-parent", .high, "the same, by way of the file system of processes") { request, _ in
            request.append(linux + "MaskedPaths", "/proc/self/cwd/etc/ssl/certs")
        },
        .create("protected-none", .high, "nothing of the kernel is read-only") { request in
            request.value(at: linux + "ReadonlyPaths/0") != nil && request.set(linux + "ReadonlyPaths", [])
        },
        .create("protected-less", .high, "a path that is to be read-only is not") {
            $0.removeLast(linux + "ReadonlyPaths")
        },
        .container("protected-more", .medium, "a directory of the image is read-only") { request, _ in
            request.append(linux + "ReadonlyPaths", "/var/lib")
        },
        .create("sysctl-more", .critical, "the kernel runs a program when another fails") {
            $0.set(linux + "Sysctl/kernel.core_pattern", "|/attacker")
        },
        .changing("CreateContainerRequest", "sysctl-network", .medium, "a setting of the network is another") {
            request, scene in
            // Where the YAML asks for it, it is no attack.
            let path = linux + "Sysctl/net.ipv4.ip_forward"
            return !scene.life.contains { $0.request.value(at: path) != nil } && request.set(path, "1")
        },
        .pause("sysctl-value", .medium, "a setting of the kernel has another value") { request in
            request.value(at: linux + "Sysctl/net.ipv4.ip_unprivileged_port_start") != nil
                && request.set(linux + "Sysctl/net.ipv4.ip_unprivileged_port_start", "8080")
        },
        .pause(
            "sysctl-missing", .low, "a setting of the kernel is missing",
            reason: "Hosts differ in those that they add; without one a container can do less."
        ) { $0.removeMember(linux + "Sysctl", "net.ipv4.ping_group_range") },
        .create("hooks", .critical, "programs run before and after a container") {
            $0.set("OCI/Hooks", ["CreateRuntime": [["Path": "/run/attacker"]]])
        },
        .create("seccomp", .high, "calls of the kernel are filtered as the host likes") {
            $0.set(linux + "Seccomp", ["DefaultAction": "SCMP_ACT_ERRNO"])
        },
        .create("mapping-users", .high, "users are mapped") {
            $0.append(linux + "UIDMappings", ["HostID": 0, "ContainerID": 1000, "Size": 1])
        },
        .create("mapping-groups", .high, "groups are mapped") {
            $0.append(linux + "GIDMappings", ["HostID": 0, "ContainerID": 1000, "Size": 1])
        },
        .create("label-of-mounts", .medium, "mounts have a label of SELinux") {
            $0.set(linux + "MountLabel", "system_u:object_r:container_file_t")
        },
        .create("propagation", .high, "mounts of a container come about in the guest") {
            $0.set(linux + "RootfsPropagation", "rshared")
        },
        .create("cache", .medium, "a container's share of the cache is the host's choice") {
            $0.set(linux + "IntelRdt", ["L3CacheSchema": "L3:0=1"])
        },
        .create("group-path", .medium, "the group of resources is elsewhere") {
            $0.set(linux + "CgroupsPath", "/kubepods/../../init.scope")
        },
        .create("limit-processes", .medium, "a container may have one process") {
            $0.set(linux + "Resources/Pids", ["Limit": 1])
        },
        .create("limit-disks", .medium, "a container's disks are slow") {
            $0.set(linux + "Resources/BlockIO", ["Weight": 10])
        },
        .create("limit-network", .medium, "a container's packets are of another class") {
            $0.set(linux + "Resources/Network", ["ClassID": 1])
        },
        .create("other-system", .medium, "the specification is for another system") {
            $0.set("OCI/Solaris", ["dummy": "x"])
        },
        .create("other-system-windows", .medium, "the specification is for Windows") {
            $0.set("OCI/Windows", ["dummy": "x"])
        },
        .create("shared-mounts", .critical, "a container gets a directory of another") {
            $0.append(
                "shared_mounts",
                ["name": "a", "src_ctr": "a", "src_path": "/", "dst_ctr": "b", "dst_path": "/run/kata-containers/a"])
        },
    ]
}
