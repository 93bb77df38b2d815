// SPDX-License-Identifier: Apache-2.0

package import IR

/// Turns workloads into policies. A value that can be used for any number of workloads, from several threads at once.
package struct PolicyLowering: Sendable {
    private let settings: PolicySettings
    private let profile: PolicyProfile
    private let configObjects: ConfigObjects

    /// Facts about an image by its reference; `nil` after an error, and then no policy is made.
    package typealias ImageLookUp = (_ reference: Located<String>, _ diagnostics: inout Diagnostics) -> ImageFacts?

    package init(settings: PolicySettings, profile: PolicyProfile, configObjects: ConfigObjects) {
        var settings = settings
        settings.pause = MountLowering.completed(settings.pause)
        settings.other = MountLowering.completed(settings.other)
        self.settings = settings
        self.profile = profile
        self.configObjects = configObjects
    }

    /// The policy of a workload; `nil` when an error was found, or an image has no facts.
    package func lower(
        _ workload: Workload, image: ImageLookUp, into diagnostics: inout Diagnostics
    ) -> SandboxPolicy? {
        var findings = Diagnostics()
        defer { diagnostics.add(contentsOf: findings) }
        let annotations = AnnotationLowering(workload)
        var containers: [ContainerPolicy] = []
        var hasAllImages = true
        if let facts = image(Located(settings.cluster.pauseContainerImage), &findings) {
            containers.append(lowerPause(workload, facts, annotations, &findings))
        } else {
            hasAllImages = false
        }
        for container in workload.spec.initContainers + workload.spec.containers {
            guard let reference = container.image, !reference.value.isEmpty else {
                findings.error(
                    .missingImage, "container '\(container.name.value)' has no image", at: container.name.range)
                continue
            }
            guard let facts = image(reference, &findings) else {
                hasAllImages = false
                continue
            }
            containers.append(lower(container, of: workload, reference, facts, annotations, &findings))
        }
        guard hasAllImages, !findings.hasErrors else { return nil }
        return SandboxPolicy(
            profile: profile, containers: containers, common: settings.common,
            sandboxStorages: settings.sandboxStorages, requestDefaults: settings.requestDefaults,
            vfioDevicePath: settings.devices.vfioDevicePath,
            cgroupMountExtrasAllowed: settings.cluster.cgroupMountExtrasAllowed)
    }

    private func lowerPause(
        _ workload: Workload, _ facts: ImageFacts, _ annotations: AnnotationLowering, _ findings: inout Diagnostics
    ) -> ContainerPolicy {
        let template = settings.pause
        let mounts = MountLowering.lower(
            workload, nil, template: template, imageVolumes: [], settings: settings, into: &findings)
        let types = workload.spec.hostNetwork ? ["ipc", "mount"] : ["ipc", "uts", "mount"]
        return ContainerPolicy(
            name: "", ociVersion: settings.ociVersion, process: process(workload).lowerPause(facts, into: &findings),
            rootPath: template.rootPath, rootReadonly: true, mounts: mounts.mounts,
            annotations: annotations.lower(nil, template: template),
            namespaces: types.map { NamespacePolicy(type: $0) },
            maskedPaths: maskedPaths(template, isPrivileged: false),
            readonlyPaths: readonlyPaths(template, isPrivileged: false), linuxDevices: template.linuxDevices,
            sysctls: sysctls(template, workload), storages: mounts.storages, devices: [], sandboxPidns: false,
            execCommands: [], runtimeAnnotationPatterns: [])
    }

    private func lower(
        _ container: Container, of workload: Workload, _ reference: Located<String>, _ facts: ImageFacts,
        _ annotations: AnnotationLowering, _ findings: inout Diagnostics
    ) -> ContainerPolicy {
        let template = settings.other
        let isPrivileged = container.securityContext.privileged
        let process = process(workload).lower(container, image: reference, facts, into: &findings)
        let mounts = MountLowering.lower(
            workload, container, template: template, imageVolumes: facts.volumes, settings: settings, into: &findings)
        let devices = DeviceLowering(
            workload, container, template: template, settings: settings.devices, into: &findings)
        return ContainerPolicy(
            name: container.name.value, ociVersion: settings.ociVersion, process: process,
            rootPath: template.rootPath, rootReadonly: container.securityContext.readOnlyRootFilesystem,
            mounts: mounts.mounts, annotations: annotations.lower(container, template: template),
            namespaces: ["ipc", "uts", "mount"].map { NamespacePolicy(type: $0) },
            maskedPaths: maskedPaths(template, isPrivileged: isPrivileged),
            readonlyPaths: readonlyPaths(template, isPrivileged: isPrivileged), linuxDevices: devices.linuxDevices,
            sysctls: sysctls(template, workload), storages: mounts.storages, devices: devices.devices,
            sandboxPidns: workload.spec.shareProcessNamespace, execCommands: execCommands(container),
            runtimeAnnotationPatterns: AnnotationLowering.terminationMessagePatterns
                + devices.runtimeAnnotationPatterns)
    }

    private func process(_ workload: Workload) -> ProcessLowering {
        ProcessLowering(settings: settings, profile: profile, configObjects: configObjects, workload: workload)
    }

    /// The kubelet expands references in the commands of probes, and not in those of hooks.
    private func execCommands(_ container: Container) -> [[Located<String>]] {
        let probes = [container.livenessExec, container.readinessExec, container.startupExec].compactMap { command in
            command.map { VariableExpansion.expandStatically($0, env: container.env) }
        }
        return (probes + [container.postStartExec, container.preStopExec].compactMap { $0 }).filter { !$0.isEmpty }
    }

    /// Those of the settings, and over them those of the pod.
    private func sysctls(_ template: ContainerTemplate, _ workload: Workload) -> [KeyValue] {
        var result: [String: KeyValue] = [:]
        for sysctl in template.sysctls + workload.spec.securityContext.sysctls { result[sysctl.key] = sysctl }
        return result.values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private func maskedPaths(_ template: ContainerTemplate, isPrivileged: Bool) -> [String] {
        if !template.maskedPaths.isEmpty { return template.maskedPaths }
        return isPrivileged ? [] : Self.runtimeMaskedPaths
    }

    private func readonlyPaths(_ template: ContainerTemplate, isPrivileged: Bool) -> [String] {
        if !template.readonlyPaths.isEmpty { return template.readonlyPaths }
        return isPrivileged ? [] : Self.runtimeReadonlyPaths
    }

    /// What every containerd hides from a container that is not privileged; newer ones hide more, which is allowed.
    private static let runtimeMaskedPaths = [
        "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
        "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
    ]

    private static let runtimeReadonlyPaths = [
        "/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
    ]
}
