// SPDX-License-Identifier: Apache-2.0

import IR

/// One mount of one volume.
struct VolumeLowering {
    let settings: Shared<PolicySettings>
    let fsGroup: UInt32?

    /// What a volume mount turns into.
    struct Result {
        var mounts: [MountPolicy]
        var storages: [StoragePolicy] = []
        /// Whether the mount stands instead of what the runtime would mount at its destination. An emptyDir does not: a
        /// runtime that makes `/dev/shm` from its own storage is as honest as one that takes the volume.
        var displaces = true
    }

    func lower(
        _ source: Volume.Source, _ mount: VolumeMount, destination: String, container: String,
        into diagnostics: inout Diagnostics
    ) -> Result {
        if let subPath = mount.subPath ?? mount.subPathExpr {
            let field = mount.subPath == nil ? "subPathExpr" : "subPath"
            diagnostics.warning(
                .subPathUnsupported,
                "the mount of volume '\(mount.name.value)' at '\(destination)' in container '\(container)' uses \(field); "
                    + "the host copies the file or directory in and may change it", at: subPath.range ?? mount.range)
        }
        if mount.subPath != nil || mount.subPathExpr != nil {
            return Result(mounts: [shared(mount, destination, access: Self.isReadOnly(source) ? "ro" : nil)])
        }
        switch source {
        case .emptyDir(let medium): return emptyDir(isMemory: medium == "Memory", mount, destination)
        case .hostPath(let path, _): return Result(mounts: [hostPath(path.value, mount, destination)])
        case .configMap, .secret: return configFiles(mount, destination)
        case .projected, .downwardAPI: return Result(mounts: [shared(mount, destination, access: "ro")])
        case .persistentVolumeClaim, .ephemeral, .azureFile, .other: return Result(mounts: [shared(mount, destination)])
        }
    }

    private func emptyDir(isMemory: Bool, _ mount: VolumeMount, _ destination: String) -> Result {
        if !isMemory, settings.value.cluster.emptyDirType == .sharedFS {
            let name = PolicyPatterns.literal(mount.name.value)
            let local = MountPolicy(
                destination: destination, source: "^$(cpath)/sandbox-[0-9a-f]{16}-\(name)$", type: "bind",
                options: ["rbind", "rprivate", Self.access(mount)], range: mount.range)
            var copied = local
            copied.source = PolicyPatterns.sharedSource(destination)
            return Result(mounts: [local, copied], displaces: false)
        }
        let template =
            isMemory
            ? settings.value.volumes.emptyDirMemory
            : settings.value.cluster.emptyDirType == .blockPlain
                ? settings.value.volumes.emptyDirPlain : settings.value.volumes.emptyDirEncrypted
        let file = isMemory ? PolicyPatterns.literal(mount.name.value) + "$" : ""
        let group = fsGroup.flatMap { $0 == 0 ? nil : $0 }
        return Result(
            mounts: [
                MountPolicy(
                    destination: destination, source: template.mountSource + file, type: template.mountType,
                    // The runtime makes a block device private whatever the YAML says.
                    options: ["rbind", isMemory ? Self.propagation(mount) : "rprivate", Self.access(mount)],
                    range: mount.range)
            ],
            storages: [
                StoragePolicy(
                    driver: template.driver, driverOptions: template.driverOptions, source: template.source,
                    fstype: template.fstype,
                    options: template.options + (isMemory ? group.map { ["fsgid=\($0)"] } ?? [] : []),
                    mountPoint: template.mountPoint + file, fsGroup: isMemory ? nil : group, shared: template.shared,
                    range: mount.range)
            ], displaces: false)
    }

    private func hostPath(_ path: String, _ mount: VolumeMount, _ destination: String) -> MountPolicy {
        var result = shared(mount, destination)
        // Devices and system files of the guest, not of the host.
        if path.hasPrefix("/dev/") || path == "/dev" || path.hasPrefix("/sys/") || path == "/sys" {
            result.source = path
        }
        return result
    }

    private func configFiles(_ mount: VolumeMount, _ destination: String) -> Result {
        let template = settings.value.volumes.configMap
        let file = PolicyPatterns.literal(PolicyPatterns.basename(destination)) + "$"
        let policy = MountPolicy(
            destination: destination, source: template.mountPoint + file, type: template.mountType,
            options: template.options, range: mount.range)
        guard settings.value.enableConfigMapSecretStorages else { return Result(mounts: [policy]) }
        let storage = StoragePolicy(
            driver: template.driver, driverOptions: template.driverOptions, source: template.mountSource + file,
            fstype: template.fstype, options: template.options, mountPoint: template.mountPoint + file, fsGroup: nil,
            shared: template.shared, range: mount.range)
        return Result(mounts: [policy], storages: [storage])
    }

    /// A file or directory that the host copies or shares into the guest.
    private func shared(_ mount: VolumeMount, _ destination: String, access: String? = nil) -> MountPolicy {
        MountPolicy(
            destination: destination, source: PolicyPatterns.sharedSource(destination), type: "bind",
            options: ["rbind", Self.propagation(mount), access ?? Self.access(mount)], range: mount.range)
    }

    private static func access(_ mount: VolumeMount) -> String { mount.readOnly ? "ro" : "rw" }

    /// Kubernetes mounts these kinds read-only whatever the mount says.
    private static func isReadOnly(_ source: Volume.Source) -> Bool {
        switch source {
        case .configMap, .secret, .projected, .downwardAPI: true
        default: false
        }
    }

    private static func propagation(_ mount: VolumeMount) -> String {
        switch mount.mountPropagation {
        case "Bidirectional": "rshared"
        case "HostToContainer": "rslave"
        default: "rprivate"
        }
    }
}
