// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct PolicyLoweringTests {
    private static let suffix = "[bcdfghjklmnpqrstvwxz2456789]+"

    private func annotation(_ key: String, _ container: EffectiveContainer?) -> String? {
        container?.annotations.first { $0.key == key }?.value
    }

    @Test(
        arguments: [
            (.pod, "^a\\.b$"), (.deployment, "^a\\.b-\(suffix)-\(suffix)$"), (.replicaSet, "^a\\.b-\(suffix)$"),
            (.replicationController, "^a\\.b-\(suffix)$"), (.daemonSet, "^a\\.b-\(suffix)$"),
            (.statefulSet, "^a\\.b-[0-9]+$"), (.job, "^a\\.b(-[0-9]+)?-\(suffix)$"),
            (.cronJob, "^a\\.b-[0-9]+(-[0-9]+)?-\(suffix)$"),
        ] as [(WorkloadKind, String)])
    func sandboxNames(_ kind: WorkloadKind, _ expected: String) {
        var test = LoweringCase(kind)
        test.workload.name = Located("a.b")
        for container in [test.pause, test.web] {
            #expect(annotation("io.kubernetes.cri.sandbox-name", container) == expected)
        }
    }

    @Test(
        arguments: [
            (.deployment, 46, 46, "-\(suffix)-\(suffix)$"), (.deployment, 47, 47, "-[0-9bcdfghjklmnpqrstvwxz-]+$"),
            (.deployment, 58, 58, "\(suffix)$"), (.deployment, 63, 58, "\(suffix)$"),
            (.daemonSet, 57, 57, "-\(suffix)$"),
            (.daemonSet, 58, 58, "\(suffix)$"), (.pod, 63, 63, "$"), (.statefulSet, 63, 63, "-[0-9]+$"),
        ] as [(WorkloadKind, Int, Int, String)])
    func longNamesAreCut(_ kind: WorkloadKind, _ length: Int, _ kept: Int, _ ending: String) {
        var test = LoweringCase(kind)
        test.workload.name = Located(String(repeating: "n", count: length))
        let expected = "^" + String(repeating: "n", count: kept) + ending
        #expect(annotation("io.kubernetes.cri.sandbox-name", test.web) == expected)
    }

    @Test func generatedAndMissingNames() {
        var test = LoweringCase()
        test.workload.name = nil
        #expect(annotation("io.kubernetes.cri.sandbox-name", test.web) == nil)
        test.workload.generateName = Located("a.b-")
        #expect(annotation("io.kubernetes.cri.sandbox-name", test.web) == "^a\\.b-\(Self.suffix)$")
    }

    @Test func annotationsOfAContainer() throws {
        var test = LoweringCase()
        test.workload.namespace = Located("prod")
        test.workload.podAnnotations = [
            KeyValue("my/note", "x"), KeyValue("io.katacontainers.config.hypervisor.cc_init_data", "old"),
            KeyValue("io.katacontainers.config.agent.policy", "old"),
        ]
        let web = try #require(test.web)
        #expect(
            web.annotations == [
                KeyValue(
                    "io.katacontainers.pkg.oci.bundle_path",
                    "/run/containerd/io.containerd.runtime.v2.task/k8s.io/$(bundle-id)"),
                KeyValue("io.katacontainers.pkg.oci.container_type", "pod_container"),
                KeyValue("io.kubernetes.cri.container-name", "web"),
                KeyValue("io.kubernetes.cri.container-type", "container"),
                KeyValue("io.kubernetes.cri.image-name", "app:latest"),
                KeyValue("io.kubernetes.cri.sandbox-id", "^[a-z0-9]{64}$"),
                KeyValue("io.kubernetes.cri.sandbox-name", "^demo$"),
                KeyValue("io.kubernetes.cri.sandbox-namespace", "prod"), KeyValue("my/note", "x"),
            ])
        #expect(
            web.runtimeAnnotationPatterns == [
                KeyValue(#"^io\.kubernetes\.container\.terminationMessagePath$"#, "^/.*$"),
                KeyValue(
                    #"^io\.kubernetes\.container\.terminationMessagePolicy$"#, "^(File|FallbackToLogsOnError)$"),
            ])
    }

    /// They are on the pod, so that the runtime may pass them on; the policy need not repeat them.
    @Test func idBlocksAreNamedWithoutTheirContent() {
        var test = LoweringCase()
        let keys = ContrastName.idBlockPrefixes.map { $0 + "Milan" }
        test.workload.podAnnotations = keys.map { KeyValue($0, "content") }
        for key in keys { #expect(annotation(key, test.web) == "") }
    }

    @Test func theNetworkOfThePauseContainer() {
        var test = LoweringCase()
        let uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        #expect(annotation("nerdctl/network-namespace", test.pause) == "^/var/run/netns/cni-\(uuid)$")
        #expect(annotation("nerdctl/network-namespace", test.web) == nil)
        #expect(annotation("io.kubernetes.cri.sandbox-namespace", test.pause) == "")
        #expect(test.pause?.namespaces.map(\.type) == ["ipc", "uts", "mount"])
        test.workload.spec.hostNetwork = true
        #expect(annotation("nerdctl/network-namespace", test.pause) == "^/var/run/netns/cnitest-\(uuid)$")
        #expect(test.pause?.namespaces.map(\.type) == ["ipc", "mount"])
        #expect(test.web?.namespaces.map(\.type) == ["ipc", "uts", "mount"])
    }

    @Test func thePauseContainer() throws {
        var test = LoweringCase()
        test.workload.spec.shareProcessNamespace = true
        let pause = try #require(test.pause)
        #expect(pause.name == "")
        #expect(pause.process.args.map(\.value) == ["/pause"])
        #expect(pause.process.env.map(\.value) == ["PATH=/bin"])
        #expect(pause.process.noNewPrivileges)
        #expect(pause.rootReadonly)
        #expect(!pause.sandboxPidns)
        #expect(pause.runtimeAnnotationPatterns == [])
        #expect(pause.maskedPaths == test.settings.pause.maskedPaths)
        #expect(pause.capabilities == ["$(default_caps)"])
        #expect(test.web?.sandboxPidns == true)
        #expect(test.web?.rootPath == "$(root_path)")
        #expect(test.web?.ociVersion == "1.1.0")
    }

    @Test func containersKeepTheirOrder() throws {
        var test = LoweringCase()
        var first = test.workload.spec.containers[0]
        first.name = Located("first")
        var second = first
        second.name = Located("second")
        test.workload.spec.initContainers = [first, second]
        #expect(test.lower().policy?.containers.map(\.name) == ["", "first", "second", "web"])
    }

    @Test(
        arguments: [
            (nil, nil, ["/app", "serve"]), (["run"], nil, ["run"]), (nil, ["-v"], ["/app", "-v"]),
            (["run"], ["-v"], ["run", "-v"]), ([], [], ["/app", "serve"]),
        ] as [([String]?, [String]?, [String])])
    func arguments(_ command: [String]?, _ args: [String]?, _ expected: [String]) {
        let test = LoweringCase {
            $0.command = command?.map { Located($0) }
            $0.args = args?.map { Located($0) }
        }
        #expect(test.web?.process.args.map(\.value) == expected)
    }

    @Test func argumentsOfTheImageAreNotExpanded() {
        var test = LoweringCase { $0.env = [variable("A", "a")] }
        test.images["app"]?.cmd = ["$(A)", "$$"]
        #expect(test.web?.process.args.map(\.value) == ["/app", "$(A)", "$$$$"])
    }

    @Test func aContainerWithoutACommandIsWarnedOf() {
        var test = LoweringCase()
        test.images["app"]?.entrypoint = nil
        test.images["app"]?.cmd = nil
        #expect(test.lower().findings.map { $0.prefix(14) } == ["warning CC0113"])
    }

    @Test func workingDirectoriesAndPrivileges() {
        var test = LoweringCase()
        #expect(test.web?.process.cwd.value == "/")
        test.images["app"]?.workingDir = "/srv"
        #expect(test.web?.process.cwd.value == "/srv")
        test.workload.spec.containers[0].workingDir = Located("/work")
        #expect(test.web?.process.cwd.value == "/work")
        #expect(test.web?.process.noNewPrivileges == false)
        test.workload.spec.securityContext.allowPrivilegeEscalation = false
        #expect(test.web?.process.noNewPrivileges == true)
        test.workload.spec.containers[0].securityContext.allowPrivilegeEscalation = true
        #expect(test.web?.process.noNewPrivileges == false)
    }

    @Test(
        arguments: [
            (false, [], [], ["$(default_caps)"]), (true, [], [], ["$(privileged_caps)"]),
            (false, ["NET_BIND_SERVICE"], ["ALL"], ["CAP_NET_BIND_SERVICE"]), (false, [], ["all"], []),
            (false, ["KILL"], ["KILL"], nil), (false, ["KILL"], [], ["$(default_caps)"]),
            (false, ["ALL"], [], ["$(privileged_caps)"]), (false, ["cap_sys_admin"], ["ALL"], ["CAP_SYS_ADMIN"]),
        ] as [(Bool, [String], [String], [String]?)])
    func capabilities(_ privileged: Bool, _ add: [String], _ drop: [String], _ expected: [String]?) throws {
        let test = LoweringCase {
            $0.securityContext.privileged = privileged
            $0.securityContext.capabilitiesAdd = add
            $0.securityContext.capabilitiesDrop = drop
        }
        let sets = try #require(test.web).capabilities
        let moved = test.settings.common.defaultCaps.filter { $0 != "CAP_KILL" } + ["CAP_KILL"]
        #expect(sets == expected ?? moved)
    }

    @Test func pathsAreOpenToThePrivileged() {
        #expect(LoweringCase().web?.maskedPaths.count == 9)
        #expect(LoweringCase().web?.readonlyPaths.count == 6)
        let privileged = LoweringCase { $0.securityContext.privileged = true }
        #expect(privileged.web?.maskedPaths == [])
        #expect(privileged.web?.readonlyPaths == [])
    }

    @Test func sysctlsOfThePodStandOverThoseOfTheSettings() {
        var test = LoweringCase()
        test.workload.spec.securityContext.sysctls = [
            KeyValue("net.ipv4.ip_unprivileged_port_start", "80"), KeyValue("kernel.shm_rmid_forced", "1"),
        ]
        let expected = [
            KeyValue("kernel.shm_rmid_forced", "1"), KeyValue("net.ipv4.ip_unprivileged_port_start", "80"),
            KeyValue("net.ipv4.ping_group_range", "0 2147483647"),
        ]
        #expect(test.web?.sysctls == expected)
        #expect(test.pause?.sysctls == expected)
    }

    @Test func blockVolumes() {
        var test = LoweringCase {
            $0.volumeDevices = [VolumeDevice(name: Located("disk"), devicePath: Located("/dev/csi0"))]
        }
        #expect(test.lower().findings.map { $0.prefix(12) } == ["error CC0501"])
        test.workload.volumeClaimTemplates = [Located("disk")]
        #expect(test.web?.devices == [DevicePolicy(containerPath: "/dev/csi0")])
        #expect(test.web?.linuxDevices == [LinuxDevicePolicy(path: "/dev/csi0")])
        test.workload.spec.containers[0].volumeDevices[0].devicePath = Located("/dev/vfio/devices/vfio0")
        #expect(test.lower().findings.map { $0.prefix(12) } == ["error CC0114"])
    }

    @Test func gpus() throws {
        var test = LoweringCase { $0.limits = [KeyValue("nvidia.com/pgpu", "2"), KeyValue("cpu", "1")] }
        let web = try #require(test.web)
        let gpu = DevicePolicy(type: "vfio-pci-gk", containerPath: "/dev/vfio/devices/vfio")
        #expect(web.devices == [gpu, gpu])
        #expect(
            web.runtimeAnnotationPatterns.last == KeyValue(#"^cdi\.k8s\.io/vfio[0-9]+$"#, #"^nvidia\.com/gpu=[0-9]+$"#))
        test.workload.spec.containers[0].limits = [KeyValue("nvidia.com/pgpu", "1E")]
        #expect(test.lower().findings.map { $0.prefix(12) } == ["error CC0105"])
        test.workload.spec.containers[0].limits = [KeyValue("nvidia.com/pgpu", "some")]
        #expect(test.lower().findings.map { $0.prefix(12) } == ["error CC0201"])
    }

    @Test func imagesWithoutFactsGiveNoPolicy() {
        var test = LoweringCase()
        test.images["app"] = nil
        #expect(test.lower().policy == nil)
        #expect(test.lower().findings == [])
        test.workload.spec.containers[0].image = nil
        #expect(test.lower().findings == ["error CC0406 container 'web' has no image"])
    }

    @Test func valuesKnowWhereTheyCameFrom() throws {
        let file = SourceFile(path: "pod.yaml", bytes: Array("0123456789".utf8))
        func at(_ text: String, _ start: Int) -> Located<String> { Located(text, SourceRange(file, start, start + 1)) }
        var test = LoweringCase {
            $0.args = [at("a", 1)]
            $0.env = [EnvVar(name: Located("V"), source: .value(at("v", 2)))]
            $0.workingDir = at("/w", 3)
            $0.securityContext.runAsUser = Located(0, SourceRange(file, 4, 5))
            $0.volumeMounts = [mount("v", "/a") { $0.range = SourceRange(file, 5, 6) }]
        }
        test.add("v", .emptyDir(medium: ""))
        let web = try #require(test.web)
        #expect(web.process.args.last?.range?.start == 1)
        #expect(web.process.env.last?.range?.start == 2)
        #expect(web.process.cwd.range?.start == 3)
        #expect(web.process.uid.range?.start == 4)
        #expect(web.mounts.last?.range?.start == 5)
        #expect(web.storages.last?.range?.start == 5)
    }
}
