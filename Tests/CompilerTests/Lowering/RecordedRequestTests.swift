// SPDX-License-Identifier: Apache-2.0

import Compiler
import FoundationEssentials
import IR
import Testing

/// Requests recorded from real runtimes, compared with what lowering expects of the pods they were made for.
@Suite struct RecordedRequestTests {
    private static let directory = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATA"].map {
        $0 + "/kata-policy/"
    }

    private static let pauseImage =
        "registry.k8s.io/pause:3.6@sha256:3d380ca8864549e74af4b29c10f9cb0956236dfb01c40ca076fb6c37253234db"
    private static let gidImage =
        "ghcr.io/burgerdev/weird-images/gid:latest"
        + "@sha256:bdbb485bb9e3baf381a2957b9369b6051c6113097a5f8dcee27faff17624a2c0"
    private static let redisImage =
        "quay.io/kata-containers/test-images/opstree/redis:"
        + "sha256-2642c7b07713df6897fa88cbe6db85170690cf3650018ceb2ab16cfa0b4f8d48"

    private static func read(_ name: String) throws -> JSONValue {
        let path = try #require(directory) + name
        return try JSONParser.parse([UInt8](Data(contentsOf: URL(filePath: path))))
    }

    private static func images() throws -> [String: ImageFacts] {
        let object = try #require(try read("image-facts.json").object)
        return Dictionary(
            uniqueKeysWithValues: object.members.map { name, facts in
                (
                    name,
                    ImageFacts(
                        digest: "", user: facts["User"]?.string, env: facts["Env"]?.strings,
                        entrypoint: facts["Entrypoint"]?.strings, cmd: facts["Cmd"]?.strings,
                        workingDir: facts["WorkingDir"]?.string, volumes: facts["Volumes"]?.object?.keys ?? [],
                        passwd: facts["passwd"]?.string, group: facts["group"]?.string)
                )
            })
    }

    private static func container(
        _ name: String, _ image: String, _ user: UInt32?, _ group: UInt32?, change: (inout Container) -> Void = { _ in }
    ) -> Container {
        var container = Container(name: Located(name))
        container.image = Located(image)
        container.securityContext.runAsUser = user.map { Located($0) }
        container.securityContext.runAsGroup = group.map { Located($0) }
        change(&container)
        return container
    }

    private static func busybox(_ name: String, _ probe: String) -> Container {
        container(name, "quay.io/prometheus/busybox:latest", nil, nil) {
            $0.command = literals("sleep", "3600")
            $0.env = [variable("CONTAINER_NAME", name)]
            $0.livenessExec = literals(probe)
        }
    }

    /// The pod of each folder.
    private static func workload(_ folder: String) -> Workload {
        var spec = PodSpec()
        var name = "dummy"
        var labels: [KeyValue] = []
        switch folder {
        case "createcontainer/cgroup_mount_extras", "createcontainer/env_vars":
            name = "gid-experiment"
            labels = [KeyValue("labels.test.com/test-label1", "test-value1")]
            spec.containers = [
                container("gid", gidImage, 2, 1) {
                    $0.env = [
                        variable("TEST_VAR1", .field(Located("metadata.labels['labels.test.com/test-label1']")))
                    ]
                }
            ]
        case "createcontainer/security_context/runas":
            spec.containers = [container("dummy", redisImage, nil, nil)]
            spec.securityContext.runAsUser = Located(65534)
            spec.securityContext.runAsGroup = Located(65534)
        case "createcontainer/volumes/emptydir":
            spec.containers = [
                container("dummy", pauseImage, 65535, 0) {
                    $0.volumeMounts = [
                        mount("test-volume", "/mnt/test"),
                        mount("test-volume", "/mnt/test2") { $0.mountPropagation = "Bidirectional" },
                        mount("test-volume", "/mnt/test3") { $0.readOnly = true }, mount("test-volume2", "/mnt/test4"),
                    ]
                }
            ]
            spec.volumes = ["test-volume", "test-volume2"].map {
                Volume(name: Located($0), source: .emptyDir(medium: ""))
            }
        case "state/execprocess":
            name = "busybox"
            spec.containers = [busybox("first-test-container", "test1"), busybox("second-test-container", "test2")]
            spec.securityContext.runAsUser = Located(0)
            spec.securityContext.runAsGroup = Located(0)
            spec.securityContext.supplementalGroups = [Located(10)]
        default: spec.containers = [container("dummy", pauseImage, 65535, 0)]
        }
        return Workload(
            kind: .pod, apiGroup: "", apiVersion: "v1", name: Located(name), podLabels: labels, spec: spec)
    }

    @Test(
        .enabled(if: directory != nil, "needs CONTRAST_TEST_DATA"),
        arguments: [
            "createcontainer/cgroup_mount_extras", "createcontainer/env_vars", "createcontainer/security_context/runas",
            "createcontainer/volumes/emptydir", "createcontainer/network_namespace", "state/execprocess",
        ])
    func allowedRequestsAreWhatLoweringExpects(_ folder: String) throws {
        let images = try Self.images()
        let lowering = PolicyLowering(
            settings: .defaults, profile: .compat, configObjects: ConfigObjects())
        var diagnostics = Diagnostics()
        let policy = try #require(
            lowering.lower(Self.workload(folder), image: { image, _ in images[image.value] }, into: &diagnostics))
        #expect(!diagnostics.hasErrors)
        let cases = try #require(try Self.read(folder + "/testcases.json").array)
        var compared = 0
        for test in cases where test["allowed"] == true && test["kind"] == "CreateContainerRequest" {
            let oci = try #require(test["request"]?["OCI"])
            let name = oci["Annotations"]?["io.kubernetes.cri.container-name"]?.string ?? ""
            let container = try #require(policy.effectiveContainers.first { $0.name == name })
            try compareProcess(try #require(oci["Process"]), container.process, isPause: name.isEmpty)
            compareMounts(oci["Mounts"]?.array ?? [], container.mounts)
            compared += 1
        }
        #expect(compared > 0)
    }

    private func compareProcess(_ request: JSONValue, _ process: ProcessPolicy, isPause: Bool) throws {
        #expect(request["Args"]?.strings == process.args.map(\.value))
        #expect(request["Cwd"]?.string == process.cwd.value)
        #expect(request["NoNewPrivileges"]?.bool ?? false == process.noNewPrivileges)
        let user = try #require(request["User"])
        #expect(user["UID"]?.integer.map { UInt32(clamping: $0) } == process.uid.value)
        #expect(user["GID"]?.integer.map { UInt32(clamping: $0) } == process.gid.value)
        let groups = user["AdditionalGids"]?.array?.compactMap(\.integer).map { UInt32(clamping: $0) } ?? []
        #expect(Set(groups) == Set(process.additionalGids))
        for entry in request["Env"]?.strings ?? [] where !entry.hasPrefix("KUBERNETES_") {
            let isHostName = !isPause && entry.hasPrefix("HOSTNAME=")
            #expect(process.env.contains { $0.value == (isHostName ? "HOSTNAME=$(host-name)" : entry) })
        }
    }

    private func compareMounts(_ requests: [JSONValue], _ mounts: [MountPolicy]) {
        for request in requests {
            let options = request["options"]?.strings ?? []
            let extras = PolicySettings.defaults.cluster.cgroupMountExtrasAllowed
            #expect(
                mounts.contains { mount in
                    mount.destination == request["destination"]?.string && mount.type == request["type_"]?.string
                        && mount.options == options.filter { !extras.contains($0) }
                }, "\(request)")
        }
    }
}
