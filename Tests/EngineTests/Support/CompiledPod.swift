// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Driver
import FoundationEssentials
import IR
import InitDataFormat
import Testing

/// The policy of one workload, taken out of what generate wrote.
struct CompiledPod: Sendable {
    var name: String
    var text: [UInt8]
    var policy: PolicyData

    /// Compiles sources, and reads back the policies of all workloads in them.
    static func compile(
        _ sources: [SourceFile], lock: LockFile, settings: PolicySettings = .defaults, profile: PolicyProfile = .compat,
        switches: GenerateRequest.Switches = .init(), layout: PolicyLayout = .release
    ) throws -> [CompiledPod] {
        var request = GenerateRequest(
            inputs: sources.map { InputFile(source: $0, isNamed: false) }, bundles: Bundles(), settings: settings,
            lock: lock)
        request.platform = Platform(.metalQEMUSNP)
        request.profile = profile
        request.switches = switches
        request.policyLayout = layout
        let result = GeneratePipeline(request, toolVersion: "0").run()
        try #require(!result.diagnostics.hasErrors, "\(result.diagnostics.all.map(\.message))")
        var diagnostics = Diagnostics()
        let attached = result.files.flatMap {
            PolicyAnnotations.read(SourceFile(path: $0.input.path, bytes: $0.bytes), into: &diagnostics)
        }
        return try attached.map {
            let text = Array(try #require($0.content.policy).utf8)
            return CompiledPod(name: try #require($0.workload), text: text, policy: try PolicyReader.read(text))
        }
    }
}

/// Files by their paths below a directory.
struct Folder {
    let url: URL

    init(_ path: String) { url = URL(filePath: path) }

    func source(_ name: String) throws -> SourceFile {
        SourceFile(path: name, bytes: Array(try Data(contentsOf: url.appending(path: name))))
    }

    func contains(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: url.appending(path: name).path())
    }

    /// The names of all files with such an ending, sorted.
    func names(endingWith suffix: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: url.path()).filter { $0.hasSuffix(suffix) }.sorted()
    }
}

extension LockFile {
    static func read(_ source: SourceFile) throws -> LockFile {
        var diagnostics = Diagnostics()
        let file = LockReader.read(source, into: &diagnostics)
        return try #require(file, "\(diagnostics.all.map(\.message))")
    }
}
