// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import Testing

/// Native decisions on requests that touch every kind of rule: as a host sends them, and with one thing changed.
struct WidePodTests {
    @Test func requestsOfAnHonestHostAreAllowed() throws {
        var agent = Agent(try PolicyReader.read(RegoBackend.emit(WidePod.policy)))
        for index in WidePod.policy.containers.indices {
            #expect(agent.decide(kind: "CreateContainerRequest", request: WidePod.create(index)) == .allowed)
        }
        #expect(agent.state[WidePod.bundleID(1)] == 1)
        #expect(agent.state["network_namespace"] == "/run/netns/podns")
        for args in [["probe", "--live"], ["ls", "-l"], ["cat", "/tmp/x"]] {
            #expect(agent.decide(kind: "ExecProcessRequest", request: WidePod.exec(1, args)) == .allowed)
        }
        #expect(agent.decide(kind: "ExecProcessRequest", request: WidePod.exec(2, ["probe", "--live"])) == .denied)
        #expect(agent.decide(kind: "CloseStdinRequest", request: [:]) == .allowed)
        #expect(agent.decide(kind: "ReadStreamRequest", request: [:]) == .denied)
        #expect(!agent.decide(kind: "RemoveContainerRequest", request: ["container_id": "unknown"]).isAllowed)
        let first: JSONValue = ["container_id": .string(WidePod.bundleID(1))]
        #expect(agent.decide(kind: "RemoveContainerRequest", request: first) == .allowed)
        #expect(agent.decide(kind: "ExecProcessRequest", request: WidePod.exec(1, ["ls", "-l"])) == .denied)
    }

    @Test func pinnedValuesHold() {
        var agent = Agent(WidePod.policy)
        #expect(agent.decide(kind: "CreateContainerRequest", request: WidePod.create(0)) == .allowed)
        var other = Edit(WidePod.create(2))
        other.set(["OCI", "Linux", "Namespaces", 3, "Path"], "/run/netns/other")
        #expect(agent.decide(kind: "CreateContainerRequest", request: other.value) == .denied)
        var reused = Edit(WidePod.create(2))
        reused.set(["container_id"], .string(WidePod.bundleID(0)))
        #expect(agent.decide(kind: "CreateContainerRequest", request: reused.value) == .denied)
    }

    /// Changes of one value in the request for the first container, and whether it is still allowed.
    private static let edits: [(path: [Edit.Step], value: JSONValue, allowed: Bool)] = [
        (["string_user"], ["uid": "0"], false),
        (["shared_mounts"], [[:]], false),
        (["sandbox_pidns"], false, false),
        (["OCI", "Hooks"], [:], false),
        (["OCI", "Version"], "1.2.0", false),
        (["OCI", "Hostname"], "anything", true),
        (["OCI", "Root", "Readonly"], true, false),
        (["OCI", "Root", "Path"], "/run/kata-containers/other/rootfs", false),
        (["OCI", "Annotations", "unknown"], "x", false),
        (["OCI", "Annotations", "io.kubernetes.container.terminationMessagePolicy"], "Never", false),
        (["OCI", "Annotations", "io.kubernetes.cri.sandbox-name"], "wider", false),
        (["OCI", "Annotations", "io.kubernetes.cri.sandbox-namespace"], "default", false),
        (["OCI", "Annotations", "io.kubernetes.cri.container-name"], "plain", false),
        (["OCI", "Annotations", "io.kubernetes.cri.sandbox-id"], "short", false),
        (["OCI", "Annotations", "nerdctl/network-namespace"], "/var/run/netns/cni", false),
        (["OCI", "Annotations", "cdi.k8s.io/vfio7"], "other.com/gpu=1", false),
        (["OCI", "Annotations", "cdi.k8s.io/vfio8"], "nvidia.com/gpu=8", false),
        (["OCI", "Process", "Args", 1], "--node=anything", true),
        (["OCI", "Process", "Args", 0], "sh", false),
        (["OCI", "Process", "Args", 2], "--name=$(sandbox-name)", true),
        (["OCI", "Process", "Args", 3], "$$(HOME)", false),
        (["OCI", "Process", "Cwd"], "/tmp", false),
        (["OCI", "Process", "Terminal"], true, false),
        (["OCI", "Process", "NoNewPrivileges"], true, false),
        (["OCI", "Process", "User", "UID"], 0, false),
        (["OCI", "Process", "User", "AdditionalGids"], [30, 20, 30], true),
        (["OCI", "Process", "User", "AdditionalGids"], [20], false),
        (["OCI", "Process", "Rlimits"], [[:]], true),
        (["OCI", "Process", "Capabilities", "Bounding"], ["CHOWN", "CAP_NET_ADMIN"], true),
        (["OCI", "Process", "Capabilities", "Bounding"], ["CHOWN"], false),
        (["OCI", "Process", "Capabilities", "Ambient"], ["CAP_CHOWN"], false),
        (["OCI", "Process", "Env"], [], true),
        (["OCI", "Process", "Env"], ["POD_NAME=xx-wide-yy"], true),
        (["OCI", "Process", "Env"], ["POD_NAME=wid"], false),
        (["OCI", "Process", "Env"], ["PLACE=a-prod-b", "ID=x", "LIMIT=1"], true),
        (["OCI", "Process", "Env"], ["PLACE=a-default-b"], false),
        (["OCI", "Process", "Env"], ["ID=x=y"], false),
        (["OCI", "Process", "Env"], ["POD_IP=1.0.0.255"], true),
        (["OCI", "Process", "Env"], ["POD_IP= 1e1.0.0.0"], true),
        (["OCI", "Process", "Env"], ["POD_IP=0.1.1.1"], false),
        (["OCI", "Process", "Env"], ["POD_IP=1.2.3.256"], false),
        (["OCI", "Process", "Env"], ["POD_IP=1.2.3"], false),
        (["OCI", "Process", "Env"], ["POD_IP=01.2.3.4"], false),
        (["OCI", "Process", "Env"], ["POD_IP=::1"], false),
        (["OCI", "Process", "Env"], ["OTHER_IP=1.2.3.4"], false),
        (["OCI", "Process", "Env"], ["KUBERNETES_PORT_443_TCP=tcp://10.0.0.1:443"], true),
        (["OCI", "Mounts"], [], true),
        (["OCI", "Mounts", 12, "options"], ["nosuid", "noexec", "nodev", "ro"], true),
        (["OCI", "Mounts", 12, "options"], ["nosuid", "noexec", "ro"], false),
        (["OCI", "Mounts", 5, "options"], ["nsdelegate", "ro", "nosuid", "noexec", "nodev", "relatime"], true),
        (["OCI", "Mounts", 5, "options"], ["ro", "nosuid", "noexec", "nodev"], false),
        (["OCI", "Mounts", 5, "options"], ["ro", "nosuid", "noexec", "nodev", "relatime", "rw"], false),
        (["OCI", "Mounts", 0, "options"], ["noexec", "nosuid", "nodev"], false),
        (["OCI", "Mounts", 0, "source"], "xprocx", true),
        (["OCI", "Mounts", 0, "source"], "sysfs", false),
        (["OCI", "Mounts", 1, "destination"], "/proc", false),
        (["OCI", "Mounts", 16, "source"], "/run/kata-containers/sandbox/storage/x", false),
        (["OCI", "Linux", "Namespaces"], [["Type": "uts"], ["Type": "ipc"], ["Type": "mount"]], false),
        (["OCI", "Linux", "Namespaces"], [["Type": "ipc"], ["Type": "uts"], ["Type": "MOUNT"]], true),
        (["OCI", "Linux", "Namespaces", 0, "Path"], "/proc/1/ns/ipc", false),
        (["OCI", "Linux", "Namespaces", 4, "Type"], "network", false),
        (["OCI", "Linux", "MaskedPaths"], [], false),
        (["OCI", "Linux", "ReadonlyPaths"], [], false),
        (["OCI", "Linux", "Sysctl"], [:], true),
        (["OCI", "Linux", "Sysctl", "kernel.shm"], "1", false),
        (["OCI", "Linux", "Devices", 0, "Path"], "/dev/other", false),
        (["OCI", "Linux", "Seccomp"], [:], false),
        (["OCI", "Linux", "Resources"], nil, false),
        (["devices", 0, "container_path"], "/dev/other", false),
        (["devices", 1, "id"], "vfio8", false),
        (["devices", 1, "options"], [], false),
        (["devices", 1, "type_"], "vfio", false),
        (["devices"], [["container_path": "/dev/xvda"]], true),
        (["storages", 0, "options"], ["size=1"], false),
        (["storages", 0, "mount_point"], "/elsewhere", false),
        (["storages", 1, "mount_point"], "/elsewhere", false),
        (["storages", 2, "mount_point"], "/elsewhere", false),
        (["storages", 2, "source"], "/elsewhere", false),
        (["storages", 3, "source"], "zz", false),
        (["storages", 3, "driver"], "virtio-fs", false),
        (["storages", 3, "fs_group"], nil, false),
        (["storages", 3, "shared"], true, false),
        (["storages", 4, "mount_point"], "/run/kata-containers/other/rootfs", false),
        (["storages", 4, "source"], "registry.example/other", true),
    ]

    @Test(arguments: edits.indices)
    func oneChange(index: Int) {
        let (path, value, allowed) = Self.edits[index]
        var edit = Edit(WidePod.create(1))
        edit.set(path, value)
        var agent = Agent(WidePod.policy)
        let decision = agent.decide(kind: "CreateContainerRequest", request: edit.value)
        #expect(decision == (allowed ? .allowed : .denied), "\(path) = \(JSONPrinter.text(value))")
    }
}

/// Changes a JSON value at a place.
struct Edit {
    enum Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, Sendable {
        case key(String)
        case index(Int)

        init(stringLiteral value: String) { self = .key(value) }
        init(integerLiteral value: Int) { self = .index(value) }
    }

    private(set) var value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    mutating func set(_ path: [Step], _ new: JSONValue) { value = Self.changed(value, path[...], new) }

    private static func changed(_ value: JSONValue, _ path: ArraySlice<Step>, _ new: JSONValue) -> JSONValue {
        guard let step = path.first else { return new }
        switch (step, value) {
        case (.key(let key), .object(var object)):
            object[key] = changed(object[key] ?? .null, path.dropFirst(), new)
            return .object(object)
        case (.index(let index), .array(var items)) where items.indices.contains(index):
            items[index] = changed(items[index], path.dropFirst(), new)
            return .array(items)
        default:
            Issue.record("no such place")
            return value
        }
    }
}
