// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// Kubernetes does not tell an empty text from none where a field may be left out.
@Suite struct EmptyStringTests {
    @Test(arguments: ["\"\"", "", "null"]) func emptyIsAbsent(_ text: String) throws {
        let yaml = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
              namespace: \(text)
            spec:
              serviceAccountName: \(text)
              containers:
              - name: web
                image: a:1
                volumeMounts:
                - {name: v, mountPath: /v, subPath: \(text.isEmpty ? "~" : text), subPathExpr: ""}
              volumes:
              - {name: v, emptyDir: {}}
            """
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "t.yaml", bytes: Array(yaml.utf8))
        let document = try #require(YAMLFrontend.parse(source, into: &diagnostics).first)
        let object = try #require(KubernetesObject.all(in: YAMLTree(document)).first)
        let workload = WorkloadDecoder.decode(try #require(PodObject(object)), into: &diagnostics)
        #expect(diagnostics.all.isEmpty)
        #expect(workload.namespace == nil && workload.spec.serviceAccountName == nil)
        let mount = try #require(workload.spec.containers.first?.volumeMounts.first)
        #expect(mount.subPath == nil && mount.subPathExpr == nil)
    }
}
