// SPDX-License-Identifier: Apache-2.0

package import Attacks
internal import FoundationEssentials
package import IR

/// Judges almost honest requests natively and by an engine, and looks whether both say the same.
package struct Differential {
    private let process: EngineProcess
    private var mutator: RequestMutator
    private let seed: UInt64
    package private(set) var judged = 0
    package private(set) var allowed = 0
    /// The least requests on which the two differ, with where they are kept.
    package private(set) var disagreements: [String] = []

    /// Of so many mutants that are allowed, one is not only tried, and what it leaves in the state stays.
    private static let committed = 60
    private static let disagreementLimit = 10

    package init(_ engine: EngineProcess.Engine, seed: UInt64) throws {
        process = try EngineProcess(engine)
        mutator = RequestMutator(seed: seed)
        self.seed = seed
    }

    package mutating func choose(below count: Int) -> Int { Int.random(in: 0..<count, using: &mutator.random) }

    /// Goes once through a life, with mutants at each place, up to so many.
    package mutating func run(
        _ life: [AgentRequest], _ policy: PolicyData, text: [UInt8], named pod: String, limit: Int
    ) throws {
        try process.load(text)
        var agent = Agent(policy)
        let end = judged + limit
        for one in life {
            try process.replaceState(agent.state)
            for _ in 0..<min(Self.weight(one.kind), end - judged) {
                let mutant = mutator.mutant(of: one)
                var copy = agent
                let native = copy.answer(mutant.kind, mutant.request)
                judged += 1
                if try ask(mutant) != native {
                    try keep(mutant, honest: one, agent, text, pod)
                    if disagreements.count >= Self.disagreementLimit { return }
                }
                guard native.verdict == .allowed else { continue }
                allowed += 1
                if choose(below: Self.committed) == 0 {
                    agent = copy
                    try process.replaceState(agent.state)
                }
            }
            _ = agent.answer(one.kind, one.request)
        }
    }

    private func ask(_ one: AgentRequest) throws -> Answer {
        try process.ask(one.kind, one.request, commit: false)
        return try process.answer()
    }

    /// How many mutants there are of a request.
    private static func weight(_ kind: String) -> Int {
        switch kind {
        case "CreateContainerRequest": 20
        case "ExecProcessRequest": 10
        case "StartContainerRequest", "RemoveContainerRequest", "CopyFileRequest", "CreateSandboxRequest",
            "UpdateInterfaceRequest", "UpdateRoutesRequest", "AddARPNeighborsRequest":
            3
        default: 0
        }
    }

    private mutating func keep(
        _ mutant: AgentRequest, honest: AgentRequest, _ agent: Agent, _ text: [UInt8], _ pod: String
    ) throws {
        let least = try mutant.request.reduced(towards: honest.request) { request in
            guard let one = try? AgentRequest(mutant.kind, request) else { return false }
            var copy = agent
            return try ask(one) != copy.answer(one.kind, one.request)
        }
        let one = try AgentRequest(mutant.kind, least)
        var copy = agent
        let native = copy.answer(one.kind, one.request)
        let answer = try ask(one)
        let record: JSONValue = [
            "seed": .string(String(seed)), "pod": .string(pod), "kind": .string(one.kind), "state": agent.state,
            "request": one.request, "policy": .string(String(decoding: text, as: UTF8.self)),
            "native": .string(native.description), "engine": .string(answer.description),
        ]
        let directory = FileManager.default.temporaryDirectory.appending(path: "contrast-disagreements")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appending(path: "\(seed)-\(judged).json")
        try Data(JSONPrinter.print(record)).write(to: file)
        disagreements.append(
            "seed \(seed), \(pod): \(process.engine) \(answer), native \(native): \(one.kind), kept in \(file.path())")
    }
}

extension JSONValue {
    /// This value with as many of its parts as possible put back to what they are in another, while a property holds.
    package func reduced(towards other: JSONValue, while holds: (JSONValue) throws -> Bool) rethrows -> JSONValue {
        guard self != other else { return self }
        if try holds(other) { return other }
        switch (self, other) {
        case (.object(var object), .object(let honest)):
            for key in Set(object.keys + honest.keys).sorted() where object[key] != honest[key] {
                guard let own = object[key], let member = honest[key] else { continue }
                object[key] = try own.reduced(towards: member) { candidate in
                    var copy = object
                    copy[key] = candidate
                    return try holds(.object(copy))
                }
            }
            return .object(object)
        case (.array(var items), .array(let honest)) where items.count == honest.count:
            for index in items.indices where items[index] != honest[index] {
                items[index] = try items[index].reduced(towards: honest[index]) { candidate in
                    var copy = items
                    copy[index] = candidate
                    return try holds(.array(copy))
                }
            }
            return .array(items)
        default: return self
        }
    }
}
