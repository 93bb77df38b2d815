// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct AdviceTests {
    /// Findings about a pod whose spec is given, as `line:column severity code`.
    private func findings(_ spec: String, kind: String = "Pod", apiVersion: String = "v1") throws -> [String] {
        let text = "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: a}\nspec:\n\(spec)"
        let source = SourceFile(path: "t.yaml", bytes: Array(text.utf8))
        var diagnostics = Diagnostics()
        let document = try #require(YAMLFrontend.parse(source, into: &diagnostics).first)
        let object = try #require(KubernetesObject(YAMLTree(document).root))
        OutdatedVersion.check(object, into: &diagnostics)
        if let pod = PodObject(object) {
            let workload = WorkloadDecoder.decode(pod, into: &diagnostics)
            WorkloadAdvice.check(workload, into: &diagnostics)
        }
        return diagnostics.all.map { finding in
            let place = finding.range.map { source.position(at: $0.start) }
            return "\(place?.line ?? 0):\(place?.column ?? 0) \(finding.severity) \(finding.code.rawValue)"
        }
    }

    private static let mounts =
        "  containers:\n  - name: c\n    image: i\n    volumeMounts: [{name: v, mountPath: /v}]\n  volumes:\n"

    @Test(arguments: [
        "configMap: {name: m}", "downwardAPI: {}", "emptyDir: {}", "projected: {}", "secret: {secretName: s}",
        "ephemeral: {}", "hostPath: {path: /dev/fuse}",
    ])
    func volumesThatWork(source: String) throws {
        #expect(try findings(Self.mounts + "  - name: v\n    \(source)\n") == [])
    }

    @Test(arguments: [
        "hostPath: {path: /var/run}", "persistentVolumeClaim: {claimName: p}", "nfs: {server: s, path: /p}",
        "iscsi: {}", "azureFile: {secretName: s}",
    ])
    func volumesThatDoNot(source: String) throws {
        #expect(try findings(Self.mounts + "  - name: v\n    \(source)\n") == ["10:11 warning CC0504"])
    }

    @Test func aVolumeThatNobodyMountsIsNoMatter() throws {
        let spec = "  containers:\n  - name: c\n    image: i\n  volumes:\n  - name: v\n    hostPath: {path: /var}\n"
        #expect(try findings(spec) == [])
    }

    @Test func privilegeNetworkAndCommands() throws {
        let spec = """
              hostNetwork: true
              containers:
              - name: c
                image: i
                securityContext: {privileged: true}
                livenessProbe: {exec: {command: [a]}}
                lifecycle: {preStop: {exec: {command: [b]}}}
            """
        #expect(
            try findings(spec + "\n") == [
                "5:3 warning CC0514", "7:11 warning CC0513", "10:38 note CC0515", "11:44 note CC0515",
            ])
    }

    @Test(arguments: [
        ("Deployment", "apps/v1", []), ("Deployment", "extensions/v1beta1", ["1:13 warning CC0110"]),
        ("CronJob", "batch/v1beta1", ["1:13 warning CC0110"]), ("Deployment", "example.com/v1", []),
    ])
    func versions(kind: String, version: String, expected: [String]) throws {
        #expect(try findings("  replicas: 1\n", kind: kind, apiVersion: version) == expected)
    }

    @Test(arguments: [
        ("nginx", 1), ("nginx:latest", 1), ("nginx:1.25", 0), ("nginx@sha256:" + String(repeating: "a", count: 64), 0),
        ("${IMAGE}", 0),
    ])
    func images(image: String, warnings: Int) {
        var diagnostics = Diagnostics()
        WorkloadAdvice.check(image: Located(image), into: &diagnostics)
        #expect(diagnostics.all.filter { $0.code == .imageWithoutDigest }.count == warnings)
    }
}
