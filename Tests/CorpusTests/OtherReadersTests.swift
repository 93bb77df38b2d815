// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Driver
import Foundation
import IR
import TestSupport
import Testing

/// What is written is read by another YAML parser and by Kubernetes' schemas as well as by us, and what these know is known.
@Suite(.enabled(if: python != nil, "CONTRAST_REGO_PYTHON is not set"))
struct OtherReadersTests {
    private func run(_ script: String, _ arguments: [String], in directory: String) throws -> [UInt8] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/" + script
        let result = try Subprocess(
            executable: try #require(python), arguments: [path] + arguments, directory: directory
        ).run()
        #expect(result.status == 0, "\(result.errorText)")
        return result.stdout
    }

    /// Every field of the newest Kubernetes has a place in our tables.
    @Test func allFieldsAreKnown() throws {
        let objects = SourceFile(path: "all.json", bytes: try run("all_fields.py", [], in: "/"))
        var diagnostics = Diagnostics()
        let document = try #require(YAMLFrontend.parse(objects, into: &diagnostics).first)
        let kinds = YAMLTree(document).root.items.compactMap { KubernetesObject($0) }
        #expect(Set(kinds.map(\.kind)) == Set(WorkloadKind.allCases.map(\.rawValue)))
        for object in kinds { SchemaCheck.check(object, into: &diagnostics) }
        #expect(diagnostics.all.filter { $0.severity == .error }.map(\.message) == [])
    }

    @Test(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
    func whatWasAcceptedStaysAccepted() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let bundles = Bundles()
        for source in TestData.deployments {
            let check = Compilation(source: source, bundles: bundles)
            let result = check.generate(source)
            guard !result.diagnostics.hasErrors, !result.report.workloads.isEmpty else { continue }
            let compiled = SourceFile(path: source.path, bytes: result.files[0].bytes)
            let removed = check.generate(compiled, remove: true)
            let name = source.path.split(separator: "/").joined(separator: "|")
            for (stage, bytes) in [
                ("before", source.bytes), ("after", compiled.bytes), ("removed", removed.files[0].bytes),
            ] {
                try Files.write(bytes, to: "\(directory.path)/\(stage)/\(name)")
            }
        }
        let output = try run("compare.py", [directory.path], in: directory.path)
        var lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        let summary = lines.popLast() ?? ""
        #expect(lines == [])
        let accepted = summary.split(separator: " ").first.flatMap { Int($0) } ?? 0
        #expect(accepted > 400, "\(summary)")
    }
}

private let python = ProcessInfo.processInfo.environment["CONTRAST_REGO_PYTHON"].flatMap { $0.isEmpty ? nil : $0 }
