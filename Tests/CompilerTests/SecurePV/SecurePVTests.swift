// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct SecurePVTests {
    private static let spec = """
        spec:
          containers:
          - name: c
            image: i
          volumes:
          - name: device
            persistentVolumeClaim: {claimName: c}
          - name: files
            configMap: {name: m}

        """

    private func run(_ annotation: String, _ pass: some Pass, to text: String? = nil) throws -> (
        text: String, findings: [String]
    ) {
        let metadata =
            "metadata:\n  name: a\n  annotations:\n    contrast.edgeless.systems/secure-pv: '\(annotation)'\n"
        let source = SourceFile(
            path: "t.yaml", bytes: Array((text ?? "apiVersion: v1\nkind: Pod\n" + metadata + Self.spec).utf8))
        var diagnostics = Diagnostics()
        let tree = YAMLTree(try #require(YAMLFrontend.parse(source, into: &diagnostics).first))
        let object = try #require(KubernetesObject(tree.root))
        var context = PassContext(try #require(PodObject(object)))
        pass.run(&context)
        if !(pass is RemovePass) { context.writeReplaced() }
        var out: [UInt8] = []
        YAMLSplicer.apply(YAMLSplicer.edits(of: tree), to: source.bytes, 0..<source.bytes.count, into: &out)
        let findings = context.diagnostics.all.map { "\($0.severity) \($0.code.rawValue)" }
        return (String(decoding: out, as: UTF8.self), findings)
    }

    private static let initializer = InitializerPass(image: "init", coordinatorNamespace: "x", hasServiceMesh: true)

    @Test func theInitializerOpensTheDeviceAndStays() throws {
        let (text, findings) = try run("device:state", Self.initializer)
        #expect(findings == [])
        #expect(
            text.contains(
                """
                  initContainers:
                  - name: contrast-initializer
                    image: init
                    env:
                    - name: COORDINATOR_HOST
                      value: coordinator-ready.x
                    - name: CRYPTSETUP_DEVICE
                      value: /dev/csi0
                    resources:
                      limits:
                        memory: 100Mi
                      requests:
                        memory: 100Mi
                    securityContext:
                      privileged: true
                      capabilities:
                        add:
                        - NET_ADMIN
                    volumeMounts:
                    - name: contrast-secrets
                      mountPath: /contrast
                    - name: state
                      mountPath: /state
                      mountPropagation: Bidirectional
                    restartPolicy: Always

                """))
        #expect(text.contains("  - name: state\n    emptyDir:\n      medium: Memory\n"))
        let again = try run("device:state", Self.initializer, to: text)
        #expect(again.text == text)
        let removed = try run("device:state", RemovePass(), to: text)
        #expect(removed.text.hasSuffix(Self.spec))
        #expect(removed.findings == [])
    }

    @Test(arguments: ["device", "device:", ":state", "a:b:c", "device:device", "none:state", "files:state", ""])
    func whatIsMalformed(annotation: String) throws {
        #expect(try run(annotation, Self.initializer).findings == ["error CC0310"])
    }

    @Test func theMountVolumeMustBeAnEmptyDir() throws {
        #expect(try run("device:files", Self.initializer).findings == ["error CC0304"])
    }
}
