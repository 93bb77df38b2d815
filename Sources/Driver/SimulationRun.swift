// SPDX-License-Identifier: Apache-2.0

package import Compiler
package import IR
package import Simulation

/// `contrast simulate` as a value: from compiled deployments, the requests of an honest host for each pod.
package struct SimulationRun: Sendable {
    private let inputs: [InputFile]
    private let lock: LockFile
    private let bundles = Bundles()

    /// What is known of one workload.
    package struct Outcome: Sendable {
        /// `<kind>.<namespace>.<name>`.
        package var name: String
        /// The policy that is attached to it; `nil` where there is none.
        package var policy: [UInt8]?
        package var cases: [PolicyTest.Case]
    }

    package init(inputs: [InputFile], lock: LockFile) {
        self.inputs = inputs
        self.lock = lock
    }

    package func run(_ host: HostProfile, into diagnostics: inout Diagnostics) -> [Outcome] {
        var pods: [PodObject] = []
        var config = ConfigObjects()
        for input in inputs {
            guard let source = input.load(into: &diagnostics) else { continue }
            for document in YAMLFrontend.parse(source, into: &diagnostics) {
                for object in KubernetesObject.all(in: YAMLTree(document)) {
                    if let pod = PodObject(object) { pods.append(pod) }
                    config.add(object, into: &diagnostics)
                }
            }
        }
        let resolvers = Resolvers(lock: lock, requireProof: false)
        return pods.compactMap { simulate($0, host, config, resolvers, &diagnostics) }
    }

    private func simulate(
        _ object: PodObject, _ host: HostProfile, _ config: ConfigObjects, _ resolvers: Resolvers,
        _ diagnostics: inout Diagnostics
    ) -> Outcome? {
        let workload = WorkloadDecoder.decode(object, into: &diagnostics)
        let platform = RuntimeClass(object.runtimeClassName?.text ?? "")
            .selectPlatform(default: Platform(.metalQEMUSNP), requestsGPU: false)
        guard let platform, let bundle = bundles.bundle(for: platform, into: &diagnostics) else { return nil }
        let resolver = resolvers.resolver(for: bundle, into: &diagnostics)
        let pauseImage = PolicySettings.defaults.cluster.pauseContainerImage
        var unseen = Diagnostics()
        guard let pause = resolver.resolve(Located(pauseImage), bundled: pauseImage, into: &unseen)?.facts else {
            return nil
        }
        var images: [String: ImageFacts] = [:]
        for container in workload.spec.initContainers + workload.spec.containers {
            guard let image = container.image, !image.value.isEmpty else {
                diagnostics.error(
                    .missingImage, "container '\(container.name.value)' has no image", at: container.name.range)
                return nil
            }
            let bundled = WorkloadCompiler.bundled(image.value)
            guard let facts = resolver.resolve(image, bundled: bundled, into: &diagnostics)?.facts else { return nil }
            images[image.value] = facts
        }
        let pod = SimulatedPod(workload, host: host, images: images, pauseImage: pause, configObjects: config)
        let name = [
            workload.kind.rawValue.lowercased(), workload.namespace?.value ?? "default",
            workload.name?.value ?? workload.generateName?.value ?? "",
        ].joined(separator: ".")
        let policy = PolicyAnnotations.policy(of: object, into: &diagnostics)
        return Outcome(name: name, policy: policy, cases: PodLife.cases(of: pod))
    }
}

extension ConfigObjects {
    fileprivate mutating func add(_ object: KubernetesObject, into diagnostics: inout Diagnostics) {
        guard object.group.isEmpty else { return }
        if object.kind == "ConfigMap", let config = ConfigDecoder.configMap(object, into: &diagnostics) {
            configMaps[config.name, default: []].append(config)
        } else if object.kind == "Secret", let config = ConfigDecoder.secret(object, into: &diagnostics) {
            secrets[config.name, default: []].append(config)
        }
    }
}
