// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import Workload

/// How the guest's rule against what comes from outside is removed.
@Suite struct DefaultDenyTests {
    /// What a tool answers, by `tool -C` and `tool -D`.
    private final class Tools: Sendable {
        private let answers: Mutex<[String: [ProgramResult]]>
        let calls = Mutex<[String]>([])

        init(_ answers: [String: [ProgramResult]]) { self.answers = Mutex(answers) }

        func run(_ program: Program) throws(SystemError) -> ProgramResult {
            let call = "\(program.name) \(program.arguments[2])"
            calls.withLock { $0.append(call) }
            let answer = answers.withLock { all -> ProgramResult? in
                guard let first = all[call]?.first else { return nil }
                if (all[call]?.count ?? 0) > 1 { all[call]?.removeFirst() }
                return first
            }
            guard let answer else { throw SystemError("start", program.name, code: 2) }
            return answer
        }
    }

    private static let yes = ProgramResult(status: 0)
    private static let no = ProgramResult(status: 1)
    private static let broken = ProgramResult(status: 3, errors: Array("can't initialize\nmore".utf8))

    @Test func removesTheRuleAsOftenAsItIsThere() throws {
        let tools = Tools([
            "iptables-nft -C": [Self.yes, Self.yes, Self.no], "iptables-nft -D": [Self.yes],
            "iptables-legacy -C": [Self.no],
        ])
        let report = try DefaultDeny(launch: tools.run).remove()
        #expect(report.description == "iptables-nft: removed 2 times; iptables-legacy: not there")
        #expect(report.isCertain)
        #expect(tools.calls.withLock { $0.count { $0 == "iptables-nft -D" } } == 2)
    }

    @Test func oneToolIsEnough() throws {
        let report = try DefaultDeny(launch: Tools(["iptables-legacy -C": [Self.no]]).run).remove()
        #expect(report.isCertain)
        #expect(report.outcomes.map(\.outcome)[1] == .absent)
        let none = try DefaultDeny(launch: Tools(["iptables-nft -C": [Self.broken]]).run).remove()
        #expect(!none.isCertain)
        #expect(none.description.hasPrefix("iptables-nft: unavailable, can't initialize; iptables-legacy: unavailable"))
    }

    @Test func aRuleThatStaysIsAnError() {
        for answers in [
            ["iptables-nft -C": [Self.yes], "iptables-nft -D": [Self.broken]],
            ["iptables-nft -C": [Self.yes], "iptables-nft -D": [Self.yes]],
            ["iptables-nft -C": [Self.yes, Self.broken], "iptables-nft -D": [Self.yes]],
            ["iptables-nft -C": [Self.yes]],
        ] {
            #expect(throws: DefaultDeny.Failure.self) { try DefaultDeny(launch: Tools(answers).run).remove() }
        }
    }
}
