// SPDX-License-Identifier: Apache-2.0

package import IR

/// Turns workloads into policies. A value that can be used for any number of workloads, from several threads at once.
package struct PolicyLowering: Sendable {
    private let settings: Shared<PolicySettings>
    private let profile: PolicyProfile
    private let configObjects: ConfigObjects
    private let secretValues: SecretValues
    private let users = UserDatabases()
    /// What all policies made here share.
    private let defaults: PolicyDefaults
    /// The same of those for pods without service links.
    private let closedDefaults: PolicyDefaults

    /// Facts about an image by its reference; `nil` after an error, and then no policy is made.
    package typealias ImageLookUp = (_ reference: Located<String>, _ diagnostics: inout Diagnostics) -> ImageFacts?

    package init(
        settings: PolicySettings, profile: PolicyProfile, configObjects: ConfigObjects,
        secretValues: SecretValues = .pinned
    ) {
        self.secretValues = secretValues
        let settings = settings.heeded(by: profile)
        self.settings = Shared(settings)
        self.profile = profile
        self.configObjects = configObjects
        defaults = DefaultsLowering(settings: settings).lower(profile: profile)
        closedDefaults =
            profile == .strict
            ? DefaultsLowering(settings: settings.withoutServiceLinks).lower(profile: profile) : defaults
    }

    /// The policy of a workload; `nil` when an error was found, or an image has no facts.
    package func lower(
        _ workload: Workload, image: ImageLookUp, into diagnostics: inout Diagnostics
    ) -> SandboxPolicy? {
        var findings = Diagnostics()
        defer { diagnostics.add(contentsOf: findings) }
        warnOfAzureIdentity(workload, &findings)
        let annotations = AnnotationLowering(workload)
        let process = ProcessLowering(
            settings: settings, profile: profile, configObjects: configObjects, secretValues: secretValues,
            users: users, workload: Shared(workload))
        var containers: [ContainerPolicy] = []
        var hasAllImages = true
        if let facts = image(Located(settings.value.cluster.pauseContainerImage), &findings) {
            containers.append(lowerPause(process, facts, annotations, &findings))
        } else {
            hasAllImages = false
        }
        let all =
            workload.spec.initContainers.map {
                (Shared($0), $0.restartPolicy == "Always" ? ContainerStage.sidecar : .initContainer)
            } + workload.spec.containers.map { (Shared($0), ContainerStage.main) }
        for (container, stage) in all {
            guard let reference = container.value.image, !reference.value.isEmpty else {
                findings.error(
                    .missingImage, "container '\(container.value.name.value)' has no image",
                    at: container.value.name.range)
                continue
            }
            guard let facts = image(reference, &findings) else {
                hasAllImages = false
                continue
            }
            containers.append(lower(container, stage, process, reference, facts, annotations, &findings))
        }
        guard hasAllImages, !findings.hasErrors else { return nil }
        return SandboxPolicy(
            defaults: workload.spec.hasServiceLinks ? defaults : closedDefaults, annotations: annotations.shared,
            containers: containers)
    }

    private func warnOfAzureIdentity(_ workload: Workload, _ findings: inout Diagnostics) {
        guard profile == .strict,
            let label = workload.podLabels.last(where: { $0.key == "azure.workload.identity/use" && $0.value == "true" }
            )
        else { return }
        findings.warning(
            .unsupportedEnvSource,
            "the pod asks for Azure's workload identity, whose variables and token a policy of the strict profile denies",
            at: label.range)
    }

    private func lowerPause(
        _ process: ProcessLowering, _ facts: ImageFacts, _ annotations: AnnotationLowering,
        _ findings: inout Diagnostics
    ) -> ContainerPolicy {
        let workload = process.workload
        let mounts = MountLowering.lowerPause(workload, defaults: defaults[.sandbox].mounts, settings: settings)
        return ContainerPolicy(
            kind: .sandbox, name: "", process: process.lowerPause(facts, into: &findings), rootReadonly: true,
            mounts: mounts.mounts, withoutMounts: mounts.without, annotations: annotations.ofPause(),
            namespaces: workload.value.spec.hostNetwork ? DefaultsLowering.hostNetworkNamespaces : nil,
            sysctls: sysctls(workload),
            stage: .sandbox)
    }

    private func lower(
        _ container: Shared<Container>, _ stage: ContainerStage, _ lowering: ProcessLowering,
        _ reference: Located<String>, _ facts: ImageFacts, _ annotations: AnnotationLowering,
        _ findings: inout Diagnostics
    ) -> ContainerPolicy {
        let workload = lowering.workload
        let kind = container.value.securityContext.privileged ? ContainerKind.privileged : .container
        let process = lowering.lower(container, image: reference, facts, into: &findings)
        let mounts = MountLowering.lower(
            workload, container, defaults: defaults[kind].mounts, imageVolumes: facts.volumes, settings: settings,
            profile: profile, configObjects: configObjects, into: &findings)
        let devices = DeviceLowering(workload, container, settings: settings.value.devices, into: &findings)
        return ContainerPolicy(
            kind: kind, name: container.value.name.value, process: process,
            rootReadonly: container.value.securityContext.readOnlyRootFilesystem, mounts: mounts.mounts,
            withoutMounts: mounts.without, annotations: annotations.of(container), linuxDevices: devices.linuxDevices,
            sysctls: sysctls(workload), storages: mounts.storages, devices: devices.devices,
            sandboxPidns: workload.value.spec.shareProcessNamespace, execCommands: execCommands(container),
            runtimeAnnotationPatterns: devices.runtimeAnnotationPatterns, stage: stage, image: reference,
            updatedFiles: mounts.updatedFiles)
    }

    /// The kubelet expands references in the commands of probes, and not in those of hooks.
    private func execCommands(_ container: Shared<Container>) -> [[Located<String>]] {
        let probes = [container.value.livenessExec, container.value.readinessExec, container.value.startupExec]
            .compactMap { command in
                command.map { VariableExpansion.expandStatically($0, env: container.value.env) }
            }
        return (probes + [container.value.postStartExec, container.value.preStopExec].compactMap { $0 }).filter {
            !$0.isEmpty
        }
    }

    private func sysctls(_ workload: Shared<Workload>) -> [KeyValue] {
        let sysctls = workload.value.spec.securityContext.sysctls
        if sysctls.isEmpty { return [] }
        var result: [String: KeyValue] = [:]
        for sysctl in sysctls { result[sysctl.key] = sysctl }
        return result.values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}
