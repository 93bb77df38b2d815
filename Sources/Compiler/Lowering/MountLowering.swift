// SPDX-License-Identifier: Apache-2.0

import IR

/// The mounts of a container in which it differs from others of its kind, and the storages behind them.
struct MountLowering {
    private(set) var mounts: [MountPolicy] = []
    /// Destinations of mounts that others of its kind have, and it has not.
    private(set) var without: [String] = []
    private(set) var storages: [StoragePolicy] = []
    /// See `ContainerPolicy.updatedFiles`.
    private(set) var updatedFiles: [String]?

    private let defaults: [MountPolicy]
    private let settings: Shared<PolicySettings>
    private let workload: Shared<Workload>
    private let container: Shared<Container>

    /// - Parameter defaults: what containers of the kind have.
    static func lower(
        _ workload: Shared<Workload>, _ container: Shared<Container>, defaults: [MountPolicy], imageVolumes: [String],
        settings: Shared<PolicySettings>, profile: PolicyProfile, configObjects: ConfigObjects,
        into diagnostics: inout Diagnostics
    ) -> MountLowering {
        var run = MountLowering(defaults: defaults, settings: settings, workload: workload, container: container)
        run.addTemplateMounts()
        if profile == .strict, workload.value.spec.automountsToken == false {
            run.leave(ContainerMount.serviceAccountToken)
        }
        run.addVolumes(&diagnostics)
        run.addImageVolumes(imageVolumes, &diagnostics)
        run.listUpdatedFiles(configObjects)
        return run
    }

    /// The pause container of a pod with a privileged container sees `/sys` as that does.
    static func lowerPause(
        _ workload: Shared<Workload>, defaults: [MountPolicy], settings: Shared<PolicySettings>
    ) -> MountLowering {
        var run = MountLowering(
            defaults: defaults, settings: settings, workload: workload, container: Shared(Container(name: Located(""))))
        let spec = workload.value.spec
        let isPrivileged =
            spec.containers.contains(where: \.securityContext.privileged)
            || spec.initContainers.contains(where: \.securityContext.privileged)
        let replaced = settings.value.pause.mounts.contains { $0.destination == "/sys" }
        if isPrivileged, !replaced { run.replace(systemMount(access: "rw")) }
        return run
    }

    private init(
        defaults: [MountPolicy], settings: Shared<PolicySettings>, workload: Shared<Workload>,
        container: Shared<Container>
    ) {
        self.defaults = defaults
        self.settings = settings
        self.workload = workload
        self.container = container
    }

    /// What containers of a kind have as far as their YAML does not say otherwise.
    static func usual(_ kind: ContainerKind, settings: PolicySettings) -> [MountPolicy] {
        let template = kind == .sandbox ? settings.pause : settings.other
        var mounts = baseMounts(isPause: kind == .sandbox, access: kind == .privileged ? "rw" : "ro")
        for mount in template.mounts where settings.mountDestinations.contains(mount.destination) {
            let policy = policy(of: mount, at: mount.destination)
            if let index = mounts.firstIndex(where: { $0.destination == mount.destination }) {
                mounts[index] = policy
            } else {
                mounts.append(kind == .sandbox ? policy : withAccess(policy, isReadonly: false))
            }
        }
        return mounts
    }

    /// What containerd mounts into every container.
    private static func baseMounts(isPause: Bool, access: String) -> [MountPolicy] {
        let mounts = fixedMounts + [systemMount(access: access)]
        guard !isPause else { return mounts }
        return mounts + [
            MountPolicy(
                destination: "/sys/fs/cgroup", source: "cgroup", type: "cgroup", options: closed + ["relatime", access])
        ]
    }

    private static func systemMount(access: String) -> MountPolicy {
        MountPolicy(destination: "/sys", source: "sysfs", type: "sysfs", options: closed + [access])
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

    /// What the runtime adds other than to containers of the kind. A mount of the settings that Kubernetes adds only for
    /// some pods is kept when its destination is a general one or the container asks for it.
    private mutating func addTemplateMounts() {
        for mount in settings.value.other.mounts {
            let isGeneral = settings.value.mountDestinations.contains(mount.destination)
            guard isGeneral || isAskedFor(mount.destination) else { continue }
            var destination = mount.destination
            if destination == Self.terminationLog, let path = container.value.terminationMessagePath?.value,
                !path.isEmpty
            {
                destination = path
            }
            let isReadonly = container.value.securityContext.readOnlyRootFilesystem
            let isUsual =
                isGeneral && destination == mount.destination
                && !(isReadonly && Self.followsRoot(destination))
            if isUsual { continue }
            if destination != mount.destination { leave(mount.destination) }
            let policy = Self.policy(of: mount, at: destination)
            if Self.isBase(destination) || mounts.contains(where: { $0.destination == destination }) {
                replace(policy)
            } else {
                replace(Self.withAccess(policy, isReadonly: isReadonly))
            }
        }
    }

    /// Adds a mount instead of those at its destination.
    private mutating func replace(_ mount: MountPolicy) {
        mounts.removeAll { $0.destination == mount.destination }
        leave(mount.destination)
        mounts.append(mount)
    }

    private mutating func leave(_ destination: String) {
        guard defaults.contains(where: { $0.destination == destination }), !without.contains(destination) else {
            return
        }
        without.append(destination)
    }

    private static func policy(of mount: TemplateMount, at destination: String) -> MountPolicy {
        MountPolicy(
            destination: destination,
            source: mount.source ?? (mount.type == "bind" ? PolicyPatterns.sharedSource(destination) : ""),
            type: mount.type, options: mount.options)
    }

    /// Whether the mount is as writable as the root.
    private static func followsRoot(_ destination: String) -> Bool {
        destination == "/etc/hostname" || destination == "/etc/resolv.conf"
    }

    private static func withAccess(_ mount: MountPolicy, isReadonly: Bool) -> MountPolicy {
        guard followsRoot(mount.destination) else { return mount }
        var mount = mount
        mount.options.append(isReadonly ? "ro" : "rw")
        return mount
    }

    private static func isBase(_ destination: String) -> Bool {
        destination == "/sys" || destination == "/sys/fs/cgroup"
            || fixedMounts.contains { $0.destination == destination }
    }

    private static let terminationLog = "/dev/termination-log"

    private func isAskedFor(_ destination: String) -> Bool {
        container.value.volumeMounts.contains { Self.destination($0) == destination }
    }

    private mutating func addVolumes(_ diagnostics: inout Diagnostics) {
        let spec = workload.value.spec
        var mountsByVolume: [String: [VolumeMount]] = [:]
        for mount in container.value.volumeMounts { mountsByVolume[mount.name.value, default: []].append(mount) }
        let lowering = VolumeLowering(settings: settings, fsGroup: spec.securityContext.fsGroup?.value)
        var displaced: Set<String> = []
        var added: [MountPolicy] = []
        func lower(_ source: Volume.Source, _ mounts: [VolumeMount], _ storages: inout [StoragePolicy]) {
            for mount in mounts {
                let result = lowering.lower(
                    source, mount, destination: Self.destination(mount), container: container.value.name.value,
                    into: &diagnostics)
                if result.displaces { displaced.insert(Self.destination(mount)) }
                added += result.mounts
                storages += result.storages
            }
        }
        for template in workload.value.volumeClaimTemplates {
            guard let mounts = mountsByVolume.removeValue(forKey: template.value) else { continue }
            lower(.persistentVolumeClaim(claimName: template.value), mounts, &storages)
        }
        for volume in spec.volumes {
            guard let mounts = mountsByVolume.removeValue(forKey: volume.name.value) else { continue }
            lower(volume.source, mounts, &storages)
        }
        if !displaced.isEmpty {
            mounts.removeAll { displaced.contains($0.destination) }
            displaced.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.forEach { leave($0) }
        }
        mounts += added
        for mount in container.value.volumeMounts where mountsByVolume[mount.name.value] != nil {
            diagnostics.error(
                .missingReference,
                "container '\(container.value.name.value)' mounts volume '\(mount.name.value)', which the pod does not have",
                at: mount.name.range ?? mount.range)
        }
    }

    /// What is in a ConfigMap or Secret among the inputs is not meant to change while the pod runs; nor does Kubernetes
    /// update files that are mounted by `subPath`.
    private mutating func listUpdatedFiles(_ configObjects: ConfigObjects) {
        guard !container.value.volumeMounts.isEmpty else { return }
        var updated: [String] = []
        var kept: [String] = []
        let namespace = workload.value.namespace?.value
        for mount in container.value.volumeMounts {
            let source = workload.value.spec.volumes.first { $0.name.value == mount.name.value }?.source
            // Nothing that the host copies is called by the mounts of these.
            if case .emptyDir(let medium) = source,
                medium == "Memory" || settings.value.cluster.emptyDirType != .sharedFS,
                mount.subPath == nil, mount.subPathExpr == nil
            {
                continue
            }
            let isUpdated =
                switch source {
                case .configMap(let name, _): configObjects.configMap(name.value, namespace: namespace) == nil
                case .secret(let name, _): configObjects.secret(name.value, namespace: namespace) == nil
                case .projected, .downwardAPI: true
                default: false
                }
            let base = PolicyPatterns.literal(PolicyPatterns.basename(Self.destination(mount)))
            if isUpdated, mount.subPath == nil, mount.subPathExpr == nil {
                updated.append(base)
            } else {
                kept.append(base)
            }
        }
        let usual = ContainerPolicy.usuallyUpdatedFiles
        let all = Set(usual + updated).subtracting(kept)
        if all != Set(usual) { updatedFiles = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    }

    /// Volumes that the image declares and the YAML does not mount: the runtime makes an empty directory for each.
    private mutating func addImageVolumes(_ volumes: [String], _ diagnostics: inout Diagnostics) {
        guard !volumes.isEmpty else { return }
        let image = container.value.image?.value ?? ""
        let kept = defaults.filter { !without.contains($0.destination) }
        var taken = Set((kept + mounts).map { Self.clean($0.destination) })
        for path in Set(volumes.map(Self.clean)).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where taken.insert(path).inserted {
            let template = settings.value.volumes.imageVolume
            mounts.append(
                MountPolicy(
                    destination: path,
                    source: template.mountSource + PolicyPatterns.literal(PolicyPatterns.basename(path)) + "$",
                    type: template.mountType, options: template.options, range: container.value.image?.range))
            diagnostics.warning(
                .imageVolumeWithoutMount,
                "image '\(image)' declares the volume '\(path)', which container '\(container.value.name.value)' does not "
                    + "mount; the host provides a directory for it", at: container.value.image?.range,
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
