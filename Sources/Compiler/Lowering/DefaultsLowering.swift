// SPDX-License-Identifier: Apache-2.0

import IR

/// What the settings say of all pods of a run.
struct DefaultsLowering {
    let settings: PolicySettings

    func lower(profile: PolicyProfile) -> PolicyDefaults {
        PolicyDefaults(
            profile: profile, common: settings.common, sandboxStorages: settings.sandboxStorages,
            requests: settings.requestDefaults, vfioDevicePath: settings.devices.vfioDevicePath,
            cgroupMountExtrasAllowed: settings.cluster.cgroupMountExtrasAllowed,
            ociVersions: Set(Self.ociVersions + [settings.ociVersion]).sorted(), kinds: containers)
    }

    /// Those that containerd 1.7 to 2.1 write.
    private static let ociVersions = ["1.1.0", "1.2.0", "1.2.1", "1.3.0"]

    private func containers(_ kind: ContainerKind) -> ContainerDefaults {
        let template = kind == .sandbox ? settings.pause : settings.other
        let isPrivileged = kind == .privileged
        var result = ContainerDefaults()
        result.ociVersion = settings.ociVersion
        result.rootPath = template.rootPath
        result.rootReadonly = kind == .sandbox
        result.noNewPrivileges = kind == .sandbox
        result.capabilities = CapabilitiesLowering(common: settings.common).usual(isPrivileged: isPrivileged)
        result.mounts = MountLowering.usual(kind, settings: settings)
        result.annotations = AnnotationLowering.sorted(template.annotations)
        result.namespaces = Self.namespaces
        result.maskedPaths = template.maskedPaths
        result.readonlyPaths = template.readonlyPaths
        if !isPrivileged {
            if result.maskedPaths.isEmpty { result.maskedPaths = Self.runtimeMaskedPaths }
            if result.readonlyPaths.isEmpty { result.readonlyPaths = Self.runtimeReadonlyPaths }
        }
        result.linuxDevices = template.linuxDevices
        result.sysctls = AnnotationLowering.sorted(template.sysctls)
        result.runtimeAnnotationPatterns = kind == .sandbox ? [] : AnnotationLowering.terminationMessagePatterns
        return result
    }

    private static let namespaces = ["ipc", "uts", "mount"].map { NamespacePolicy(type: $0) }
    /// Of the pause container of a pod on the host's network.
    static let hostNetworkNamespaces = ["ipc", "mount"].map { NamespacePolicy(type: $0) }

    /// What every containerd hides from a container that is not privileged; newer ones hide more, which is allowed.
    private static let runtimeMaskedPaths = [
        "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
        "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
    ]

    private static let runtimeReadonlyPaths = [
        "/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
    ]
}
