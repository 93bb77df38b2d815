// SPDX-License-Identifier: Apache-2.0

import Driver
import Attacks
import IR
import Testing

/// What policies of the examples are said to allow.
struct PolicyComparisonTests {
    private func web() throws -> CompiledPod {
        try #require(try Examples.pods.get().first { $0.name == "Deployment voting/web" })
    }

    /// The policy with one container's data changed.
    private func changed(_ path: String, _ change: (inout JSONValue) -> Void) throws -> [String] {
        let old = try web().policy
        var new = old
        new.pod.change(path, change)
        return PolicyDifference(from: old, to: new).lines
    }

    @Test func aPolicyDoesNotDifferFromItself() throws {
        let policy = try web().policy
        #expect(PolicyDifference(from: policy, to: policy).entries.isEmpty)
    }

    @Test func differencesAreNamedWithoutValuesOfVariables() throws {
        let own = "containers/3/"
        #expect(
            try changed(own + "env") { _ = $0.append("", "TOKEN=secret") } == [
                "newly allowed: container 'web': variable: TOKEN"
            ])
        #expect(
            try changed(own + "env") {
                $0 = .array(($0.array ?? []).filter { $0.string?.hasPrefix("WEB_PORT=") != true })
            }
                == ["newly denied: container 'web': variable: WEB_PORT"])
        #expect(try changed(own + "uid") { $0 = 0 } == ["changed: container 'web': user: 1000 -> 0"])
        #expect(
            try changed(own + "exec_commands") { $0 = [["/bin/sh", "-c", "id"]] }
                == [#"newly allowed: container 'web': command that may be run: ["/bin/sh","-c","id"]"#])
        #expect(
            try changed("containers") { $0 = .array(Array(($0.array ?? []).dropLast())) }
                == ["newly denied: container 'web': container"])
    }

    @Test func descriptionsHaveNoValuesOfVariables() throws {
        let policy = try web().policy
        let text = PolicyDescription(policy).lines.joined(separator: "\n")
        #expect(text.contains("container 'web'\n  image: registry.example/voting/web:2.3@sha256:"))
        #expect(text.contains("WEB_PORT") && !text.contains("WEB_PORT="))
        let powers = HostPower.all(policy)
        #expect(powers.first?.severity == .high && powers.last?.severity == .low)
        let strict = try #require(try Examples.strictPods.get().first)
        #expect(HostPower.all(strict.policy).allSatisfy { $0.severity != .high })
    }
}
