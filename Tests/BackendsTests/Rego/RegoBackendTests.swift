// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import Testing

struct RegoBackendTests {
    private func text(_ policy: SandboxPolicy) -> String { String(decoding: RegoBackend.emit(policy), as: UTF8.self) }

    @Test func textStartsWithTheConstantPart() {
        let text = text(TestPod().policy)
        #expect(text.hasPrefix("# Contrast policy format 1, profile compat\npackage agent_policy\n"))
        #expect(RegoBackend.emit(WidePod.policy).starts(with: RegoBackend.constantPrefix(.compat)))
        #expect(text.hasSuffix("\n}\n"))
        #expect(RegoBackend.constantPrefix(.strict) != RegoBackend.constantPrefix(.compat))
    }

    @Test func everyRequestHasADefault() {
        let defaults = text(TestPod().policy).split(separator: "\n").filter { $0.hasPrefix("default ") }
        #expect(defaults.count == 44)
    }

    @Test func textFitsATOMLLiteralStringAndEngineLimits() {
        var policy = WidePod.policy
        policy.containers[1].annotations.append(
            KeyValue(String(repeating: "k", count: 330), String(repeating: "é", count: 400)))
        policy.containers[1].process.args.append(Located(String(repeating: "\u{1}'\"\\\u{2028}", count: 500)))
        policy.requestDefaults.allowEnvRegex.append(String(repeating: "(a|b)", count: 5_000))
        let bytes = RegoBackend.emit(policy)
        #expect(bytes.split(separator: 0x0A, omittingEmptySubsequences: false).allSatisfy { $0.count <= 1_024 })
        #expect(!bytes.contains(UInt8(ascii: "'")))
        #expect(!String(decoding: bytes, as: UTF8.self).contains("\u{2028}"))
        let controls = bytes.filter { $0 < 0x20 || $0 == 0x7F }
        #expect(controls.allSatisfy { $0 == 0x0A || $0 == 0x09 })
        #expect(throws: Never.self) { try #expect(PolicyReader.read(bytes) == PolicyData(policy)) }
    }

    /// A line that starts with a bracket would continue the statement before it.
    @Test func noStatementContinuesAnother() {
        let lines = text(TestPod().policy).split(separator: "\n").prefix { !$0.hasPrefix("# Data") }
        for (line, next) in zip(lines, lines.dropFirst()) where !line.hasSuffix("{") && !line.hasSuffix(";") {
            let first = next.drop { $0 == "\t" }.first
            #expect(first != "(" && first != "[" && first != "{", "\(next)")
        }
    }

    @Test func keysThatKubernetesDoesNotAllowAreLeftOut() {
        var policy = TestPod().policy
        policy.containers[1].annotations.append(KeyValue(String(repeating: "k", count: 331), "long"))
        policy.containers[1].annotations.append(KeyValue("a\nb", "broken"))
        #expect(PolicyData(policy) == PolicyData(TestPod().policy))
    }

    @Test func sameInputSameBytes() {
        #expect(RegoBackend.emit(WidePod.policy) == RegoBackend.emit(WidePod.policy))
    }

    @Test func sizeStaysSmall() {
        #expect(RegoBackend.constantPrefix(.compat).count < 18_000)
        #expect(RegoBackend.emit(TestPod().policy).count < 28_000)
    }
}
