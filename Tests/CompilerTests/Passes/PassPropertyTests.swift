// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// Over random workloads in random styles: what is intended is there and nothing else changed, a second run changes
/// nothing, and the removal restores what the source said; its bytes, too, where nothing had to be written anew.
@Suite struct PassPropertyTests {
    @Test func randomWorkloads() throws {
        for seed in 0..<600 as Range<UInt64> {
            var generator = WorkloadGenerator(seed: seed)
            let text = generator.source()
            guard let source = try? data(text) else {
                Issue.record("seed \(seed) is no YAML:\n\(text)")
                continue
            }
            let once = try run(allPasses, on: text)
            let problems = once.findings.filter { !$0.contains("is not in memory") && !$0.contains(" CC0311 ") }
            #expect(problems == [], "seed \(seed):\n\(text)")
            let compiled = try data(once.text)
            for (before, after) in zip(source, compiled) {
                #expect(Shape.problems(of: after) == [], "seed \(seed):\n\(once.text)")
                #expect(Reduced.pod(after) == Reduced.pod(before), "seed \(seed):\n\(text)\n---- became\n\(once.text)")
            }
            #expect(source.count == compiled.count)
            #expect(try run(allPasses, on: once.text).text == once.text, "seed \(seed)")
            let back = try removed(once.text)
            let hasOurNames = text.contains("contrast-initializer") || text.contains("contrast-secrets")
            if generator.keepsBytes, !hasOurNames { #expect(back == text, "seed \(seed)") }
            #expect(try data(back) == source, "seed \(seed):\n\(text)\n---- came back as\n\(back)")
        }
    }

    /// With everything that generate can inject at once.
    @Test func randomWorkloadsWithAllInjections() throws {
        let passes: [any Pass] =
            [ImageStorePass(image: "init:1"), DebugShellPass(image: "shell:1")] + allPasses.prefix(1)
            + [ServiceMeshPass(image: "mesh:1")] + allPasses.dropFirst()
        for seed in 1000..<1150 as Range<UInt64> {
            var generator = WorkloadGenerator(seed: seed)
            let text = generator.source()
            let once = try run(passes, on: text)
            for pod in try data(once.text) {
                let names = pod["spec"]?["initContainers"]?.items.compactMap { $0["name"] } ?? []
                let expected: [YAMLValue] = ["pvc-holder", "contrast-debug-shell", "contrast-initializer"]
                #expect(Array(names.prefix(3)) == expected && names.last == "contrast-service-mesh", "seed \(seed)")
            }
            #expect(try run(passes, on: once.text).text == once.text, "seed \(seed)")
            #expect(try data(removed(once.text)) == data(text), "seed \(seed):\n\(text)")
        }
    }
}

/// A pod without everything that generate may change, to compare what it must not change.
private enum Reduced {
    static func pod(_ pod: YAMLValue) -> YAMLValue {
        guard case .mapping(let members) = pod else { return pod }
        return .mapping(
            members.map { member in
                switch member.key {
                case "metadata": .init(key: "metadata", value: metadata(member.value))
                case "spec": .init(key: "spec", value: spec(member.value))
                default: member
                }
            })
    }

    private static func metadata(_ metadata: YAMLValue) -> YAMLValue {
        filtered(metadata) { key, value in
            guard key == "annotations" else { return value }
            let own = filtered(value) { key, value in
                key == ContrastName.replaced || key == ContrastName.initData ? nil : value
            }
            guard case .mapping(let left) = own, !left.isEmpty else { return nil }
            return own
        }
    }

    private static func spec(_ spec: YAMLValue) -> YAMLValue {
        filtered(spec) { key, value in
            switch key {
            case "runtimeClassName": nil
            case "containers", "initContainers":
                list(value.items.filter { $0["name"] != "contrast-initializer" }.map(container))
            case "volumes": list(value.items.filter { $0["name"] != "contrast-secrets" })
            default: value
            }
        }
    }

    private static func container(_ container: YAMLValue) -> YAMLValue {
        filtered(container) { key, value in
            switch key {
            case "image": nil
            case "volumeMounts": list(value.items.filter { $0["name"] != "contrast-secrets" })
            case "resources": filtered(value) { $0 == "requests" ? nil : $1 }
            default: value
            }
        }
    }

    private static func list(_ items: [YAMLValue]) -> YAMLValue? { items.isEmpty ? nil : .sequence(items) }

    private static func filtered(_ value: YAMLValue, _ change: (String, YAMLValue) -> YAMLValue?) -> YAMLValue {
        guard case .mapping(let members) = value else { return value }
        return .mapping(
            members.compactMap { member in change(member.key, member.value).map { .init(key: member.key, value: $0) } })
    }
}
