// SPDX-License-Identifier: Apache-2.0

import Backends
import Testing

/// What is named when a repeated build differs.
@Suite struct BuildComparisonTests {
    private static let stated = BuildStatement(
        outputs: [.init(name: "app.yaml", digest: "aa")],
        materials: [.init(.input, .init(name: "app.yaml", digest: "bb"))], options: .init(),
        tool: .init(version: "1", digest: "cc"), policies: [.init(name: "Pod /app", digest: "dd")])

    @Test func equalBuildsDoNotDiffer() { #expect(Self.lines { _ in } == []) }

    @Test func eachPartIsNamed() {
        #expect(Self.lines { $0.outputs[0].digest = "ee" } == ["output app.yaml: aa -> ee"])
        #expect(Self.lines { $0.outputs.append(.init(name: "b", digest: "ee")) } == ["output b: none -> ee"])
        #expect(Self.lines { $0.materials[0].file.digest = "ee" } == ["input app.yaml: bb -> ee"])
        #expect(Self.lines { $0.materials = [] } == ["input app.yaml: bb -> none"])
        #expect(Self.lines { $0.tool.version = "2" } == ["tool version: 1 -> 2"])
        #expect(Self.lines { $0.tool.digest = "ee" } == ["tool digest: cc -> ee"])
        #expect(Self.lines { $0.policies[0].digest = "ee" } == ["policy Pod /app: dd -> ee"])
    }

    @Test func eachOptionIsNamed() {
        #expect(Self.lines { $0.options.texts["profile"] = "compat" } == ["option profile: none -> compat"])
        #expect(Self.lines { $0.options.flags = ["all"] } == ["option all: none -> on"])
        #expect(Self.lines { $0.options.workloadOwnerKeys = ["30"] } == ["option workload owner keys: none -> 30"])
        #expect(
            Self.lines { $0.options.seedshareOwnerKeys = ["30", "31"] }
                == ["option seed share owner keys: none -> 30, 31"])
    }

    /// What is found after a change of the repeated build.
    private static func lines(_ change: (inout BuildStatement) -> Void) -> [String] {
        var found = stated
        change(&found)
        return BuildComparison(stated, found).differences.map(\.line)
    }
}
