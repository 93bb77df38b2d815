// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import Testing

struct PolicyReaderTests {
    private let text = String(decoding: RegoBackend.emit(WidePod.policy), as: UTF8.self)

    @Test(arguments: [TestPod().policy, WidePod.policy])
    func readsWhatWasWritten(policy: SandboxPolicy) throws {
        #expect(try PolicyReader.read(RegoBackend.emit(policy)) == PolicyData(policy))
    }

    private func refusal(_ text: String) -> String {
        do {
            _ = try PolicyReader.read(Array(text.utf8))
            return "accepted"
        } catch {
            return error.message
        }
    }

    private func replacing(_ old: String, _ new: String) -> String {
        text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: new)
    }

    @Test func refusesRulesOfOthers() {
        let refused = "not a policy this version can judge: its rules are not those of format 3"
        #expect(refusal("") == refused)
        #expect(refusal("package agent_policy\ndefault AllowRequestsFailingPolicy := true\n") == refused)
        #expect(refusal(replacing("SetPolicyRequest:=false", "SetPolicyRequest:=true ")) == refused)
        #expect(refusal(replacing("profile compat", "profile strict")) == refused)
    }

    @Test func refusesDataWrittenDifferently() {
        let refused = "not a policy this version can judge: it is not written as this version writes it"
        #expect(refusal(text + "\n") == refused)
        #expect(refusal(replacing(#""cwd":"/""#, #""cwd": "/""#)) == refused)
        #expect(refusal(replacing(#""cwd":"/""#, #""cwd":"\/""#)) == refused)
        #expect(refusal(replacing(#""cwd":"/""#, #""cwd":concat("",["/"])"#)) == refused)
        // The only call in the data; rules before it have some as well.
        let parts = text.split(separator: "policy_data:=", maxSplits: 1).map(String.init)
        let changed = parts[1].replacing("concat(\"\",[\"", with: "concat(\"\",[1,\"")
        #expect(changed != parts[1] && refusal(parts[0] + "policy_data:=" + changed) == refused)
    }

    @Test(arguments: ["", "default X := true\n", "\"", "concat(\"\",[", "concat(\"\",[\"", "\"\\"])
    func refusesDataThatDoesNotEnd(end: String) {
        let cut = String(text.dropLast(2)) + end
        #expect(refusal(cut).hasPrefix("not a policy this version can judge: its data does not parse: "))
    }

    /// Other data under the same rules is a policy, whoever wrote it.
    @Test func acceptsOtherData() throws {
        let changed = replacing(#""cwd":"/""#, #""cwd":"/elsewhere""#)
        #expect(try PolicyReader.read(Array(changed.utf8)) != PolicyData(WidePod.policy))
    }
}
