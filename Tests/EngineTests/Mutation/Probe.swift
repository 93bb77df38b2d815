// SPDX-License-Identifier: Apache-2.0

import Attacks
import Engines
import IR
import Testing

/// A request that differs from an honest one in what a single condition looks at, and what the rules say of it.
struct Probe: Sendable {
    var name: String
    var isAllowed: Bool
    /// What is asked in place of a request of the life; `nil` where that is not the one to change.
    var forge: @Sendable (AgentRequest) -> AgentRequest?

    /// A change of the first request of a kind that has something to change.
    static func change(
        _ kind: String, _ name: String, isAllowed: Bool = false, _ change: @escaping @Sendable (inout JSONValue) -> Bool
    ) -> Probe {
        Probe(name: "\(kind): \(name)", isAllowed: isAllowed) { one in
            guard one.kind == kind else { return nil }
            var request = one.request
            return change(&request) ? try? AgentRequest(kind, request) : nil
        }
    }

    /// A change of the request to create a container.
    static func create(
        _ container: String = "main", _ name: String, isAllowed: Bool = false,
        _ change: @escaping @Sendable (inout JSONValue) -> Bool
    ) -> Probe {
        Probe.change("CreateContainerRequest", "\(container): \(name)", isAllowed: isAllowed) { request in
            let found = request["OCI"]?["Annotations"]?["io.kubernetes.cri.container-name"]?.string ?? ""
            return found == container && change(&request)
        }
    }

    /// A request of another kind, when the first command is run in a container.
    static func ask(_ kind: String, isAllowed: Bool) -> Probe {
        Probe(name: kind, isAllowed: isAllowed) { one in
            guard one.kind == "ExecProcessRequest" else { return nil }
            return try? AgentRequest(kind, ["container_id": one.request["container_id"] ?? nil])
        }
    }
}

/// A pod's life, and what else may be asked in its course.
struct ProbedPod: Sendable {
    struct Occasion {
        var state: JSONValue
        var request: AgentRequest
        var isAllowed: Bool
    }

    var name: String
    /// The policy as attached.
    var text: [UInt8]
    var policy: PolicyData
    var life: [AgentRequest]
    var probes: [Probe]

    /// Each probe at its place, as the rules decide about it.
    func occasions() throws -> [(probe: Probe, occasion: Occasion)] {
        var agent = Agent(policy)
        var rest = probes
        var found: [(probe: Probe, occasion: Occasion)] = []
        for one in life {
            let state = agent.state
            rest.removeAll { probe in
                guard let request = probe.forge(one) else { return false }
                agent.restore(state)
                let isAllowed = agent.decide(kind: request.kind, request: request.request) == .allowed
                found.append((probe, Occasion(state: state, request: request, isAllowed: isAllowed)))
                return true
            }
            agent.restore(state)
            _ = agent.decide(kind: one.kind, request: one.request)
        }
        #expect(rest.isEmpty, "\(name) has no occasion for \(rest.map(\.name))")
        return found
    }
}

/// Each probe is decided about as it says.
struct ProbeTests {
    @Test func probesAreDecidedAboutAsTheySay() throws {
        for pod in try ProbedPod.all() {
            for (probe, occasion) in try pod.occasions() {
                var agent = Agent(pod.policy)
                agent.restore(occasion.state)
                let (_, denial) = agent.explain(kind: occasion.request.kind, request: occasion.request.request)
                #expect(
                    occasion.isAllowed == probe.isAllowed,
                    "\(pod.name): \(probe.name): \(denial?.summary ?? "allowed")")
            }
        }
    }

    @Test(
        .enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"),
        arguments: EngineProcess.Engine.allCases)
    func enginesSayTheSame(engine: EngineProcess.Engine) throws {
        let process = try EngineProcess(engine)
        for pod in try ProbedPod.all() {
            try process.load(pod.text)
            for (probe, occasion) in try pod.occasions() {
                try process.replaceState(occasion.state)
                try process.ask(occasion.request.kind, occasion.request.request, commit: false)
                let answer = try process.answer()
                #expect(
                    answer.verdict == (probe.isAllowed ? .allowed : .denied), "\(pod.name): \(probe.name): \(answer)")
            }
        }
    }
}
