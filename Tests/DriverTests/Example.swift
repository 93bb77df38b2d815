// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Driver
import Foundation
import IR
import Testing

/// A deployment of `examples/` and its lock.
struct Example: CustomTestStringConvertible, Sendable {
    let name: String
    /// Where the YAML is, below the directory of the example.
    var subdirectory = ""

    var testDescription: String { name }

    static let all = [
        Example(name: "voting-mesh"), Example(name: "client-server"), Example(name: "block-volume"),
        Example(name: "cron"), Example(name: "helm-like"), Example(name: "kustomize", subdirectory: "/base"),
    ]

    private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("examples").path

    func inputs() throws -> [SourceFile] {
        let root = "\(Self.directory)/\(name)\(subdirectory)"
        let names = try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasSuffix(".yaml") }.sorted()
        try #require(!names.isEmpty)
        return try names.map { file in
            let bytes = try #require(FileManager.default.contents(atPath: "\(root)/\(file)"))
            return SourceFile(path: file, bytes: Array(bytes))
        }
    }

    func request(_ sources: [SourceFile]) throws -> GenerateRequest {
        let bytes = try #require(FileManager.default.contents(atPath: "\(Self.directory)/\(name)/contrast.lock"))
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "contrast.lock", bytes: Array(bytes))
        let lock = try #require(LockReader.read(source, into: &diagnostics))
        let inputs = sources.map { InputFile(source: $0, isNamed: false) }
        var request = GenerateRequest(inputs: inputs, bundles: Bundles(), settings: .defaults, lock: lock)
        request.platform = Platform(.metalQEMUSNP)
        return request
    }
}

extension GenerateRequest {
    func run() -> GenerateResult { GeneratePipeline(self, toolVersion: "1").run() }
}

extension GenerateResult {
    /// What was written, as the inputs of another run.
    var outputs: [SourceFile] { files.map { SourceFile(path: $0.input.path, bytes: $0.bytes) } }

    /// Everything that a run says and writes, as text.
    var everything: [String] {
        let findings = diagnostics.all.map { finding in
            let place = finding.range.map { "\($0.file.path):\($0.start)-\($0.end)" } ?? finding.path ?? ""
            return "\(place) \(finding.severity) \(finding.code) \(finding.message)"
        }
        let texts = files.map { "\($0.input.path)\n\(String(decoding: $0.bytes, as: UTF8.self))" }
        let rest = [manifest ?? [], report.text()].map { String(decoding: $0, as: UTF8.self) }
        return findings.sorted() + texts + rest
    }
}
