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

    private func errors(_ text: String, all: Bool = true) -> [DiagnosticCode] {
        let input = InputFile(source: SourceFile(path: "a.yaml", bytes: Array(text.utf8)), isNamed: false)
        var request = GenerateRequest(inputs: [input], bundles: Bundles(), settings: .defaults, lock: LockFile())
        request.platform = Platform(.metalQEMUSNP)
        request.switches.all = all
        return request.run().diagnostics.all.filter { $0.severity == .error }.map(\.code)
    }

    /// What is asked for and cannot be compiled is not skipped.
    @Test func noWorkloadIsSkippedSilently() {
        let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 2}\n"
        #expect(errors(deployment) == [.missingField])
        #expect(errors(deployment, all: false) == [])
        #expect(errors(deployment.replacing("apps/v1", with: "example.org/v1")) == [])

        let list = "apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n  spec: {containers: []}\n"
        #expect(errors(list) == [.missingField], "a Pod without containers")
        #expect(errors(list.replacing("PodList", with: "List")) == [.notAKubernetesObject])
        #expect(errors("apiVersion: example.org/v1\nkind: AllowList\nitems: [a, b]\n") == [])
    }

    /// The group of its first releases does not make a workload another one.
    @Test func identitiesAreThoseOfToday() {
        let pods = ["apps/v1", "extensions/v1beta1"].map { version in
            """
            apiVersion: \(version)
            kind: DaemonSet
            metadata: {name: a}
            spec: {template: {spec: {containers: [{name: a, image: registry.example/absent}]}}}

            """
        }
        #expect(errors(pods.joined(separator: "---\n")).contains(.duplicateObject))
    }

    @Test func noInputsIsAnError() {
        #expect(run([]).diagnostics.hasErrors)
        #expect(run(["# nothing\n"]).diagnostics.hasErrors)
    }

    /// Pods of both are named alike, so no policy tells them apart; each is shown where it stands, whatever files there are.
    @Test func onePolicyOfTwoIdentitiesIsShownInBothFiles() throws {
        let inputs = ["DaemonSet", "ReplicaSet"].map { kind in
            let text = """
                # \(kind)
                apiVersion: apps/v1
                kind: \(kind)
                metadata: {name: a}
                spec:
                  selector: {matchLabels: {app: a}}
                  template:
                    metadata: {labels: {app: a}}
                    spec:
                      runtimeClassName: contrast-cc
                      containers: [{name: a, image: registry.example/absent}]
                """
            return InputFile(source: SourceFile(path: "\(kind).yaml", bytes: Array(text.utf8)), isNamed: true)
        }
        let other = InputFile(source: SourceFile(path: "c.yaml", bytes: Array(pod.utf8)), isNamed: true)
        var request = GenerateRequest(
            inputs: [other] + inputs, bundles: Bundles(), settings: .defaults, lock: try lock())
        request.platform = Platform(.metalQEMUSNP)
        let error = try #require(request.run().diagnostics.all.first { $0.code == .policyHashCollision })
        let ranges = try [#require(error.range), #require(error.notes.first?.range)]
        #expect(ranges.map(\.file.path) == ["ReplicaSet.yaml", "DaemonSet.yaml"])
        #expect(ranges.map { $0.file.position(at: $0.start).line } == [4, 4])
        #expect(ranges.map { $0.file.text(ofLine: 1) } == ["# ReplicaSet", "# DaemonSet"])
    }

    private func lock() throws -> LockFile {
        let digest = "sha256:" + String(repeating: "1", count: 64)
        let lock = """
            {"version": 1, "images": {"registry.example/absent": {"digest": "\(digest)", "platform": "linux/amd64",
            "config": {"Entrypoint": ["/a"]}, "passwd": "", "group": ""}}}
            """
        var diagnostics = Diagnostics()
        return try #require(
            LockReader.read(SourceFile(path: "contrast.lock", bytes: Array(lock.utf8)), into: &diagnostics))
    }

    @Test(arguments: [(200_000, false), (262_144, true)])
    func annotationsThatNoClusterAcceptsAreRefused(size: Int, isRefused: Bool) throws {
        let own = "metadata: {name: a, annotations: {own: \(String(repeating: "a", count: size))}}"
        let text = pod.replacing("metadata: {name: a}", with: own)
        var request = GenerateRequest(
            inputs: [InputFile(source: SourceFile(path: "a.yaml", bytes: Array(text.utf8)), isNamed: true)],
            bundles: Bundles(), settings: .defaults, lock: try lock())
        request.platform = Platform(.metalQEMUSNP)
        let errors = request.run().diagnostics.all.filter { $0.severity == .error }
        #expect(errors.map(\.code) == (isRefused ? [.policyTooLarge] : []))
        let notes = errors.flatMap { $0.notes.map(\.message) }
        #expect(notes.count == (isRefused ? 3 : 0))
        #expect(notes.first?.hasPrefix("the set of rules takes ") != false)
    }
}
