// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR

/// What an honest host asks of the agent for a pod, with what only the host knows filled into the templates of the
/// policy.
struct HonestRequests {
    static let sandboxID = String(repeating: "5a", count: 32)

    let settings: JSONValue
    let sandboxStorages: [JSONValue]
    let containers: [JSONValue]
    let sandboxName: String
    let namespace: String

    init(_ policy: PolicyData) {
        settings = policy.settings
        sandboxStorages = policy.sandboxStorages
        containers = policy.effectiveContainers
        let annotations = containers.first?["annotations"]
        sandboxName = PatternSample.text(annotations?[Self.nameKey]?.string ?? "")
        let namespace = annotations?[Self.namespaceKey]?.string ?? ""
        self.namespace = namespace.isEmpty ? "default" : namespace
    }

    static let nameKey = "io.kubernetes.cri.sandbox-name"
    static let namespaceKey = "io.kubernetes.cri.sandbox-namespace"

    /// The pod's life, from the first request to the last.
    func life() throws -> [AgentRequest] {
        var requests = try start()
        for index in containers.indices {
            requests.append(try copyFile(index))
            requests.append(try create(index))
            requests.append(try AgentRequest("StartContainerRequest", ["container_id": .string(Self.id(index))]))
            guard endsBeforeOthers(index) else { continue }
            requests += try commands(index)
            requests.append(try AgentRequest("RemoveContainerRequest", ["container_id": .string(Self.id(index))]))
        }
        for index in containers.indices where !endsBeforeOthers(index) { requests += try commands(index) }
        for index in containers.indices.reversed() where !endsBeforeOthers(index) {
            let id: JSONValue = ["container_id": .string(Self.id(index))]
            requests.append(try AgentRequest("SignalProcessRequest", id))
            requests.append(try AgentRequest("WaitProcessRequest", id))
            requests.append(try AgentRequest("RemoveContainerRequest", id))
        }
        requests.append(try AgentRequest("DestroySandboxRequest", [:]))
        return requests
    }

    /// Whether it is an ordinary init container, as strict policies know.
    func endsBeforeOthers(_ index: Int) -> Bool { containers[index]["stage"]?.string == "init" }

    private func start() throws -> [AgentRequest] {
        [
            try AgentRequest(
                "CreateSandboxRequest",
                [
                    "hostname": .string(sandboxName), "sandbox_id": .string(Self.sandboxID),
                    "storages": .array(sandboxStorages),
                ]),
            try AgentRequest(
                "UpdateInterfaceRequest",
                [
                    "interface": [
                        "device": "eth0", "name": "eth0", "mtu": 1500, "hwAddr": "02:00:ca:fe:00:04",
                        "IPAddresses": [["address": "10.0.0.7", "mask": "24"]],
                    ]
                ]),
            try AgentRequest(
                "UpdateRoutesRequest", ["routes": ["Routes": [["gateway": "10.0.0.1", "device": "eth0"]]]]),
            try AgentRequest(
                "AddARPNeighborsRequest",
                [
                    "neighbors": [
                        "ARPNeighbors": [
                            ["toIPAddress": ["address": "10.0.0.1"], "device": "eth0", "state": 128]
                        ]
                    ]
                ]),
        ]
    }

    func create(_ index: Int) throws -> AgentRequest {
        let container = ContainerTemplates(self, index)
        return try AgentRequest(
            "CreateContainerRequest",
            [
                "container_id": .string(Self.id(index)), "exec_id": .string(Self.id(index)),
                "sandbox_pidns": container.data["pidns"] ?? nil, "storages": .array(container.storages),
                "devices": .array(
                    container.list("devices").map { ["container_path": .string($0), "type_": "blk"] }
                        + container.gpus),
                "OCI": container.specification,
            ])
    }

    /// The commands of probes and hooks, as the kubelet has them run.
    func commands(_ index: Int) throws -> [AgentRequest] {
        let container = ContainerTemplates(self, index)
        return try (container.data["exec_commands"]?.array ?? []).map { command in
            var process = container.process
            process["Args"] = command
            process["Capabilities"] = nil
            return try AgentRequest(
                "ExecProcessRequest",
                [
                    "container_id": .string(Self.id(index)), "exec_id": "probe", "process": .object(process),
                ])
        }
    }

    /// A file that the host shares with a container, before it is there.
    func copyFile(_ index: Int) throws -> AgentRequest {
        let pattern = (settings["copy_patterns"]?.strings?.first ?? "")
            .replacing("$(sfprefix)", with: settings["shared_files"]?.string ?? "")
            .replacing("$(bundle-id)", with: Self.id(index))
        return try AgentRequest(
            "CopyFileRequest",
            ["path": .string(PatternSample.text(pattern) + "resolv.conf"), "file_type": "Regular", "file_size": 64])
    }

    /// That of the sandbox for the pause container.
    static func id(_ index: Int) -> String {
        index == 0 ? sandboxID : String(repeating: String(index % 10) + "c", count: 32)
    }
}
