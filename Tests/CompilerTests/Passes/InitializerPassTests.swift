// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct InitializerPassTests {
    private let pass = InitializerPass(image: "init:1", coordinatorNamespace: "ns", hasServiceMesh: true)

    /// The spec of a Pod after the initializer alone ran.
    private func spec(_ spec: String) throws -> String {
        let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n"
        let run = try run([pass], on: head + spec, complete: false)
        #expect(run.findings.filter { !$0.contains(" CC0311 ") } == [])
        #expect(run.text.hasPrefix(head))
        return String(run.text.dropFirst(head.count))
    }

    private let initializer = """
          - name: contrast-initializer
            image: init:1
            env:
            - name: COORDINATOR_HOST
              value: coordinator-ready.ns
            resources:
              limits:
                memory: 50Mi
              requests:
                memory: 50Mi
            securityContext:
              capabilities:
                add:
                - NET_ADMIN
            volumeMounts:
            - name: contrast-secrets
              mountPath: /contrast

        """
    private let volume = """
          - name: contrast-secrets
            emptyDir:
              medium: Memory

        """
    private let mount = """
            volumeMounts:
            - name: contrast-secrets
              mountPath: /contrast

        """

    @Test func plainPod() throws {
        let out = try spec("  containers:\n  - name: a\n    image: b\n")
        #expect(
            out
                == "  containers:\n  - name: a\n    image: b\n\(mount)  initContainers:\n\(initializer)  volumes:\n\(volume)"
        )
    }

    @Test func standsFirstAmongInitContainersAndMountsIntoThem() throws {
        let out = try spec(
            "  initContainers:\n  # about i\n  - name: i\n    image: b\n  containers:\n  - name: a\n    image: b\n")
        #expect(
            out == "  initContainers:\n\(initializer)  # about i\n  - name: i\n    image: b\n\(mount)"
                + "  containers:\n  - name: a\n    image: b\n\(mount)  volumes:\n\(volume)")
    }

    @Test func replacesAHandWrittenOne() throws {
        let out = try spec(
            "  initContainers:\n  - name: i\n    image: b\n  - name: contrast-initializer\n    image: mine\n"
                + "  containers:\n  - name: a\n    image: b\n")
        #expect(
            out == "  initContainers:\n\(initializer)  - name: i\n    image: b\n\(mount)"
                + "  containers:\n  - name: a\n    image: b\n\(mount)  volumes:\n\(volume)")
    }

    @Test func reusesAnEmptyDir() throws {
        let text =
            "  containers:\n  - name: a\n    image: b\n  volumes:\n  - name: contrast-secrets\n"
            + "    emptyDir: {medium: Memory}\n"
        let out = try spec(text)
        #expect(out.components(of: "contrast-secrets\n    emptyDir") == 1)
        #expect(out.hasSuffix("    emptyDir: {medium: Memory}\n  initContainers:\n\(initializer)"))
    }

    @Test func replacesAMountAtAnotherPath() throws {
        let out = try spec(
            "  containers:\n  - name: a\n    image: b\n    volumeMounts:\n    - name: contrast-secrets\n"
                + "      mountPath: /mine\n")
        #expect(
            out
                == "  containers:\n  - name: a\n    image: b\n\(mount)  initContainers:\n\(initializer)  volumes:\n\(volume)"
        )
    }

    @Test(arguments: ["hostPath: {path: /x}", "configMap: {name: c}", "persistentVolumeClaim: {claimName: p}"])
    func refusesAnotherVolumeType(source: String) throws {
        let text =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  containers: [{name: a, image: b}]\n  volumes:\n"
            + "  - name: contrast-secrets\n    \(source)\n"
        let run = try run([pass], on: text)
        #expect(run.findings.count == 1)
        #expect(run.findings[0].hasPrefix("7:5 CC"))
    }

    @Test(arguments: ["[]", "", "~", "null"])
    func emptyListsBecomeBlocks(empty: String) throws {
        let out = try spec(
            "  containers:\n  - name: a\n    image: b\n  initContainers: \(empty) # none\n  volumes: \(empty)\n")
        let data = try data("spec:\n" + out)
        let expected = try self.data(spec: "  containers:\n  - name: a\n    image: b\n")
        #expect(data == expected)
        #expect(out.contains("# none"))
    }

    private func data(spec text: String) throws -> [YAMLValue] { try data("spec:\n" + spec(text)) }
    private func data(_ text: String) throws -> [YAMLValue] { try CompilerTests.data(text) }

    @Test(arguments: [("true", false), ("'true'", false), ("'false'", true), ("'True'", true), ("''", true)])
    func skipAnnotation(value: String, applies: Bool) throws {
        let text =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: w, annotations: "
            + "{contrast.edgeless.systems/skip-initializer: \(value)}}\nspec: {containers: []}\n"
        var diagnostics = Diagnostics()
        let documents = YAMLFrontend.parse(SourceFile(path: "t", bytes: Array(text.utf8)), into: &diagnostics)
        let document = try #require(documents.first)
        let object = try #require(KubernetesObject.all(in: YAMLTree(document)).first)
        let pod = try #require(PodObject(object))
        #expect(InitializerPass.applies(to: pod) == applies)
    }
}

extension String {
    /// How often a text stands in this one.
    func components(of text: String) -> Int { ranges(of: text).count }
}
