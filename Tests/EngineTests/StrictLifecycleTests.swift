// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

/// Orders of requests that a strict policy allows, and those that it denies.
struct StrictLifecycleTests {
    private final class Run {
        var agent: Agent
        let honest: HonestRequests

        init() throws {
            let pods = try Examples.strictPods.get()
            let pod = try #require(pods.first { $0.name.contains("web") && $0.policy.effectiveContainers.count == 4 })
            agent = Agent(pod.policy)
            honest = HonestRequests(pod.policy)
        }

        /// The request to create a container as an instance of its own.
        func create(_ index: Int, instance: String = "") throws -> Bool {
            let own = HonestRequests.id(index)
            var request = try honest.create(index).request
            if !instance.isEmpty {
                request = try JSONParser.parse(JSONPrinter.text(request).replacing(own, with: instance))
            }
            return agent.decide(kind: "CreateContainerRequest", request: request).isAllowed
        }

        func ask(_ kind: String, _ id: String) -> Bool {
            agent.decide(kind: kind, request: ["container_id": .string(id)]).isAllowed
        }

        func start(_ index: Int) -> Bool { ask("StartContainerRequest", HonestRequests.id(index)) }
        func remove(_ index: Int) -> Bool { ask("RemoveContainerRequest", HonestRequests.id(index)) }
    }

    /// Pause, initializer, mesh, web.
    @Test func containersComeInTheirOrder() throws {
        let run = try Run()
        #expect(run.honest.containers.map { $0["stage"]?.string } == ["sandbox", "init", "sidecar", "main"])
        #expect(try !run.create(1))
        #expect(try run.create(0))
        #expect(try !run.create(1), "the sandbox has not been started")
        #expect(run.start(0))
        #expect(try !run.create(2) && !run.create(3))
        #expect(try run.create(1))
        #expect(try !run.create(2), "the initializer has not been started")
        #expect(run.start(1))
        #expect(try !run.create(2) && !run.create(3), "the initializer has not ended")
        #expect(run.remove(1))
        #expect(try !run.create(3), "the mesh has not been started")
        #expect(try run.create(2))
        #expect(try !run.create(3))
        #expect(run.start(2))
        #expect(try run.create(3))
        #expect(run.start(3))
    }

    @Test func eachContainerRunsOnce() throws {
        let run = try Run()
        let second = String(repeating: "d4", count: 32)
        #expect(try run.create(0) && run.start(0))
        #expect(try !run.create(0, instance: second), "a second sandbox container")
        #expect(try run.create(1))
        #expect(try !run.create(1), "the same id again")
        #expect(try run.create(1, instance: second), "a new instance, since the first was never started")
        #expect(!run.start(1), "the first was superseded")
        #expect(run.remove(1), "it may be removed")
        #expect(run.ask("StartContainerRequest", second))
        #expect(run.ask("StartContainerRequest", second), "starting may be repeated")
        #expect(try !run.create(1, instance: String(repeating: "e5", count: 32)), "it runs")
        #expect(run.ask("RemoveContainerRequest", second))
        #expect(!run.ask("StartContainerRequest", second), "it has ended")
        #expect(try run.create(1, instance: String(repeating: "e5", count: 32)), "a restart")
    }

    @Test func commandsRunInStartedContainersOnly() throws {
        let run = try Run()
        let index = try #require(run.honest.containers.indices.first { try run.honest.commands($0).count > 0 })
        let command = try #require(try run.honest.commands(index).first)
        func execute() -> Bool { run.agent.decide(kind: command.kind, request: command.request).isAllowed }
        for earlier in 0..<index {
            #expect(try run.create(earlier) && run.start(earlier))
            if run.honest.endsBeforeOthers(earlier) { #expect(run.remove(earlier)) }
        }
        #expect(!execute())
        #expect(try run.create(index))
        #expect(!execute())
        #expect(run.start(index))
        #expect(execute())
        #expect(run.remove(index))
        #expect(!execute())
    }

    @Test func filesOfStartedContainersStayAsTheyAre() throws {
        let run = try Run()
        func copy(_ name: String) -> Bool {
            let path = "/run/kata-containers/shared/containers/\(HonestRequests.id(0))-0123456789abcdef-\(name)"
            return run.agent.decide(
                kind: "CopyFileRequest",
                request: ["path": .string(path), "file_type": "Regular", "file_mode": 0o644]
            ).isAllowed
        }
        #expect(copy("resolv.conf"))
        #expect(try run.create(0))
        #expect(copy("resolv.conf"))
        #expect(run.start(0))
        #expect(!copy("resolv.conf"))
        #expect(copy("serviceaccount/..data/token"), "tokens are renewed")
        #expect(!copy("serviceaccount-more"))
        #expect(!copy("serviceaccount/../hosts"))
    }

    @Test func sandboxIsMadeOnce() throws {
        let run = try Run()
        let request = try #require(try run.honest.life().first)
        #expect(run.agent.decide(kind: request.kind, request: request.request) == .allowed)
        #expect(run.agent.decide(kind: request.kind, request: request.request) == .denied)
    }
}
