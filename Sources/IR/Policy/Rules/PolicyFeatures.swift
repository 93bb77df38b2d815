// SPDX-License-Identifier: Apache-2.0

/// What a policy has that not all have. Rules for what is not there are left out of its text, and so are the settings
/// that only they read.
package struct PolicyFeatures: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Commands that a container may be asked to run later.
    package static let exec = PolicyFeatures(rawValue: 1)
    /// Commands that the settings allow in every container.
    package static let settingsExec = PolicyFeatures(rawValue: 2)
    /// Variables with names of the pod in them.
    package static let envTemplates = PolicyFeatures(rawValue: 4)
    /// Arguments that are not mere text.
    package static let argumentTemplates = PolicyFeatures(rawValue: 8)
    /// Devices that the agent attaches.
    package static let devices = PolicyFeatures(rawValue: 16)
    /// Device nodes of the OCI specification.
    package static let deviceNodes = PolicyFeatures(rawValue: 32)
    /// Storages, whatever is behind them.
    package static let storages = PolicyFeatures(rawValue: 64)
    /// Storages on block devices.
    package static let blockStorages = PolicyFeatures(rawValue: 128)
    /// Storages in memory.
    package static let memoryStorages = PolicyFeatures(rawValue: 256)
    /// Storages that are directories of the host.
    package static let directoryStorages = PolicyFeatures(rawValue: 512)
    /// Containers without a mount that others of their kind have.
    package static let withoutMounts = PolicyFeatures(rawValue: 1_024)
    package static let initContainers = PolicyFeatures(rawValue: 2_048)
    package static let sidecars = PolicyFeatures(rawValue: 4_096)
    package static let privileged = PolicyFeatures(rawValue: 8_192)
    /// Requests that the settings allow as such.
    package static let switches = PolicyFeatures(rawValue: 16_384)
    /// Annotations that only the host's hypervisor reads.
    package static let hypervisorAnnotations = PolicyFeatures(rawValue: 32_768)
    /// Capabilities beyond those of the kind.
    package static let moreCapabilities = PolicyFeatures(rawValue: 65_536)

    /// Images that the guest pulls by a reference.
    package static let boundImages = PolicyFeatures(rawValue: 131_072)

    package static let all = PolicyFeatures(rawValue: 262_143)
}

extension PolicyFeatures {
    /// Annotations with ID blocks for the processor.
    static let hypervisorPrefix = "io.katacontainers.config.hypervisor.snp_"

    /// By the data of a strict policy.
    init(settings: JSONValue, pod: JSONValue) {
        self = []
        func insert(_ feature: PolicyFeatures, if condition: Bool) { if condition { formUnion(feature) } }
        func has(_ value: JSONValue, _ name: String) -> Bool { value[name]?.array?.isEmpty == false }
        insert(.settingsExec, if: has(settings, "exec_commands") || has(settings, "exec_patterns"))
        insert(.switches, if: settings["allow"] != nil)
        insert(.deviceNodes, if: settings["base"]?["linux_devices"] != nil)
        insert(.hypervisorAnnotations, if: Self.hasHypervisorAnnotation(pod))
        for container in pod["containers"]?.array ?? [] {
            insert(.exec, if: has(container, "exec_commands"))
            insert(.envTemplates, if: has(container, "env_templates"))
            insert(.argumentTemplates, if: (container["args"]?.array ?? []).contains { $0.object != nil })
            insert(.devices, if: has(container, "devices") || has(container, "vfio"))
            insert(.deviceNodes, if: has(container, "linux_devices"))
            insert(.withoutMounts, if: has(container, "without_mounts"))
            insert(.moreCapabilities, if: has(container, "more_capabilities"))
            insert(.hypervisorAnnotations, if: Self.hasHypervisorAnnotation(container))
            insert(.boundImages, if: container["image"] != nil)
            insert(.privileged, if: container["kind"]?.string == ContainerKind.privileged.rawValue)
            insert(.initContainers, if: container["stage"]?.string == ContainerStage.initContainer.rawValue)
            for storage in container["storages"]?.array ?? [] {
                let usual = PolicyData.usualStorage
                let fstype = (storage["fstype"] ?? usual["fstype"])?.string ?? ""
                formUnion(.storage(driver: (storage["driver"] ?? usual["driver"])?.string ?? "", fstype: fstype))
            }
            insert(.blockStorages, if: (container["mounts"]?.array ?? []).contains { $0["source"]?.string == "" })
        }
    }

    private static func hasHypervisorAnnotation(_ value: JSONValue) -> Bool {
        (value["annotations"]?.object?.keys ?? []).contains { $0.utf8.starts(with: hypervisorPrefix.utf8) }
    }

    static func storage(driver: String, fstype: String) -> PolicyFeatures {
        let kind: PolicyFeatures =
            switch fstype {
            case "tmpfs": .memoryStorages
            case "local", "bind": .directoryStorages
            default: .blockStorages
            }
        return driver.isEmpty ? [.storages, kind, .blockStorages] : [.storages, kind]
    }
}

extension SandboxPolicy {
    /// What the rules are linked for; of a compat policy, everything.
    package var features: PolicyFeatures {
        guard defaults.profile == .strict else { return .all }
        var found = defaults.features
        func insert(_ feature: PolicyFeatures, if condition: Bool) { if condition { found.formUnion(feature) } }
        func isOfHypervisor(_ pair: KeyValue) -> Bool {
            pair.key.utf8.starts(with: PolicyFeatures.hypervisorPrefix.utf8)
        }
        insert(.hypervisorAnnotations, if: annotations.contains(where: isOfHypervisor))
        for container in containers {
            insert(.exec, if: !container.execCommands.isEmpty)
            insert(.envTemplates, if: container.process.env.contains { StrictValue.kind(of: $0.value) == .template })
            insert(.argumentTemplates, if: container.process.args.contains { StrictValue.kind(of: $0.value) != .text })
            insert(.devices, if: !container.devices.isEmpty)
            insert(.deviceNodes, if: !container.linuxDevices.isEmpty)
            insert(.withoutMounts, if: !container.withoutMounts.isEmpty)
            insert(.moreCapabilities, if: container.addsCapabilities(to: defaults))
            insert(.hypervisorAnnotations, if: container.annotations.contains(where: isOfHypervisor))
            insert(.boundImages, if: container.image != nil)
            insert(.privileged, if: container.kind == .privileged)
            insert(.initContainers, if: container.stage == .initContainer)
            for storage in container.storages {
                found.formUnion(.storage(driver: storage.driver, fstype: storage.fstype))
            }
            insert(.blockStorages, if: container.mounts.contains { $0.source.isEmpty })
        }
        return found
    }
}

extension PolicyDefaults {
    /// What all pods have by the settings.
    fileprivate var features: PolicyFeatures {
        var found: PolicyFeatures = []
        if !requests.execAllowedCommands.isEmpty || !requests.execRegex.isEmpty { found.formUnion(.settingsExec) }
        if requests.allowsSwitches { found.formUnion(.switches) }
        if ContainerKind.allCases.contains(where: { !self[$0].linuxDevices.isEmpty }) { found.formUnion(.deviceNodes) }
        return found
    }
}
