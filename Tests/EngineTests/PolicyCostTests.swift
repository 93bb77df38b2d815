// SPDX-License-Identifier: Apache-2.0

import Attacks
import Backends
import Compiler
import Driver
import Engines
import FoundationEssentials
import IR
import Simulation
import Testing

/// What policies take of an annotation, and of the agent's time.
@Suite(.enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"))
struct PolicyCostTests {
    private static let lock = """
        {"version": 1, "images": {"registry.example/web:1": {
          "digest": "sha256:2222222222222222222222222222222222222222222222222222222222222222",
          "platform": "linux/amd64", "config": {"Env": ["PATH=/usr/bin:/bin"], "Entrypoint": ["/web"]}, "passwd": "",
          "group": ""}}}
        """

    /// A Deployment of so many containers, each with a probe and two variables; the initializer comes with it.
    private func deployment(_ containers: Int) -> String {
        let head = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:

            """
        return head
            + (1...containers).map { number in
                """
                      - name: web-\(number)
                        image: registry.example/web:1
                        env: [{name: PORT, value: "\(8_000 + number)"}, {name: MODE, value: plain}]
                        livenessProbe: {exec: {command: [/web, check]}}

                """
            }.joined()
    }

    private struct Cost {
        var text: Int
        var annotation: Int
        /// Microseconds by the kind of the request, the worst of them.
        var times: [String: Int] = [:]
    }

    private func cost(_ containers: Int, _ profile: PolicyProfile) throws -> Cost {
        let lock = try LockFile.read(SourceFile(path: "contrast.lock", bytes: Array(Self.lock.utf8)))
        let source = SourceFile(path: "web.yaml", bytes: Array(deployment(containers).utf8))
        var request = GenerateRequest(
            inputs: [InputFile(source: source, isNamed: true)], bundles: Bundles(), settings: .defaults, lock: lock)
        request.platform = Platform(.metalQEMUSNP)
        request.profile = profile
        request.switches.all = true
        let result = GeneratePipeline(request, toolVersion: "0").run()
        let report = try #require(result.report.workloads.first, "\(result.diagnostics.all.map(\.message))")
        var cost = Cost(text: report.policySize, annotation: report.annotationSize)
        let compiled = SourceFile(path: "web.yaml", bytes: try #require(result.files.first).bytes)
        var diagnostics = Diagnostics()
        let run = SimulationRun(inputs: [InputFile(source: compiled, isNamed: true)], lock: lock)
        let outcome = try #require(run.run(HostProfile.all[0], into: &diagnostics).first)
        let process = try EngineProcess(.regorus)
        try process.load(try #require(outcome.policy))
        for one in outcome.cases {
            let request = try RequestMessage.fill(kind: one.kind, one.request)
            let isMeasured = ["CreateContainerRequest", "ExecProcessRequest", "CopyFileRequest"].contains(one.kind)
            let time = try process.time(one.kind, request, runs: isMeasured ? 10 : 1)
            if isMeasured { cost.times[one.kind] = max(cost.times[one.kind] ?? 0, time) }
        }
        return cost
    }

    /// Prints the table of the documentation.
    @Test func costsStayWithinBounds() throws {
        var costs: [Int: Cost] = [:]
        print("| containers | policy | annotation | CreateContainer | ExecProcess | CopyFile |")
        for count in [1, 2, 5, 20] {
            let cost = try cost(count, .strict)
            costs[count] = cost
            let times = ["CreateContainerRequest", "ExecProcessRequest", "CopyFileRequest"].map { kind in
                cost.times[kind].map { "\(Double($0 / 10) / 100) ms" } ?? "-"
            }
            print("| \(count) | \(cost.text) | \(cost.annotation) | \(times.joined(separator: " | ")) |")
        }
        let (one, many) = (try #require(costs[1]), try #require(costs[20]))
        #expect(one.text < 18_100 && one.annotation < 8_200)
        #expect(many.text - one.text < 19 * 500 && many.annotation - one.annotation < 19 * 120)
        // A container is found by its name, so that others cost little; the bound leaves room for a busy machine.
        let slowest = "CreateContainerRequest"
        #expect((many.times[slowest] ?? .max) < 4 * (one.times[slowest] ?? 0))
    }
}
