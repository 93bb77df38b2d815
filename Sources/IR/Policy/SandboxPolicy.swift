// SPDX-License-Identifier: Apache-2.0

/// All that the Kata agent may be asked to do for one pod.
///
/// Values are templates: `$(sandbox-name)` and its kin stand for what only the host knows. Which may occur where is
/// the rules' business.
package struct SandboxPolicy: Sendable {
    /// What all policies of a run share.
    package var defaults: PolicyDefaults
    /// Of all containers; over those of a container's kind. Sorted by key, keys unique.
    package var annotations: [KeyValue]
    /// The pause container first, then init containers, then regular ones.
    package var containers: [ContainerPolicy]

    package init(defaults: PolicyDefaults, annotations: [KeyValue], containers: [ContainerPolicy]) {
        self.defaults = defaults
        self.annotations = annotations
        self.containers = containers
    }
}

/// How strictly requests are judged.
package enum PolicyProfile: String, Sendable, CaseIterable {
    /// The decisions of the established generator.
    case compat
    /// Nothing but what the YAML says.
    case strict
}

/// What a policy says of variables whose value comes from a Secret.
package enum SecretValues: String, Sendable, CaseIterable {
    /// The value, in clear.
    case pinned
    /// That they may have any value.
    case free
}

/// What one container may look like when it is created, and which commands may be run in it. What it does not say is
/// said by the `ContainerDefaults` of its kind.
package struct ContainerPolicy: Sendable {
    package var kind: ContainerKind
    /// The Kubernetes name; empty for the pause container.
    package var name: String
    package var process: ProcessPolicy
    package var rootReadonly: Bool
    /// Beyond those of the kind.
    package var mounts: [MountPolicy]
    /// Destinations of those mounts of the kind that this container does not have.
    package var withoutMounts: [String]
    /// Over those of the kind and the pod. Sorted by key, keys unique.
    package var annotations: [KeyValue]
    /// `nil` for those of the kind.
    package var namespaces: [NamespacePolicy]?
    /// Beyond those of the kind.
    package var linuxDevices: [LinuxDevicePolicy]
    /// Over those of the kind. Sorted by key, keys unique.
    package var sysctls: [KeyValue]
    package var storages: [StoragePolicy]
    package var devices: [DevicePolicy]
    package var sandboxPidns: Bool
    /// Commands of exec probes and lifecycle hooks, in the order liveness, readiness, startup, postStart, preStop.
    package var execCommands: [[Located<String>]]
    /// Annotations that the runtime may add beyond those of the kind: a pattern for the key and one for the value.
    package var runtimeAnnotationPatterns: [KeyValue]
    package var stage: ContainerStage
    /// The reference by which the guest pulls the image, with its digest; `nil` for the pause container, whose image is
    /// part of the guest.
    package var image: Located<String>?
    /// Patterns for the last component of where volumes are mounted whose content Kubernetes keeps up to date; `nil` for
    /// the usual ones.
    package var updatedFiles: [String]?

    /// Tokens, which are renewed while a pod runs.
    package static let usuallyUpdatedFiles = ["serviceaccount"]

    package init(
        kind: ContainerKind, name: String, process: ProcessPolicy, rootReadonly: Bool, mounts: [MountPolicy] = [],
        withoutMounts: [String] = [], annotations: [KeyValue] = [], namespaces: [NamespacePolicy]? = nil,
        linuxDevices: [LinuxDevicePolicy] = [], sysctls: [KeyValue] = [], storages: [StoragePolicy] = [],
        devices: [DevicePolicy] = [], sandboxPidns: Bool = false, execCommands: [[Located<String>]] = [],
        runtimeAnnotationPatterns: [KeyValue] = [], stage: ContainerStage = .main, image: Located<String>? = nil,
        updatedFiles: [String]? = nil
    ) {
        self.kind = kind
        self.name = name
        self.process = process
        self.rootReadonly = rootReadonly
        self.mounts = mounts
        self.withoutMounts = withoutMounts
        self.annotations = annotations
        self.namespaces = namespaces
        self.linuxDevices = linuxDevices
        self.sysctls = sysctls
        self.storages = storages
        self.devices = devices
        self.sandboxPidns = sandboxPidns
        self.execCommands = execCommands
        self.runtimeAnnotationPatterns = runtimeAnnotationPatterns
        self.stage = stage
        self.image = image
        self.updatedFiles = updatedFiles
    }
}

/// When in the life of its pod a container runs.
package enum ContainerStage: String, Sendable, CaseIterable {
    /// Keeps the sandbox alive.
    case sandbox
    /// To its end, before what comes after it.
    case initContainer = "init"
    /// An init container that stays.
    case sidecar
    case main
}

/// A key with its value, and where the pair came from.
package struct KeyValue: Sendable, Equatable {
    package var key: String
    package var value: String
    package var range: SourceRange?

    package init(_ key: String, _ value: String, _ range: SourceRange? = nil) {
        self.key = key
        self.value = value
        self.range = range
    }

    package static func == (left: KeyValue, right: KeyValue) -> Bool {
        left.key == right.key && left.value == right.value
    }
}

/// The process of a container.
package struct ProcessPolicy: Sendable, Equatable {
    package var terminal: Bool
    package var uid: Located<UInt32>
    package var gid: Located<UInt32>
    /// Sorted, unique.
    package var additionalGids: [UInt32]
    package var args: [Located<String>]
    /// `NAME=value`; an allow list. Like arguments, in the form in which the rules of the profile read values.
    package var env: [Located<String>]
    package var cwd: Located<String>
    /// What the bounding, effective and permitted sets hold, the others being empty: `CAP_…` names, or the one entry
    /// `$(default_caps)` or `$(privileged_caps)`. `nil` for those of the container's kind.
    package var capabilities: [String]?
    package var noNewPrivileges: Bool

    package init(
        terminal: Bool, uid: Located<UInt32>, gid: Located<UInt32>, additionalGids: [UInt32], args: [Located<String>],
        env: [Located<String>], cwd: Located<String>, capabilities: [String]? = nil, noNewPrivileges: Bool
    ) {
        self.terminal = terminal
        self.uid = uid
        self.gid = gid
        self.additionalGids = additionalGids
        self.args = args
        self.env = env
        self.cwd = cwd
        self.capabilities = capabilities
        self.noNewPrivileges = noNewPrivileges
    }
}

/// A mount of the OCI specification; `source` is a pattern, or empty for a block-backed emptyDir.
package struct MountPolicy: Sendable, Equatable {
    package var destination: String
    package var source: String
    package var type: String
    package var options: [String]
    package var range: SourceRange?

    package init(
        destination: String, source: String, type: String, options: [String], range: SourceRange? = nil
    ) {
        self.destination = destination
        self.source = source
        self.type = type
        self.options = options
        self.range = range
    }

    package static func == (left: MountPolicy, right: MountPolicy) -> Bool {
        left.destination == right.destination && left.source == right.source && left.type == right.type
            && left.options == right.options
    }
}

/// A storage that the agent mounts before it creates a container or the sandbox.
package struct StoragePolicy: Sendable, Equatable {
    package var driver: String
    package var driverOptions: [String]
    package var source: String
    package var fstype: String
    package var options: [String]
    package var mountPoint: String
    /// `fs_group.group_id`; the change policy is always 0.
    package var fsGroup: UInt32?
    package var shared: Bool
    package var range: SourceRange?

    package init(
        driver: String, driverOptions: [String], source: String, fstype: String, options: [String], mountPoint: String,
        fsGroup: UInt32?, shared: Bool, range: SourceRange? = nil
    ) {
        self.driver = driver
        self.driverOptions = driverOptions
        self.source = source
        self.fstype = fstype
        self.options = options
        self.mountPoint = mountPoint
        self.fsGroup = fsGroup
        self.shared = shared
        self.range = range
    }

    package static func == (left: StoragePolicy, right: StoragePolicy) -> Bool {
        left.driver == right.driver && left.driverOptions == right.driverOptions && left.source == right.source
            && left.fstype == right.fstype && left.options == right.options && left.mountPoint == right.mountPoint
            && left.fsGroup == right.fsGroup && left.shared == right.shared
    }
}

/// A Linux namespace: its type as containerd spells it, and its path, empty for a new one.
package struct NamespacePolicy: Sendable, Equatable {
    package var type: String
    package var path: String

    package init(type: String, path: String = "") {
        self.type = type
        self.path = path
    }
}

/// A device node of the OCI specification.
package struct LinuxDevicePolicy: Sendable, Equatable {
    package var type: String
    package var path: String

    package init(type: String = "", path: String) {
        self.type = type
        self.path = path
    }
}

/// A device that the agent attaches.
package struct DevicePolicy: Sendable, Equatable {
    package var id: String
    package var type: String
    package var vmPath: String
    package var containerPath: String
    package var options: [String]

    package init(id: String = "", type: String = "", vmPath: String = "", containerPath: String, options: [String] = [])
    {
        self.id = id
        self.type = type
        self.vmPath = vmPath
        self.containerPath = containerPath
        self.options = options
    }
}
