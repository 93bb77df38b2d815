// SPDX-License-Identifier: Apache-2.0

import Attacks
import Compiler
import Driver
import IR
import Simulation
import Testing

/// A pod for exploration: requests by container and instance, and a policy that looks at the life of containers alone.
///
/// What a container is like is left out, which none of the states depends on; so requests are small, and are judged fast.
struct LifecyclePod {
    let policy: PolicyData
    /// In the order of the policy, the pause container first.
    let containers: [Member]
    private let creations: [AgentRequest]
    private let sandbox: AgentRequest

    struct Member: Sendable {
        var name: String
        var stage: String
    }

    /// - Parameter yaml: init containers, sidecars and regular containers, as the spec of a pod has them.
    init(_ yaml: String) throws {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: life}\nspec:\n" + yaml
        let lock = """
            {"version": 1, "images": {"registry.example/a:1": {
              "digest": "sha256:\(String(repeating: "1", count: 64))", "platform": "linux/amd64",
              "config": {"Entrypoint": ["/a"]}, "passwd": "", "group": ""}}}
            """
        var switches = GenerateRequest.Switches()
        switches.all = true
        switches.skipInitializer = true
        let life = try #require(
            try SimulatedLife.of(
                [SourceFile(path: "life.yaml", bytes: Array(text.utf8))],
                lock: try LockFile.read(SourceFile(path: "contrast.lock", bytes: Array(lock.utf8))),
                switches: switches, on: HostProfile(containerd: .v2_0, shim: .go)
            ).first)
        policy = life.policy
        let members = life.policy.effectiveContainers.map {
            Member(name: $0["name"]?.string ?? "", stage: $0["stage"]?.string ?? "")
        }
        containers = members
        sandbox = try #require(life.requests.first { $0.kind == "CreateSandboxRequest" })
        creations = try members.map { member in
            var one = try #require(
                life.requests.first {
                    let name = $0.request["OCI"]?["Annotations"]?["io.kubernetes.cri.container-name"]?.string ?? ""
                    return $0.kind == "CreateContainerRequest" && name == member.name
                })
            one.request.set("OCI/Mounts", [])
            one.request.set("storages", [])
            one.request.set("OCI/Process/Env", [])
            return one
        }
    }

    /// The rules, with all that a container is like left out.
    private static func program(_ features: PolicyFeatures) -> RuleProgram {
        var rules = StrictRules.rules
        for index in rules.functions.indices where rules.functions[index].name == StrictRules.containerMatches.name {
            rules.functions[index].bodies = [RuleBody {}]
        }
        return RuleProgram(rules.linked(features))
    }

    func agent() -> Agent { Agent(policy, program: Self.program(policy.features)) }

    /// The id of an instance of a container. That of the first pause container is the sandbox's.
    func id(_ container: Int, _ instance: Int) -> String {
        container == 0 && instance == 0
            ? creations[0].id ?? "" : String(repeating: "\(container)\(instance)", count: 32)
    }

    func createSandbox() -> AgentRequest { sandbox }

    func create(_ container: Int, id: String) -> AgentRequest {
        var one = creations[container]
        one.request.set("container_id", .string(id))
        one.request.set("exec_id", .string(id))
        return one
    }

    func start(_ id: String) throws -> AgentRequest {
        try AgentRequest("StartContainerRequest", ["container_id": .string(id)])
    }

    func remove(_ id: String) throws -> AgentRequest {
        try AgentRequest("RemoveContainerRequest", ["container_id": .string(id)])
    }
}
