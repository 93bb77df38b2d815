// SPDX-License-Identifier: Apache-2.0

import Attacks
import Engines
import FoundationEssentials
import IR
import Testing

/// The catalogue of attacks, tried on the examples under strict policies.
struct AttackTests {
    @Test func catalogueIsWellFormed() {
        let attacks = Attack.catalogue
        #expect(attacks.count >= 120)
        #expect(Set(attacks.map(\.name)).count == attacks.count)
        for attack in attacks where attack.severity <= .high {
            #expect(attack.reason == nil, "\(attack.name) is too grave to be excused")
        }
    }

    /// The page lists the catalogue. UPDATE_GOLDEN=1 rewrites it.
    @Test func pageListsTheCatalogue() throws {
        try DocumentedTable("attacks.md").expect(AttackTable.text, after: "<!-- catalogue -->\n")
    }

    /// Every kind of attack finds an occasion in them.
    @Test func nativeEvaluationDenies() throws {
        var run = AttackRun()
        for pod in try Self.pods() { run.run(pod.requests, pod.policy, named: pod.name) }
        expectDenied(run)
        #expect(run.unused == [])
        #expect(run.excusedInVain == [])
    }

    @Test(.enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"))
    func regorusDenies() throws { try expectDenied(by: .regorus, Self.pods(), Attack.catalogue) }

    /// A sample, as every change of state makes this engine start anew.
    @Test(.enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"))
    func opaDenies() throws {
        let pods = try Examples.lives.get().suffix(1)
        let stride = TestScale.isLong ? 1 : 8
        let sample = Attack.catalogue.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
        try expectDenied(by: .opa, Array(pods), sample)
    }

    /// The pod that has everything, one that is numbered and one without namespace, or all.
    private static func pods() throws -> [SimulatedLife] {
        let all = try Examples.lives.get()
        let names = ["pod.shop.full", "job.shop.numbered", "deployment.default.client"]
        return TestScale.isLong ? all : all.filter { names.contains($0.name) }
    }

    private func expectDenied(by engine: EngineProcess.Engine, _ pods: [SimulatedLife], _ attacks: [Attack]) throws {
        let process = try EngineProcess(engine)
        var run = AttackRun(attacks)
        for pod in pods {
            try process.load(pod.text)
            try run.run(pod.requests, pod.policy, named: pod.name) { trial in
                try process.replaceState(trial.state)
                try process.ask(trial.forged.kind, trial.forged.request, commit: false)
                return try process.answer().verdict == .allowed
            }
        }
        expectDenied(run)
    }

    private func expectDenied(_ run: AttackRun) {
        print("\(run.outcomes.count) kinds of attacks, tried \(run.appliedCount) times")
        #expect(run.stuck == [])
        #expect(run.holes == [])
    }
}
