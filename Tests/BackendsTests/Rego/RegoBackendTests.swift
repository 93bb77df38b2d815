// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import Testing

struct RegoBackendTests {
    private func text(_ policy: SandboxPolicy) -> String { String(decoding: RegoBackend.emit(policy), as: UTF8.self) }

    @Test func textStartsWithTheConstantPart() {
        let text = text(TestPod().policy)
        #expect(text.hasPrefix("# Contrast policy format 3, profile compat\npackage agent_policy\n"))
        #expect(RegoBackend.emit(WidePod.policy).starts(with: RegoBackend.rules(.compat, .all)))
        #expect(text.hasSuffix("}\n"))
        #expect(RegoBackend.rules(.strict, .all) != RegoBackend.rules(.compat, .all))
    }

    /// By a default, or by an answer that is always the same.
    @Test(arguments: PolicyProfile.allCases, [PolicyFeatures.all, []])
    func everyRequestHasAnAnswer(profile: PolicyProfile, features: PolicyFeatures) {
        let lines = String(decoding: RegoBackend.rules(profile, features), as: UTF8.self).split(separator: "\n")
        let answers = lines.filter { line in
            line.hasPrefix("default ") || line.first != "#" && (line.hasSuffix(":=true") || line.hasSuffix(":=false"))
        }
        #expect(answers.count == 44)
    }

    @Test func textFitsATOMLLiteralStringAndEngineLimits() {
        var requests = DefaultSettings.requests
        requests.allowEnvRegex.append(String(repeating: "(a|b)", count: 5_000))
        var policy = TestPod(requests: requests).policy
        policy.containers = WidePod.policy.containers
        policy.containers[1].annotations.append(
            KeyValue(String(repeating: "k", count: 330), String(repeating: "é", count: 400)))
        policy.containers[1].process.args.append(Located(String(repeating: "\u{1}'\"\\\u{2028}", count: 500)))
        let bytes = RegoBackend.emit(policy)
        #expect(bytes.split(separator: 0x0A, omittingEmptySubsequences: false).allSatisfy { $0.count <= 1_024 })
        #expect(!bytes.contains(UInt8(ascii: "'")))
        #expect(!String(decoding: bytes, as: UTF8.self).contains("\u{2028}"))
        let controls = bytes.filter { $0 < 0x20 || $0 == 0x7F }
        #expect(controls.allSatisfy { $0 == 0x0A || $0 == 0x09 })
        #expect(throws: Never.self) { try #expect(PolicyReader.read(bytes) == PolicyData(policy)) }
    }

    @Test func keysThatKubernetesDoesNotAllowAreLeftOut() {
        var policy = TestPod().policy
        policy.containers[1].annotations.append(KeyValue(String(repeating: "k", count: 331), "long"))
        policy.containers[1].annotations.append(KeyValue("a\nb", "broken"))
        #expect(PolicyData(policy) == PolicyData(TestPod().policy))
    }

    @Test func restFollowsThePrefix() {
        for policy in [TestPod().policy, WidePod.policy] {
            let backend = RegoBackend(policy.defaults, policy.features)
            #expect(backend.prefix + backend.rest(of: policy) == RegoBackend.emit(policy))
        }
    }

    /// What is written of a container is decided by its bytes, not by what Swift holds for equal.
    @Test func defaultsAreToldApartByTheirBytes() throws {
        var defaults = ContainerDefaults()
        defaults.mounts = [MountPolicy(destination: "/caf\u{E9}", source: "a", type: "bind", options: [])]
        var other = defaults
        other.mounts[0].destination = "/cafe\u{301}"
        let (first, second) = (defaults, other)
        var policy = TestPod().policy
        policy.defaults = PolicyDefaults(
            profile: .compat, common: DefaultSettings.common, sandboxStorages: [], requests: DefaultSettings.requests,
            vfioDevicePath: "", cgroupMountExtrasAllowed: [], kinds: { $0 == .privileged ? second : first })
        let settings = PolicyData(policy).settings
        #expect(settings["base"]?["base_mounts"]?.array?.count == 0)
        #expect(settings["kinds"]?["privileged"]?["kind_mounts"]?.array?.first?["destination"]?.string?.utf8.count == 7)
    }

    @Test func sameInputSameBytes() {
        #expect(RegoBackend.emit(WidePod.policy) == RegoBackend.emit(WidePod.policy))
    }

    @Test func sizeStaysSmall() {
        #expect(RegoBackend.rules(.compat, .all).count < 14_000)
        #expect(RegoBackend.rules(.strict, []).count < 11_500)
        let backend = RegoBackend(TestPod().policy.defaults, .all)
        #expect(backend.prefix.count < 24_000)
        #expect(backend.rest(of: TestPod().policy).count < 1_500)
    }
}
