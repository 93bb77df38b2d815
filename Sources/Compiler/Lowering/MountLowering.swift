// SPDX-License-Identifier: Apache-2.0

import IR

/// The mounts of a container, and the storages behind them.
struct MountLowering {
    private(set) var mounts: [MountPolicy] = []
    private(set) var storages: [StoragePolicy] = []

    private let settings: PolicySettings
    private let workload: Workload
    private let container: Container

    /// - Parameter container: `nil` for the pause container.
    static func lower(
        _ workload: Workload, _ container: Container?, template: ContainerTemplate, imageVolumes: [String],
        settings: PolicySettings, into diagnostics: inout Diagnostics
    ) -> MountLowering {
        let isPause = container == nil
        var run = MountLowering(
            settings: settings, workload: workload, container: container ?? Container(name: Located("")))
        let isPrivileged =
            container.map(\.securityContext.privileged)
            ?? (workload.spec.containers + workload.spec.initContainers).contains { $0.securityContext.privileged }
        run.mounts = baseMounts(isPause: isPause, access: isPrivileged ? "rw" : "ro")
        run.addTemplateMounts(template, isPause: isPause)
        if !isPause {
            run.addVolumes(&diagnostics)
            run.addImageVolumes(imageVolumes, &diagnostics)
        }
        return run
    }

    private init(settings: PolicySettings, workload: Workload, container: Container) {
        self.settings = settings
        self.workload = workload
        self.container = container
    }

    /// What containerd mounts into every container.
    private static func baseMounts(isPause: Bool, access: String) -> [MountPolicy] {
        let mounts =
            fixedMounts + [
                MountPolicy(destination: "/sys", source: "sysfs", type: "sysfs", options: closed + [access])
            ]
        guard !isPause else { return mounts }
        return mounts + [
            MountPolicy(
                destination: "/sys/fs/cgroup", source: "cgroup", type: "cgroup", options: closed + ["relatime", access])
        ]
    }

    private static let closed = ["nosuid", "noexec", "nodev"]
    private static let fixedMounts = [
        MountPolicy(destination: "/proc", source: "proc", type: "proc", options: closed),
        MountPolicy(
            destination: "/dev", source: "tmpfs", type: "tmpfs",
            options: ["nosuid", "strictatime", "mode=755", "size=65536k"]),
        MountPolicy(
            destination: "/dev/pts", source: "devpts", type: "devpts",
            options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
        MountPolicy(
            destination: "/dev/shm", source: "shm", type: "tmpfs", options: closed + ["mode=1777", "size=65536k"]),
        MountPolicy(destination: "/dev/mqueue", source: "mqueue", type: "mqueue", options: closed),
    ]

    /// What the runtime adds. A mount of the settings that Kubernetes adds only for some pods is kept when its
    /// destination is a general one or the container asks for it.
    private mutating func addTemplateMounts(_ template: ContainerTemplate, isPause: Bool) {
        for mount in template.mounts where isWanted(mount.destination) {
            var destination = mount.destination
            if destination == Self.terminationLog, let path = container.terminationMessagePath?.value, !path.isEmpty {
                destination = path
            }
            var policy = MountPolicy(
                destination: destination,
                source: mount.source ?? (mount.type == "bind" ? PolicyPatterns.sharedSource(destination) : ""),
                type: mount.type, options: mount.options)
            if let index = mounts.firstIndex(where: { $0.destination == destination }) {
                mounts[index] = policy
                continue
            }
            if !isPause, destination == "/etc/hostname" || destination == "/etc/resolv.conf" {
                policy.options.append(container.securityContext.readOnlyRootFilesystem ? "ro" : "rw")
            }
            mounts.append(policy)
        }
    }

    private static let terminationLog = "/dev/termination-log"

    private func isWanted(_ destination: String) -> Bool {
        settings.mountDestinations.contains(destination)
            || container.volumeMounts.contains { Self.destination($0) == destination }
    }

    /// The template with the sources filled in that are the same for every container.
    static func completed(_ template: ContainerTemplate) -> ContainerTemplate {
        var result = template
        for (index, mount) in template.mounts.enumerated()
        where mount.type == "bind" && mount.source == nil && mount.destination != terminationLog {
            result.mounts[index].source = PolicyPatterns.sharedSource(mount.destination)
        }
        return result
    }

    private mutating func addVolumes(_ diagnostics: inout Diagnostics) {
        let spec = workload.spec
        var mountsByVolume: [String: [VolumeMount]] = [:]
        for mount in container.volumeMounts { mountsByVolume[mount.name.value, default: []].append(mount) }
        let lowering = VolumeLowering(settings: settings, fsGroup: spec.securityContext.fsGroup?.value)
        var displaced: Set<String> = []
        var added: [MountPolicy] = []
        func lower(_ source: Volume.Source, _ mounts: [VolumeMount], _ storages: inout [StoragePolicy]) {
            for mount in mounts {
                let result = lowering.lower(
                    source, mount, destination: Self.destination(mount), container: container.name.value,
                    into: &diagnostics)
                if result.displaces { displaced.insert(Self.destination(mount)) }
                added += result.mounts
                storages += result.storages
            }
        }
        for template in workload.volumeClaimTemplates {
            guard let mounts = mountsByVolume.removeValue(forKey: template.value) else { continue }
            lower(.persistentVolumeClaim(claimName: template.value), mounts, &storages)
        }
        for volume in spec.volumes {
            guard let mounts = mountsByVolume.removeValue(forKey: volume.name.value) else { continue }
            lower(volume.source, mounts, &storages)
        }
        mounts.removeAll { displaced.contains($0.destination) }
        mounts += added
        for mount in container.volumeMounts where mountsByVolume[mount.name.value] != nil {
            diagnostics.error(
                .missingReference,
                "container '\(container.name.value)' mounts volume '\(mount.name.value)', which the pod does not have",
                at: mount.name.range ?? mount.range)
        }
    }

    /// Volumes that the image declares and the YAML does not mount: the runtime makes an empty directory for each.
    private mutating func addImageVolumes(_ volumes: [String], _ diagnostics: inout Diagnostics) {
        guard !volumes.isEmpty else { return }
        let image = container.image?.value ?? ""
        var taken = Set(mounts.map { Self.clean($0.destination) })
        for path in Set(volumes.map(Self.clean)).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where taken.insert(path).inserted {
            let template = settings.volumes.imageVolume
            mounts.append(
                MountPolicy(
                    destination: path,
                    source: template.mountSource + PolicyPatterns.literal(PolicyPatterns.basename(path)) + "$",
                    type: template.mountType, options: template.options, range: container.image?.range))
            diagnostics.warning(
                .imageVolumeWithoutMount,
                "image '\(image)' declares the volume '\(path)', which container '\(container.name.value)' does not "
                    + "mount; the host provides a directory for it", at: container.image?.range,
                notes: [Diagnostic.Note("mount an emptyDir volume at '\(path)' to keep its content in the guest")])
        }
    }

    /// The path as the kubelet gives it to the runtime.
    private static func destination(_ mount: VolumeMount) -> String {
        mount.mountPath.value.hasPrefix("/") ? mount.mountPath.value : "/" + mount.mountPath.value
    }

    /// The path without repeated slashes and without one at its end.
    private static func clean(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: "/")
    }
}
