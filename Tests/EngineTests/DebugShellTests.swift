// SPDX-License-Identifier: Apache-2.0

import Attacks
import Driver
import Engines
import IR
import Testing

/// What a policy with a debug shell opens, and what it keeps shut.
@Suite(.enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"))
struct DebugShellTests {
    @Test(arguments: [true, false])
    func onlyShellsInTheSidecar(isOpen: Bool) throws {
        var switches = GenerateRequest.Switches()
        switches.debugShell = isOpen
        let pod = try #require(try Examples.compile("cron", switches: switches).first)
        let honest = HonestRequests(pod.policy)
        let process = try EngineProcess(.regorus)
        try process.load(pod.text)
        var agent = Agent(pod.policy)
        func isAllowed(_ one: AgentRequest) throws -> Bool {
            try process.ask(one.kind, one.request)
            let answer = try process.answer()
            let native = agent.answer(one.kind, one.request)
            #expect(answer == native, "\(one.kind): \(answer), native \(native)")
            return answer.verdict == .allowed
        }
        for index in honest.containers.indices { #expect(try isAllowed(honest.create(index))) }
        let names = honest.containers.map(PolicyWords.name)
        #expect(names.contains("contrast-debug-shell") == isOpen)
        for (index, name) in names.enumerated() {
            let id = JSONValue.string(HonestRequests.id(index))
            for (arguments, terminal) in [(["sh"], true), (["sh"], false), (["/bin/bash"], true), (["id"], true)] {
                var command = ContainerTemplates(honest, index).process
                command["Args"] = .array(arguments.map { .string($0) })
                command["Capabilities"] = nil
                command["Terminal"] = .bool(terminal)
                let request = try AgentRequest(
                    "ExecProcessRequest", ["container_id": id, "exec_id": "shell", "process": .object(command)])
                let expected = name == "contrast-debug-shell" && terminal && arguments != ["id"]
                #expect(try isAllowed(request) == expected, "\(name): \(arguments) \(terminal)")
            }
        }
        for kind in ["ReadStreamRequest", "WriteStreamRequest"] {
            #expect(try isAllowed(AgentRequest(kind, [:])) == isOpen)
        }
        #expect(try !isAllowed(AgentRequest("CloseStdinRequest", [:])))
    }
}
