// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct SchemaCheckTests {
    /// Findings as `line:column severity code message`.
    private func findings(_ text: String) throws -> [String] {
        let source = SourceFile(path: "t.yaml", bytes: Array(text.utf8))
        var diagnostics = Diagnostics()
        let document = try #require(YAMLFrontend.parse(source, into: &diagnostics).first)
        let object = try #require(KubernetesObject(YAMLTree(document).root))
        SchemaCheck.check(object, into: &diagnostics)
        return diagnostics.all.map { finding in
            let place = finding.range.map { source.position(at: $0.start) }
            return
                "\(place?.line ?? 0):\(place?.column ?? 0) \(finding.severity) \(finding.code.rawValue) \(finding.message)"
        }
    }

    @Test func theTableNamesOnlyTypesItHas() {
        #expect(KubernetesSchema.current.isClosed)
        #expect(KubernetesSchema.current.typeCount > 140)
    }

    @Test func acceptsWhatKubernetesAccepts() throws {
        let found = try findings(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: a, annotations: {x: "1"}, creationTimestamp: null}
            spec:
              replicas: 2
              strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}}
              template:
                spec:
                  securityContext: {runAsNonRoot: true, fsGroupChangePolicy: OnRootMismatch}
                  containers:
                  - name: c
                    image: i
                    resources: {limits: {cpu: 1, memory: 64Mi}}
                    livenessProbe: {httpGet: {port: http}}
            status: {anything: [1, 2]}
            """)
        #expect(found == [])
    }

    /// What is quoted stays quoted, as JSON needs it.
    @Test(arguments: ["", "\"", "'"])
    func aMisspeltFieldIsAnErrorWithASuggestion(_ quote: String) throws {
        let key = "\(quote)runtimeClasName\(quote)"
        let text =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  \(key): contrast-cc\n  containers: []\n"
        #expect(try findings(text) == ["5:3 error CC0112 spec.runtimeClasName: PodSpec has no such field"])
        let source = SourceFile(path: "t.yaml", bytes: Array(text.utf8))
        var diagnostics = Diagnostics()
        let document = try #require(YAMLFrontend.parse(source, into: &diagnostics).first)
        SchemaCheck.check(try #require(KubernetesObject(YAMLTree(document).root)), into: &diagnostics)
        #expect(diagnostics.all.first?.notes.first?.message == "did you mean 'runtimeClassName'?")
        #expect(diagnostics.all.first?.fixIts.first?.replacement == "\(quote)runtimeClassName\(quote)")
    }

    @Test(arguments: [
        ("replicas: two", "5:13 error CC0111 spec.replicas: expected an integer, found 'two'"),
        ("template: []", "5:13 error CC0111 spec.template: expected a mapping, found a sequence"),
        ("paused: maybe", "5:11 error CC0111 spec.paused: expected true or false, found 'maybe'"),
        (
            "selector: {matchLabels: [a]}",
            "5:27 error CC0111 spec.selector.matchLabels: expected a mapping, found a sequence"
        ),
        (
            "selector: {matchLabels: {app: 1}}",
            "5:33 warning CC0109 spec.selector.matchLabels.app: '1' is not a string without quotes; "
                + "Kubernetes may refuse or change it"
        ),
    ])
    func valuesOfTheWrongType(line: String, expected: String) throws {
        let found = try findings("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  \(line)\n")
        #expect(found == [expected])
    }

    /// A kind of another group has its own fields.
    @Test func kindsOfOtherGroupsAreNotChecked() throws {
        let job = "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: a}\nspec: {minAvailable: 3}\n"
        #expect(try findings(job) == [])
        #expect(try findings(job.replacing("batch.volcano.sh/v1alpha1", with: "batch/v1")).count == 1)
        #expect(try findings(job.replacing("batch.volcano.sh/v1alpha1", with: "extensions/v1beta1")).count == 1)
    }

    /// A tag says what a value is, however it is quoted.
    @Test func explicitTagsAreFollowed() throws {
        let pod =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {priority: !!int '1', hostIPC: !!bool \"false\", "
        #expect(try findings(pod + "volumes: !!null 'null'}\n") == [])
        #expect(try findings(pod + "nodeName: !!str 1}\n") == [])
        #expect(try findings(pod + "terminationGracePeriodSeconds: !!int 'x'}\n").count == 1)
        #expect(try findings(pod + "terminationGracePeriodSeconds: !!str 1}\n").count == 1)
    }

    @Test func whatHasNoEffectIsWarnedOf() throws {
        let found = try findings(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true\n  hostIPC: false\n  containers: []\n"
        )
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("5:3 warning CC0512 spec.hostPID") == true)
    }
}
