// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Foundation
import IR
import Testing

/// What the lint of readable secrets says of deployments that were not written for it. Each finding was looked at by a
/// person, whose judgement `secret-findings.txt` has: `true` where it is a secret, of whatever worth, else `false`.
@Suite(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
struct SecretLintTests {
    private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"
    private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let list = directory.appendingPathComponent("secret-findings.txt")
    private static let page = directory.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/secret-lint.md")

    @Test func findingsAreThoseThatWereJudged() throws {
        let text = (try? String(contentsOf: Self.list, encoding: .utf8)) ?? ""
        let judged = text.split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1).map(String.init) }
            .filter { $0.count == 2 }
        let verdicts = Dictionary(judged.map { ($0[1], $0[0]) }) { first, _ in first }
        let found = Census.taken.secrets
        #expect(found == judged.map { $0[1] })
        #expect(judged.allSatisfy { ["true", "false"].contains($0[0]) })
        guard Self.isUpdating, found != judged.map({ $0[1] }) else { return }
        let lines = found.map { "\(verdicts[$0] ?? "?")\t\($0)\n" }.joined()
        try lines.write(to: Self.list, atomically: true, encoding: .utf8)
        Issue.record("rewrote secret-findings.txt; judge what has a question mark")
    }

    /// The figures of the page are those of the list.
    @Test func thePageIsRight() throws {
        let list = try String(contentsOf: Self.list, encoding: .utf8).split(separator: "\n")
        let wrong = list.count { $0.hasPrefix("false\t") }
        let values = Self.values()
        let page = try String(contentsOf: Self.page, encoding: .utf8)
        for row in [
            "| Files | \(TestData.allDeployments.count) |", "| Values looked at | \(values) |",
            "| Findings | \(list.count) |", "| of these no secret | \(wrong) |",
            "| False findings per 1,000 values | \(Self.perThousand(wrong, values)) |",
        ] {
            #expect(page.contains(row + "\n"), "\(row)")
        }
    }

    private static func perThousand(_ count: Int, _ total: Int) -> String {
        let hundredths = (count * 100_000 + total / 2) / max(total, 1)
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    /// Entries of ConfigMaps, variables with a value, and words of commands.
    private static func values() -> Int {
        var ignored = Diagnostics()
        return TestData.deployments.reduce(0) { count, source in
            YAMLFrontend.parse(source, into: &ignored).reduce(count) { count, document in
                KubernetesObject.all(in: YAMLTree(document)).reduce(count) { count, object in
                    if object.kind == "ConfigMap" { return count + (object.node["data"]?.pairs.count ?? 0) }
                    guard let pod = PodObject(object) else { return count }
                    return (pod.containers + pod.initContainers).reduce(count) { count, container in
                        count + (container["env"]?.items.count { $0["value"] != nil } ?? 0)
                            + (container["command"]?.items.count ?? 0) + (container["args"]?.items.count ?? 0)
                    }
                }
            }
        }
    }
}
