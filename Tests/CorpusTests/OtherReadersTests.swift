// SPDX-License-Identifier: Apache-2.0

import Backends
import Driver
import Foundation
import IR
import TestSupport
import Testing

/// What is written is read by another YAML parser and by Kubernetes' schemas as well as by us.
@Suite(.enabled(if: TestData.isThere && python != nil, "CONTRAST_TEST_DATA or CONTRAST_REGO_PYTHON is not set"))
struct OtherReadersTests {
    @Test func whatWasAcceptedStaysAccepted() throws {
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
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/compare.py"
        let result = try Subprocess(
            executable: try #require(python), arguments: [script, directory.path], directory: directory.path
        ).run()
        #expect(result.status == 0, "\(result.errorText)")
        var lines = String(decoding: result.stdout, as: UTF8.self).split(separator: "\n").map(String.init)
        let summary = lines.popLast() ?? ""
        #expect(lines == [])
        let accepted = summary.split(separator: " ").first.flatMap { Int($0) } ?? 0
        #expect(accepted > 400, "\(summary)")
    }
}

private let python = ProcessInfo.processInfo.environment["CONTRAST_REGO_PYTHON"].flatMap { $0.isEmpty ? nil : $0 }
