// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct EnvironmentTests {
    /// The variables beside those of image and runtime.
    private func own(_ policy: SandboxPolicy?) -> [String]? {
        policy?.containers.last?.process.env.map(\.value).filter { $0 != "PATH=/bin" && $0 != "HOSTNAME=$(host-name)" }
    }

    @Test(arguments: [
        ("$(A)", "V=a"), ("x$(A)y", "V=xay"), ("$$(A)", "V=$(A)"), ("$$$(A)", "V=$a"), ("$$$$", "V=$$"), ("$", "V=$"),
        ("$(B", "V=$(B"), ("$()", "V=$()"), ("$(NONE)", "V=$(NONE)"), ("$(NONE)$(A)", "V=$(NONE)a"), ("$A", "V=$A"),
        ("$(E)", "V=k=v"), ("$(LATER)", "V=$(LATER)"), ("$(PATH)", "V=$(PATH)"), ("$($(A)", "V=$($(A)"), ("", "V="),
        ("$(N)", "V=$(sandbox-name)"), ("é$(A)", "V=éa"),
    ])
    func referencesAreExpandedAsTheKubeletDoes(_ value: String, _ expected: String) {
        let test = LoweringCase {
            $0.env = [
                variable("A", "a"), variable("E", "k=v"), variable("N", .field(Located("metadata.name"))),
                variable("V", value), variable("LATER", "later"),
            ]
        }
        #expect(own(test.lower().policy)?.dropFirst(3).first == expected)
    }

    @Test(arguments: [
        ("plain", "plain"), ("$(A)", "a"), ("$(date)", "$(date)"), ("$$(A)", "$(A)"), ("$$$$", "$$$$"),
        ("cost: $5", "cost: $5"), ("$(N)", "$(sandbox-name)"), ("-$(N)-", "-$(sandbox-name)-"),
        ("$$$(N)", "$$$(sandbox-name)"), ("$$$$$(N)", "$$$$$(sandbox-name)"), ("$$(sandbox-name)", "$$(sandbox-name)"),
        ("$(node-name)", "$$(node-name)"), ("$$x$$", "$x$"),
    ])
    func argumentsSurviveWhatTheRulesDoToDollars(_ value: String, _ expected: String) {
        let test = LoweringCase {
            $0.env = [variable("A", "a"), variable("N", .field(Located("metadata.name")))]
            $0.args = literals(value)
        }
        #expect(test.web?.process.args.map(\.value) == ["/app", expected])
    }

    @Test func probesSeeValuesAsWrittenAndHooksNone() {
        let test = LoweringCase {
            $0.env = [variable("A", "a"), variable("B", "$(A)"), variable("C", .field(Located("metadata.name")))]
            $0.livenessExec = literals("$(A)", "$(B)", "$(C)", "$$", "$(D)")
            $0.preStopExec = literals("$(A)")
            $0.startupExec = []
        }
        #expect(test.web?.execCommands == [literals("a", "$(A)", "", "$", "$(D)"), literals("$(A)")])
    }

    @Test(arguments: [
        ("metadata.name", "$(sandbox-name)"), ("metadata.namespace", "$(sandbox-namespace)"),
        ("metadata.uid", "$(pod-uid)"), ("status.hostIP", "$(host-ip)"), ("status.podIP", "$(pod-ip)"),
        ("status.hostIPs", "$(host-ips)"), ("status.podIPs", "$(pod-ips)"), ("spec.nodeName", "$(node-name)"),
        ("spec.serviceAccountName", "robot"), ("metadata.labels['a.b/c']", "label"),
        ("metadata.annotations['k']", "note"), ("metadata.annotations['none']", "$(todo-annotation)"),
    ])
    func fields(_ path: String, _ expected: String) {
        var test = LoweringCase { $0.env = [variable("V", .field(Located(path)))] }
        test.workload.podLabels = [KeyValue("a.b/c", "label")]
        test.workload.podAnnotations = [KeyValue("k", "note")]
        test.workload.spec.serviceAccountName = Located("robot")
        let (policy, findings) = test.lower()
        #expect(own(policy) == ["V=" + expected])
        #expect(findings.count == (path.contains("none") ? 1 : 0))
    }

    @Test func aNamedNamespaceAndTheDefaultServiceAccount() {
        var test = LoweringCase {
            $0.env = [
                variable("N", .field(Located("metadata.namespace"))),
                variable("S", .field(Located("spec.serviceAccountName"))),
                variable("R", .resource(Located("limits.cpu"))),
            ]
        }
        test.workload.namespace = Located("prod")
        #expect(own(test.lower().policy) == ["N=prod", "S=default", "R=$(resource-field)"])
    }

    @Test(arguments: ["status.phase", "metadata.labels", "metadata.labels['']", "metadata.labels[x]", ""])
    func unknownFieldsAreErrors(_ path: String) {
        let (policy, findings) = LoweringCase { $0.env = [variable("V", .field(Located(path)))] }.lower()
        #expect(policy == nil)
        #expect(findings == ["error CC0505 '\(path)' is not a field that variable 'V' can be set from"])
    }

    private func objects() -> ConfigObjects {
        var objects = ConfigObjects()
        objects.configMaps["cm"] = [
            ConfigObject(
                name: "cm", namespace: nil, data: ["b": "$(A)", "a": "1", "x=y": ""])
        ]
        objects.secrets["s"] = [
            ConfigObject(name: "s", namespace: nil, data: ["pw": "hunter2"], binaryKeys: ["bin"])
        ]
        return objects
    }

    @Test func sourcesAreLookedUpAndPrefixed() {
        var test = LoweringCase {
            $0.envFrom = [EnvFrom(prefix: "P_", source: .configMap(name: Located("cm"), optional: false))]
            $0.env = [
                variable("A", "x"), variable("K", .configMapKey(name: Located("cm"), key: "b", optional: false)),
                variable("V", "$(P_a)$(K)"),
            ]
        }
        test.configObjects = objects()
        #expect(own(test.lower().policy) == ["P_a=1", "P_b=$(A)", "A=x", "K=$(A)", "V=1$(A)"])
    }

    @Test func secretsAreNamedAndNeverShown() {
        var test = LoweringCase {
            $0.envFrom = [EnvFrom(source: .secret(name: Located("s"), optional: false))]
            $0.env = [variable("K", .secretKey(name: Located("s"), key: "pw", optional: false))]
        }
        test.configObjects = objects()
        test.configObjects.secrets["s"]?[0].binaryKeys = []
        let (policy, findings) = test.lower()
        #expect(own(policy) == ["pw=hunter2", "K=hunter2"])
        #expect(
            findings == [
                "warning CC0502 the policy holds Secret 's' in clear, as variables 'pw' of container 'web'",
                "warning CC0502 the policy holds key 'pw' of Secret 's' in clear, as variable 'K' of container 'web'",
            ])
    }

    /// What nobody knows is not allowed, whatever its name.
    @Test(arguments: [true, false])
    func unknownSourcesGiveNoVariables(optional: Bool) {
        var test = LoweringCase {
            $0.envFrom = [
                EnvFrom(source: .configMap(name: Located("none"), optional: optional)),
                EnvFrom(source: .secret(name: Located("none"), optional: optional)),
            ]
            $0.env = [
                variable("A", .configMapKey(name: Located("cm"), key: "none", optional: optional)),
                variable("B", .secretKey(name: Located("none"), key: "k", optional: optional)),
                variable("C", "<$(B)>"),
            ]
        }
        test.configObjects = objects()
        let (policy, findings) = test.lower()
        #expect(own(policy) == ["C=<$(B)>"])
        let start = optional ? "note CC0501 " : "warning CC0501 "
        let (middle, end) =
            optional
            ? (", so the policy expects nothing from it; ", " may be absent only")
            : (", so the policy does not know ", " and the pod is refused at its start")
        let expected = [
            ("ConfigMap 'none' is not among the inputs", "the variables of envFrom of container 'web'"),
            ("Secret 'none' is not among the inputs", "the variables of envFrom of container 'web'"),
            ("ConfigMap 'cm' has no key 'none'", "variable 'A' of container 'web'"),
            ("Secret 'none' is not among the inputs", "variable 'B' of container 'web'"),
        ]
        #expect(findings == expected.map { start + $0.0 + middle + $0.1 + end })
    }

    @Test func whatCannotBeAVariableIsAnError() {
        var test = LoweringCase {
            $0.envFrom = [EnvFrom(source: .unsupported(Located("x")))]
            $0.env = [
                variable("a=b", ""), variable("V", .unsupported(Located("fileKeyRef"))),
                variable("B", .secretKey(name: Located("s"), key: "bin", optional: false)),
            ]
        }
        test.configObjects = objects()
        #expect(
            test.lower().findings.map { $0.prefix(12) } == [
                "error CC0505", "error CC0114", "error CC0505", "error CC0505",
            ])
    }

    @Test func overriddenValuesStayInCompatAndGoInStrict() {
        var test = LoweringCase { $0.env = [variable("PATH", "/x"), variable("A", "1"), variable("A", "2")] }
        #expect(
            test.web?.process.env.map(\.value) == ["PATH=/bin", "HOSTNAME=$(host-name)", "PATH=/x", "A=1", "A=2"])
        test.profile = .strict
        #expect(test.web?.process.env.map(\.value) == ["HOSTNAME=$(host-name)", "PATH=/x", "A=2"])
    }

    @Test func anImageWithoutVariablesGetsAPathAndATerminalATerm() {
        var test = LoweringCase { $0.tty = true }
        test.images["app"]?.env = nil
        test.settings.other.env = ["EXTRA=1"]
        #expect(
            test.web?.process.env.map(\.value) == [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm",
                "HOSTNAME=$(host-name)", "EXTRA=1",
            ])
        #expect(test.web?.process.terminal == true)
    }

    /// containerd sets its own first.
    @Test func variablesOfTheImageComeAfterThoseOfTheRuntime() {
        var test = LoweringCase { $0.tty = true }
        test.profile = .strict
        test.images["app"]?.env = ["PATH=/bin", "TERM=dumb"]
        #expect(test.web?.process.env.map(\.value).contains("TERM=dumb") == true)
        #expect(test.web?.process.env.map(\.value).contains("TERM=xterm") == false)
    }

    @Test func aNumberedPodKnowsItsNumber() {
        var test = LoweringCase { $0.args = literals("--shard=$(JOB_COMPLETION_INDEX)") }
        test.profile = .strict
        #expect(test.web?.process.args.map(\.value).last == "--shard=$$(JOB_COMPLETION_INDEX)")
        test.workload.isIndexed = true
        #expect(test.web?.process.args.map(\.value).last?.contains("$(completion-index)") == true)
        #expect(test.web?.process.env.map(\.value).contains("JOB_COMPLETION_INDEX=$(completion-index)") == true)
    }

    @Test func certainDenialsAreWarnedOf() {
        let test = LoweringCase {
            $0.env = [
                variable("N", .field(Located("metadata.name"))), variable("IP", .field(Located("status.podIP"))),
                variable("V", "x-$(N)"), variable("U", "http://$(API_SERVICE_HOST)"),
            ]
            $0.args = literals("$(IP)", "$(N)")
        }
        let findings = test.lower().findings
        #expect(findings.count == 3)
        #expect(findings.allSatisfy { $0.hasPrefix("warning CC0505") })
    }

    @Test func textThatLooksLikeAPlaceholderIsWarnedOf() {
        let test = LoweringCase {
            $0.env = [variable("V", "$$(pod-ip)"), variable("W", "$(node)")]
            $0.args = literals("$(node-name)", "$(date)")
        }
        #expect(test.lower().findings.map { $0.prefix(14) } == ["warning CC0114", "warning CC0114"])
    }

    @Test func referencesCannotGrowWithoutLimit() {
        let test = LoweringCase {
            $0.env = [variable("V0", "xxxxxxxxxxxxxxxx")]
            for index in 1..<64 { $0.env.append(variable("V\(index)", "$(V\(index - 1))$(V\(index - 1))")) }
        }
        let (policy, findings) = test.lower()
        #expect(policy == nil)
        #expect(findings.map { $0.prefix(12) } == ["error CC0105"])
    }
}
