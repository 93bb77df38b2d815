// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Driver
import IR
import Testing

/// `generate --all` over deployments that were not written for it, each file on its own.
@Suite(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
struct CompilationTests {
    /// As it is by default, and with everything that generate can inject.
    @Test(arguments: 0..<Self.shards, [false, true])
    func generateAndRemove(shard: Int, injectsAll: Bool) {
        let bundles = Bundles()
        for (number, source) in TestData.deployments.enumerated() where number % Self.shards == shard {
            var check = Compilation(source: source, bundles: bundles)
            check.injectsAll = injectsAll
            let result = check.generate(source)
            check.errorsHavePositions(result)
            guard !result.diagnostics.hasErrors else { continue }
            let compiled = SourceFile(path: source.path, bytes: result.files[0].bytes)
            check.otherDocumentsAreKept(compiled)
            check.secondRunChangesNothing(compiled, result)
            check.removeRestores(compiled)
        }
    }

    private static let shards = 8
}

/// What must be true of the compilation of one file.
struct Compilation {
    let source: SourceFile
    let lock: LockFile
    let bundles: Bundles
    /// An image store and a debug shell too.
    var injectsAll = false

    init(source: SourceFile, bundles: Bundles) {
        self.source = source
        self.bundles = bundles
        lock = LockFromImages.make(for: source)
    }

    func generate(_ source: SourceFile, remove: Bool = false) -> GenerateResult {
        var request = GenerateRequest(
            inputs: [InputFile(source: source, isNamed: false)], bundles: bundles, settings: .defaults, lock: lock)
        request.platform = Platform(.metalQEMUSNP)
        request.switches.all = !remove
        request.switches.remove = remove
        request.switches.injectImageStore = injectsAll
        request.switches.debugShell = injectsAll
        request.switches.reportsEverything = injectsAll
        return GeneratePipeline(request, toolVersion: "0").run()
    }

    /// How many objects of a file bear pods.
    static func workloads(in source: SourceFile) -> Int {
        documents(source).reduce(0) { count, document in
            count + KubernetesObject.all(in: YAMLTree(document)).count { WorkloadKind.of($0) != nil }
        }
    }

    func errorsHavePositions(_ result: GenerateResult) {
        for finding in result.diagnostics.all where finding.severity == .error && finding.code != .nothingToCompile {
            #expect(finding.range != nil, "\(source.path): no position: \(finding.message)")
        }
    }

    func otherDocumentsAreKept(_ compiled: SourceFile) {
        let (old, new) = (Self.documents(source), Self.documents(compiled))
        guard old.count == new.count else {
            Issue.record("\(source.path) had \(old.count) documents and has \(new.count)")
            return
        }
        for (before, after) in zip(old, new) {
            let objects = KubernetesObject.all(in: YAMLTree(before))
            guard !objects.contains(where: { PodObject($0) != nil }) else { continue }
            let (left, right) = (Self.bytes(before), Self.bytes(after))
            #expect(left == right, "a document of \(source.path) that is no workload was changed")
        }
    }

    func secondRunChangesNothing(_ compiled: SourceFile, _ first: GenerateResult) {
        let second = generate(compiled)
        #expect(second.files.map(\.bytes) == [compiled.bytes], "a second run changes \(source.path)")
        #expect(second.manifest == first.manifest, "a second run changes the manifest of \(source.path)")
    }

    func removeRestores(_ compiled: SourceFile) {
        let removed = generate(compiled, remove: true)
        #expect(!removed.diagnostics.hasErrors, "\(source.path): \(removed.diagnostics.all.map(\.message))")
        guard let bytes = removed.files.first?.bytes, bytes != source.bytes else { return }
        let restored = SourceFile(path: source.path, bytes: bytes)
        let (old, new) = (Self.documents(source), Self.documents(restored))
        let isSame =
            old.count == new.count
            && zip(old, new).allSatisfy { YAMLTree($0).root.means(YAMLTree($1).root.value) }
        #expect(isSame, "removal leaves other data in \(source.path)")
    }

    private static func documents(_ source: SourceFile) -> [YAMLDocument] {
        var ignored = Diagnostics()
        return YAMLFrontend.parse(source, into: &ignored)
    }

    private static func bytes(_ document: YAMLDocument) -> ArraySlice<UInt8> {
        document.source.bytes[document.range.clamped(to: 0..<document.source.bytes.count)]
    }
}
