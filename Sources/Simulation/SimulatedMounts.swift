// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The mounts of a container, the storages behind them, and the files that the shim copies into the guest for them.
struct SimulatedMounts {
    private(set) var mounts: [JSONValue] = []
    private(set) var storages: [JSONValue] = []
    private(set) var files: [SharedFile] = []

    /// A file or directory of the host that the guest gets a copy of.
    struct SharedFile {
        /// In the guest.
        var path: String
        /// Keys of a directory that Kubernetes makes of an object; `nil` for anything else.
        var keys: [String]?
        var isDirectory: Bool
        /// Whether Kubernetes replaces the content while the pod runs.
        var isUpdated = false
    }

    private let pod: SimulatedPod
    private let id: String
    private static let closed = ["nosuid", "noexec", "nodev"]
    /// Of the mounts that containerd puts before all others.
    private var baseCount = 0
    private static let sandboxShm = "/run/kata-containers/sandbox/shm"

    /// Of the pause container.
    init(ofPauseIn pod: SimulatedPod) {
        self.init(pod, id: pod.sandboxID)
        addBase(systemAccess: "ro")
        share("/etc/resolv.conf", options: ["rbind", "ro", "nosuid", "nodev", "noexec"])
    }

    init(_ pod: SimulatedPod, _ container: Container, id: String, imageVolumes: [String]) {
        self.init(pod, id: id)
        let access = container.securityContext.privileged ? "rw" : "ro"
        let own = Set(container.volumeMounts.map { Self.destination($0) })
        addBase(systemAccess: access, except: own)
        let cgroupOptions = Self.closed + ["relatime", access] + pod.host.containerd.cgroupOptions
        addBase("/sys/fs/cgroup", "cgroup", "cgroup", cgroupOptions, except: own)
        baseCount = mounts.count
        let root = container.securityContext.readOnlyRootFilesystem ? "ro" : "rw"
        for path in ["/etc/hostname", "/etc/resolv.conf"] where !own.contains(path) {
            share(path, options: ["rbind", "rprivate", root])
        }
        if !own.contains("/etc/hosts") { share("/etc/hosts", options: ["rbind", "rprivate", "rw"]) }
        let log = container.terminationMessagePath?.value ?? ""
        share(log.isEmpty ? "/dev/termination-log" : log, options: ["rbind", "rprivate", "rw"])
        let token = "/var/run/secrets/kubernetes.io/serviceaccount"
        if pod.spec.automountsToken != false, !own.contains(token) {
            share(
                token, options: ["rbind", "rprivate", "ro"], keys: ["ca.crt", "namespace", "token"], isDirectory: true,
                isUpdated: true)
        }
        for mount in container.volumeMounts { addVolume(mount) }
        let taken = Set(own.map(Self.clean))
        for path in Set(imageVolumes.map(Self.clean)).sorted() where !taken.contains(path) {
            share(path, options: ["rbind", "rprivate", "rw"], isDirectory: true)
        }
        sortByDepth()
    }

    /// What lies in another mount comes after that.
    private mutating func sortByDepth() {
        func depth(_ mount: JSONValue) -> Int { mount["destination"]?.string?.split(separator: "/").count ?? 0 }
        let first = mounts.prefix(baseCount)
        let rest = mounts.dropFirst(baseCount).enumerated().sorted {
            (depth($0.element), $0.offset) < (depth($1.element), $1.offset)
        }
        mounts = first + rest.map(\.element)
    }

    private init(_ pod: SimulatedPod, id: String) {
        self.pod = pod
        self.id = id
    }

    /// What containerd mounts everywhere, but for what a volume stands in the place of.
    private mutating func addBase(systemAccess: String, except own: Set<String> = []) {
        addBase("/proc", "proc", "proc", Self.closed, except: own)
        addBase("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"], except: own)
        let terminals = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]
        addBase("/dev/pts", "devpts", "devpts", terminals, except: own)
        addBase("/dev/mqueue", "mqueue", "mqueue", Self.closed, except: own)
        addBase("/sys", "sysfs", "sysfs", Self.closed + [systemAccess], except: own)
        addBase("/dev/shm", Self.sandboxShm, "bind", ["rbind"], except: own)
    }

    private mutating func addBase(
        _ destination: String, _ source: String, _ type: String, _ options: [String], except own: Set<String>
    ) {
        if !own.contains(destination) { add(destination, source, type, options) }
    }

    private mutating func add(_ destination: String, _ source: String, _ type: String, _ options: [String]) {
        mounts.append([
            "destination": .string(destination), "source": .string(source), "type_": .string(type),
            "options": .strings(options),
        ])
    }

    /// A mount of something that the shim copies into the guest.
    private mutating func share(
        _ destination: String, options: [String], keys: [String]? = nil, isDirectory: Bool = false,
        isUpdated: Bool = false
    ) {
        let base = destination.split(separator: "/").last.map(String.init) ?? "/"
        let directory =
            "/run/kata-containers/shared/containers" + (pod.host.shim == .rust ? "/passthrough" : "")
        let random = pod.digest("share/\(id)/\(destination)").prefix(16)
        let path = "\(directory)/\(id)-\(random)-\(base)"
        files.append(SharedFile(path: path, keys: keys, isDirectory: isDirectory, isUpdated: isUpdated))
        add(destination, path, "bind", options)
    }

    private mutating func addVolume(_ mount: VolumeMount) {
        let destination = Self.destination(mount)
        let access = mount.readOnly ? "ro" : "rw"
        let isClaim = pod.workload.volumeClaimTemplates.contains { $0.value == mount.name.value }
        let volume = pod.spec.volumes.first { $0.name.value == mount.name.value }?.source
        let source = isClaim ? .persistentVolumeClaim(claimName: mount.name.value) : volume
        let options = ["rbind", Self.propagation(mount), access]
        if mount.subPath != nil || mount.subPathExpr != nil {
            let isContent = source.map(Self.isContent) ?? false
            return share(destination, options: isContent ? ["rbind", options[1], "ro"] : options)
        }
        let namespace = pod.workload.namespace?.value
        switch source {
        case .emptyDir("Memory"): addMemory(mount, destination, options)
        case .emptyDir: addBlock(mount, destination, access)
        case .hostPath(let path, _) where Self.isOfGuest(path.value): add(destination, path.value, "bind", options)
        case .configMap(let name, _):
            let object = pod.configObjects.configMap(name.value, namespace: namespace)
            shareContent(destination, object)
        case .secret(let name, _):
            let object = pod.configObjects.secret(name.value, namespace: namespace)
            shareContent(destination, object)
        case .projected, .downwardAPI:
            share(
                destination, options: [options[0], options[1], "ro"], keys: ["content"], isDirectory: true,
                isUpdated: true)
        default: share(destination, options: options, isDirectory: true)
        }
    }

    private mutating func shareContent(_ destination: String, _ object: ConfigObject?) {
        share(
            destination, options: ["rbind", "rprivate", "ro"],
            keys: object.map { $0.data.keys.sorted() } ?? ["content"],
            isDirectory: true, isUpdated: object == nil)
    }

    private mutating func addMemory(_ mount: VolumeMount, _ destination: String, _ options: [String]) {
        let path = "/run/kata-containers/sandbox/ephemeral/\(mount.name.value)"
        let group = pod.spec.securityContext.fsGroup.map(\.value).flatMap { $0 == 0 ? nil : $0 }
        storages.append([
            "driver": "ephemeral", "source": "tmpfs", "fstype": "tmpfs", "mount_point": .string(path),
            "options": .strings(group.map { ["fsgid=\($0)"] } ?? []),
        ])
        add(destination, path, "bind", options)
    }

    /// A disk of its own for each mount, encrypted in the guest.
    private mutating func addBlock(_ mount: VolumeMount, _ destination: String, _ access: String) {
        let number = storages.count
        let device = Hex.text([UInt8(truncatingIfNeeded: number + 1)]) + "/00"
        let text = Base64.text(Array(device.utf8)).map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
        let path = "/run/kata-containers/sandbox/storage/\(String(text))"
        var storage: JSONObject = JSONObject([
            ("driver", "blk"), ("driver_options", ["encryption_key=ephemeral", "create_filesystem"]),
            ("source", .string(device)), ("fstype", "ext4"), ("options", []), ("mount_point", .string(path)),
            ("shared", true),
        ])
        if let group = pod.spec.securityContext.fsGroup?.value, group != 0 {
            storage["fs_group"] = ["group_id": .integer(Int128(group)), "group_change_policy": 0]
        }
        storages.append(.object(storage))
        add(destination, path, "bind", ["rbind", "rprivate", access])
    }

    private static func isOfGuest(_ path: String) -> Bool {
        ["/dev", "/sys"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    /// Whether Kubernetes mounts the kind read-only, whatever the YAML says.
    private static func isContent(_ source: Volume.Source) -> Bool {
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

    private static func destination(_ mount: VolumeMount) -> String {
        mount.mountPath.value.hasPrefix("/") ? mount.mountPath.value : "/" + mount.mountPath.value
    }

    private static func clean(_ path: String) -> String { "/" + path.split(separator: "/").joined(separator: "/") }
}
