// SPDX-License-Identifier: Apache-2.0

/// A container of a policy with what its kind and its pod say filled in.
package struct EffectiveContainer: Sendable {
    package var kind: ContainerKind
    package var name: String
    package var ociVersion: String
    package var process: ProcessPolicy
    /// See `ProcessPolicy.capabilities`.
    package var capabilities: [String]
    package var rootPath: String
    package var rootReadonly: Bool
    package var mounts: [MountPolicy]
    /// Sorted by key, keys unique.
    package var annotations: [KeyValue]
    package var namespaces: [NamespacePolicy]
    package var maskedPaths: [String]
    package var readonlyPaths: [String]
    package var linuxDevices: [LinuxDevicePolicy]
    /// Sorted by key, keys unique.
    package var sysctls: [KeyValue]
    package var storages: [StoragePolicy]
    package var devices: [DevicePolicy]
    package var sandboxPidns: Bool
    package var execCommands: [[Located<String>]]
    package var runtimeAnnotationPatterns: [KeyValue]

    package init(_ container: ContainerPolicy, of policy: SandboxPolicy) {
        let defaults = policy.defaults[container.kind]
        kind = container.kind
        name = container.name
        ociVersion = defaults.ociVersion
        process = container.process
        capabilities = container.process.capabilities ?? defaults.capabilities
        rootPath = defaults.rootPath
        rootReadonly = container.rootReadonly
        mounts =
            defaults.mounts.filter { mount in
                !container.withoutMounts.contains { $0.hasSameBytes(as: mount.destination) }
            } + container.mounts
        annotations = Self.merged(defaults.annotations, policy.annotations, container.annotations)
        namespaces = container.namespaces ?? defaults.namespaces
        maskedPaths = defaults.maskedPaths
        readonlyPaths = defaults.readonlyPaths
        linuxDevices = defaults.linuxDevices + container.linuxDevices
        sysctls = Self.merged(defaults.sysctls, container.sysctls)
        storages = container.storages
        devices = container.devices
        sandboxPidns = container.sandboxPidns
        execCommands = container.execCommands
        runtimeAnnotationPatterns = defaults.runtimeAnnotationPatterns + container.runtimeAnnotationPatterns
    }

    /// Of pairs with the same key, the last.
    private static func merged(_ lists: [KeyValue]...) -> [KeyValue] {
        var result: [KeyValue] = []
        for pair in lists.joined() {
            result.removeAll { $0.key.hasSameBytes(as: pair.key) }
            result.append(pair)
        }
        return result.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension SandboxPolicy {
    package var effectiveContainers: [EffectiveContainer] {
        containers.map { EffectiveContainer($0, of: self) }
    }
}
