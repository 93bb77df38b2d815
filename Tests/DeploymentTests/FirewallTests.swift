// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The guest's rule that drops what comes from outside, in a network namespace of the test's own.
@Suite struct FirewallTests {
    private static let rule = "INPUT -m conntrack ! --ctstate ESTABLISHED,RELATED -j DROP"

    /// Whether both tools can set the rule here.
    private static let canFilter: Bool = {
        let tools = ["iptables-nft", "iptables-legacy"].map { "\($0) -A \(rule)" }.joined(separator: " && ")
        return (try? shell(tools).status) == 0
    }()

    private static func shell(_ command: String) throws -> Subprocess.Result {
        try Subprocess(
            executable: "/usr/bin/unshare", arguments: ["-rn", "/bin/bash", "-c", command],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], directory: "/"
        ).run()
    }

    /// What is left of the rules after a program ran, which then finds no evidence and ends.
    private func rules(after program: String) throws -> String {
        let add = ["iptables-nft", "iptables-legacy"].map { "\($0) -A \(Self.rule)" }.joined(separator: "; ")
        let result = try Self.shell(
            "\(add); \(add); \(program) >/dev/null 2>&1; iptables-nft -S INPUT; iptables-legacy -S INPUT")
        return String(decoding: result.stdout, as: UTF8.self)
    }

    @Test(.enabled(if: canFilter, "there is no iptables, or no network namespace to try it in"))
    func programsRemoveTheRule() throws {
        let initializer = "COORDINATOR_HOST=127.0.0.1 '\(try Locations.executable("initializer"))' run --attempts 1"
        let coordinator = "'\(try Locations.executable("coordinator"))' --evidence-command /bin/false"
        let none = "-P INPUT ACCEPT\n-P INPUT ACCEPT\n"
        #expect(try rules(after: "CONTRAST_DISABLE_SERVICE_MESH=true \(initializer)") == none)
        #expect(try rules(after: "\(coordinator) --remove-default-deny") == none)
        // With a service mesh, the sidecar does it when it is ready.
        for program in [initializer, "CONTRAST_DISABLE_SERVICE_MESH= \(initializer)", coordinator] {
            #expect(try rules(after: program).ranges(of: "-j DROP").count == 4)
        }
    }
}
