// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR

/// One workload to lower, with everything it depends on; tests change what they are about.
struct LoweringCase {
    var workload: Workload
    var settings = PolicySettings.defaults
    var profile = PolicyProfile.compat
    var configObjects = ConfigObjects()
    var secretValues = SecretValues.pinned
    var images: [String: ImageFacts] = [
        "mcr.microsoft.com/oss/kubernetes/pause:3.6": ImageFacts(
            digest: "", user: "65535:65535", env: ["PATH=/bin"], entrypoint: ["/pause"], workingDir: "/", passwd: "",
            group: ""),
        "app": ImageFacts(digest: "", env: ["PATH=/bin"], entrypoint: ["/app"], cmd: ["serve"], passwd: "", group: ""),
    ]

    /// A Pod `demo` with one container `web` of image `app`.
    init(_ kind: WorkloadKind = .pod, change: (inout Container) -> Void = { _ in }) {
        var container = Container(name: Located("web"))
        container.image = Located("app")
        change(&container)
        var spec = PodSpec()
        spec.containers = [container]
        workload = Workload(kind: kind, apiGroup: "", apiVersion: "v1", name: Located("demo"), spec: spec)
    }

    /// The policy, and findings as `severity code message`.
    func lower() -> (policy: SandboxPolicy?, findings: [String]) {
        var diagnostics = Diagnostics()
        let policy = policy(&diagnostics)
        return (policy, diagnostics.all.map { "\($0.severity) \($0.code.rawValue) \($0.message)" })
    }

    func policy(_ diagnostics: inout Diagnostics) -> SandboxPolicy? {
        let images = images
        let lowering = PolicyLowering(
            settings: settings, profile: profile, configObjects: configObjects, secretValues: secretValues)
        return lowering.lower(workload, image: { image, _ in images[image.value] }, into: &diagnostics)
    }

    /// The only workload container of the policy.
    var web: EffectiveContainer? { lower().policy?.effectiveContainers.last }
    var pause: EffectiveContainer? { lower().policy?.effectiveContainers.first }

    mutating func add(_ volume: String, _ source: Volume.Source) {
        workload.spec.volumes.append(Volume(name: Located(volume), source: source))
    }
}

func literals(_ values: String...) -> [Located<String>] { values.map { Located($0) } }

func mount(_ volume: String, _ path: String, change: (inout VolumeMount) -> Void = { _ in }) -> VolumeMount {
    var mount = VolumeMount(name: Located(volume), mountPath: Located(path))
    change(&mount)
    return mount
}

func variable(_ name: String, _ source: EnvVar.Source) -> EnvVar { EnvVar(name: Located(name), source: source) }
func variable(_ name: String, _ value: String) -> EnvVar { variable(name, .value(Located(value))) }
