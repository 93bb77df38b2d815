// SPDX-License-Identifier: Apache-2.0

import Attacks
import Engines
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

    @Test func strictPoliciesDeny() throws {
        var run = AttackRun()
        for pod in try Examples.lives.get() { run.run(pod.requests, pod.policy, named: pod.name) }
        print("\(Attack.catalogue.count) kinds of attacks, tried \(run.appliedCount) times")
        #expect(run.stuck == [])
        #expect(run.holes == [])
        #expect(run.unused == [])
        #expect(run.excusedInVain == [])
    }
}
