// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Driver
import IR
import Testing

/// Runs that must not write anything say so by their result.
@Suite struct FailedRunTests {
    private func run(_ texts: [String], platform: Platform? = Platform(.metalQEMUSNP)) -> GenerateResult {
        let inputs = texts.enumerated().map { number, text in
            InputFile(source: SourceFile(path: "\(number).yaml", bytes: Array(text.utf8)), isNamed: true)
        }
        var request = GenerateRequest(inputs: inputs, bundles: Bundles(), settings: .defaults, lock: LockFile())
        request.platform = platform
        return request.run()
    }

    private let pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: a}
        spec:
          runtimeClassName: contrast-cc
          containers: [{name: a, image: registry.example/absent}]
        """

    @Test func anErrorLeavesNoManifest() {
        let result = run([pod])
        #expect(result.manifest == nil)
        #expect(result.diagnostics.all.contains { $0.severity == .error && $0.code == .imageNotLocked })
    }

    /// Findings of all files are there, in the order of the files, whatever the first one lacks.
    @Test func allProblemsAreReported() {
        let result = run([pod, "a: [", pod.replacing("name: a}", with: "name: b}")])
        let errors = result.diagnostics.all.filter { $0.severity == .error }
        #expect(errors.map { $0.range?.file.path } == ["1.yaml", "0.yaml", "2.yaml"])
        #expect(errors.map(\.code) == [.invalidYAML, .imageNotLocked, .imageNotLocked])
    }

    @Test func insecurePlatformsMustBeAllowed() {
        let result = run([pod], platform: Platform(.metalQEMUSNP, insecure: true))
        #expect(result.diagnostics.all.contains { $0.severity == .error && $0.code == .unknownPlatform })
    }

    @Test func noInputsIsAnError() {
        #expect(run([]).diagnostics.hasErrors)
        #expect(run(["# nothing\n"]).diagnostics.hasErrors)
    }

    @Test(arguments: [(200_000, false), (262_144, true)])
    func annotationsThatNoClusterAcceptsAreRefused(size: Int, isRefused: Bool) throws {
        let digest = "sha256:" + String(repeating: "1", count: 64)
        let lock = """
            {"version": 1, "images": {"registry.example/absent": {"digest": "\(digest)", "platform": "linux/amd64",
            "config": {"Entrypoint": ["/a"]}, "passwd": "", "group": ""}}}
            """
        var diagnostics = Diagnostics()
        let read = LockReader.read(SourceFile(path: "contrast.lock", bytes: Array(lock.utf8)), into: &diagnostics)
        let own = "metadata: {name: a, annotations: {own: \(String(repeating: "a", count: size))}}"
        let text = pod.replacing("metadata: {name: a}", with: own)
        var request = GenerateRequest(
            inputs: [InputFile(source: SourceFile(path: "a.yaml", bytes: Array(text.utf8)), isNamed: true)],
            bundles: Bundles(), settings: .defaults, lock: try #require(read))
        request.platform = Platform(.metalQEMUSNP)
        let errors = request.run().diagnostics.all.filter { $0.severity == .error }
        #expect(errors.map(\.code) == (isRefused ? [.policyTooLarge] : []))
    }
}
