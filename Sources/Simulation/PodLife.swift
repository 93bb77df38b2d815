// SPDX-License-Identifier: Apache-2.0

package import IR

/// The requests for one pod, in their order, from the creation of its sandbox to its removal.
///
/// Init containers end well, sidecars and regular containers run; the first regular container ends and is started anew
/// where the pod's restart policy says so. Streams are left out: settings decide about them, not the YAML.
package struct PodLife {
    private let pod: SimulatedPod
    private var cases: [PolicyTest.Case] = []

    package static func cases(of pod: SimulatedPod) -> [PolicyTest.Case] {
        var life = PodLife(pod: pod)
        life.run()
        return life.cases
    }

    private init(pod: SimulatedPod) { self.pod = pod }

    private mutating func run() {
        let pause = SimulatedContainer(pod: pod, container: nil)
        connect()
        createSandbox()
        begin(pause, "the pause container")
        var sidecars: [SimulatedContainer] = []
        for container in pod.spec.initContainers {
            let one = SimulatedContainer(pod: pod, container: container)
            begin(one, container.name.value)
            if container.restartPolicy == "Always" {
                sidecars.append(one)
            } else {
                end(one, container.name.value)
            }
        }
        var running: [SimulatedContainer] = []
        for (index, container) in pod.spec.containers.enumerated() {
            var one = SimulatedContainer(pod: pod, container: container)
            begin(one, container.name.value)
            if index == 0, pod.spec.restartPolicy ?? "Always" == "Always" {
                end(one, container.name.value)
                one = SimulatedContainer(pod: pod, container: container, instance: 1)
                begin(one, "\(container.name.value), restarted")
            }
            running.append(one)
        }
        for one in sidecars + running { probe(one) }
        for one in [pause] + sidecars + running { refresh(one) }
        for one in running + sidecars.reversed() { stop(one, one.container?.name.value ?? "") }
        stop(pause, "the pause container")
        add("remove the sandbox", "DestroySandboxRequest", [:])
    }

    private mutating func add(_ description: String, _ kind: String, _ request: JSONValue) {
        cases.append(.init(description: description, allowed: true, kind: kind, request: request))
    }

    // MARK: - Sandbox

    private mutating func connect() {
        guard !pod.spec.hostNetwork else { return }
        let interface: JSONValue = [
            "device": "eth0", "name": "eth0", "mtu": 1450, "hwAddr": "ee:4f:02:8a:10:5b",
            "IPAddresses": [
                ["family": 0, "address": .string(SimulatedPod.ip), "mask": "24"],
                ["family": 1, "address": "fe80::ec4f:2ff:fe8a:105b", "mask": "64"],
            ],
        ]
        add("set up the network interface", "UpdateInterfaceRequest", ["interface": interface])
        let routes: JSONValue = [
            ["gateway": "10.244.1.1", "device": "eth0", "dest": ""],
            ["device": "eth0", "dest": "10.244.1.0/24", "source": .string(SimulatedPod.ip), "scope": 253],
            ["device": "eth0", "dest": "fe80::/64", "family": 1],
        ]
        add("set up routes", "UpdateRoutesRequest", ["routes": ["Routes": routes]])
        let neighbor: JSONValue = [
            "toIPAddress": ["family": 0, "address": "169.254.1.1"], "device": "eth0", "lladdr": "ee:ee:ee:ee:ee:ee",
            "state": 128,
        ]
        add("set up neighbours", "AddARPNeighborsRequest", ["neighbors": ["ARPNeighbors": .array([neighbor])]])
    }

    private mutating func createSandbox() {
        let shm: JSONValue = [
            "driver": "ephemeral", "source": "shm", "fstype": "tmpfs",
            "options": ["noexec", "nosuid", "nodev", "mode=1777", "size=67108864"],
            "mount_point": "/run/kata-containers/sandbox/shm",
        ]
        add(
            "create the sandbox", "CreateSandboxRequest",
            [
                "hostname": .string(pod.hostName), "sandbox_id": .string(pod.sandboxID), "storages": .array([shm]),
                "dns": ["nameserver 10.96.0.10"],
            ])
        add("ask for details of the guest", "GuestDetailsRequest", ["mem_block_size": true, "mem_hotplug_probe": true])
        add("watch for lack of memory", "GetOOMEventRequest", [:])
    }

    // MARK: - Containers

    /// From the first file for a container to the hook that runs after its start.
    private mutating func begin(_ one: SimulatedContainer, _ name: String) {
        for file in one.mounts.files { copy(file, revision: 0) }
        add("create \(name)", "CreateContainerRequest", one.request)
        add("start \(name)", "StartContainerRequest", ["container_id": .string(one.id)])
        execute(one, one.container?.postStartExec?.map(\.value), "hook after the start of \(name)")
        guard let container = one.container else { return }
        if container.tty == true {
            add(
                "size the terminal of \(name)", "TtyWinResizeRequest",
                ["container_id": .string(one.id), "exec_id": .string(one.id), "row": 24, "column": 80])
        }
        // Of an init container, startup probes of sidecars are waited for; others are tried all the time.
        let startup = container.startupExec.map { expanded($0, container) }
        execute(one, startup, "startup probe of \(name)")
    }

    private mutating func probe(_ one: SimulatedContainer) {
        guard let container = one.container else { return }
        for (probe, what) in [(container.readinessExec, "readiness"), (container.livenessExec, "liveness")] {
            execute(one, probe.map { expanded($0, container) }, "\(what) probe of \(container.name.value)")
        }
        add("measure \(container.name.value)", "StatsContainerRequest", ["container_id": .string(one.id)])
    }

    /// The kubelet knows the literal values of variables only, when it expands the command of a probe.
    private func expanded(_ command: [Located<String>], _ container: Container) -> [String] {
        var values: [String: String] = [:]
        for variable in container.env {
            if case .value(let text) = variable.source {
                values[variable.name.value] = text.value
            } else {
                values[variable.name.value] = ""
            }
        }
        return command.map { VariableReferences.expand($0.value, values) }
    }

    private mutating func execute(_ one: SimulatedContainer, _ command: [String]?, _ what: String) {
        guard let command, !command.isEmpty else { return }
        let execID = pod.uuid("exec/\(one.id)/\(what)")
        add(
            what, "ExecProcessRequest",
            ["container_id": .string(one.id), "exec_id": .string(execID), "process": one.process.command(command)])
        let id: JSONValue = ["container_id": .string(one.id), "exec_id": .string(execID)]
        add("wait for the \(what)", "WaitProcessRequest", id)
    }

    /// A process ends by itself.
    private mutating func end(_ one: SimulatedContainer, _ name: String) {
        let id: JSONValue = ["container_id": .string(one.id), "exec_id": .string(one.id)]
        add("wait for the end of \(name)", "WaitProcessRequest", id)
        add("remove \(name)", "RemoveContainerRequest", ["container_id": .string(one.id)])
    }

    private mutating func stop(_ one: SimulatedContainer, _ name: String) {
        execute(one, one.container?.preStopExec?.map(\.value), "hook before the end of \(name)")
        add(
            "stop \(name)", "SignalProcessRequest",
            ["container_id": .string(one.id), "exec_id": .string(one.id), "signal": 15])
        end(one, name)
    }

    // MARK: - Files

    /// New content of what Kubernetes keeps up to date.
    private mutating func refresh(_ one: SimulatedContainer) {
        for file in one.mounts.files where file.isUpdated { copy(file, revision: 1) }
    }

    /// A directory made of an object has a directory for each revision, to whose content symbolic links lead.
    private mutating func copy(_ file: SimulatedMounts.SharedFile, revision: Int) {
        let name = file.path.split(separator: "/").last.map(String.init) ?? ""
        guard file.isDirectory else { return copy(file.path, "Regular", "copy \(name)") }
        if revision == 0 { copy(file.path, "Directory", "make \(name)") }
        guard let keys = file.keys else { return }
        let directory = "..2026_01_02_03_04_05.\(100_000_007 + revision)"
        copy("\(file.path)/\(directory)", "Directory", "make \(name)/\(directory)")
        for key in keys { copy("\(file.path)/\(directory)/\(key)", "Regular", "copy \(key) of \(name)") }
        copy("\(file.path)/..data", "Symlink", "link ..data of \(name)", target: directory)
        guard revision == 0 else { return }
        for key in keys {
            copy("\(file.path)/\(key)", "Symlink", "link \(key) of \(name)", target: "..data/\(key)")
        }
    }

    private mutating func copy(_ path: String, _ type: String, _ description: String, target: String? = nil) {
        add(
            description, "CopyFileRequest",
            [
                "path": .string(path), "file_type": .string(type),
                "symlink_target": target.map { .string($0) } ?? .null,
                "file_size": type == "Regular" ? 512 : 0, "file_mode": type == "Directory" ? 0 : 0o644,
                "dir_mode": 0o750, "uid": 0, "gid": 0,
            ])
    }
}
