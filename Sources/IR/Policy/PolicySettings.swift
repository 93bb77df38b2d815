// SPDX-License-Identifier: Apache-2.0

/// The settings under which policies are made: what a host of the deployment adds to a pod. Read from a settings file
/// in genpolicy's format, or the defaults.
package struct PolicySettings: Sendable, Equatable {
    package var pause: ContainerTemplate
    package var other: ContainerTemplate
    package var volumes: VolumeSettings
    package var devices: DeviceSettings
    /// Mounts of the templates that are kept although no volume asks for them.
    package var mountDestinations: [String]
    package var sandboxStorages: [StoragePolicy]
    package var common: CommonSettings
    package var ociVersion: String
    package var enableConfigMapSecretStorages: Bool
    package var cluster: ClusterSettings
    package var requestDefaults: RequestDefaults

    package init(
        pause: ContainerTemplate, other: ContainerTemplate, volumes: VolumeSettings, devices: DeviceSettings,
        mountDestinations: [String], sandboxStorages: [StoragePolicy], common: CommonSettings, ociVersion: String,
        enableConfigMapSecretStorages: Bool, cluster: ClusterSettings, requestDefaults: RequestDefaults
    ) {
        self.pause = pause
        self.other = other
        self.volumes = volumes
        self.devices = devices
        self.mountDestinations = mountDestinations
        self.sandboxStorages = sandboxStorages
        self.common = common
        self.ociVersion = ociVersion
        self.enableConfigMapSecretStorages = enableConfigMapSecretStorages
        self.cluster = cluster
        self.requestDefaults = requestDefaults
    }
}

/// What the runtime adds to every container of a kind.
package struct ContainerTemplate: Sendable, Equatable {
    package var rootPath: String
    package var rootReadonly: Bool
    /// A source of `nil` stands for a file shared under the basename of the destination.
    package var mounts: [TemplateMount]
    package var annotations: [KeyValue]
    package var args: [String]
    package var env: [String]
    package var noNewPrivileges: Bool
    package var sysctls: [KeyValue]
    package var maskedPaths: [String]
    package var readonlyPaths: [String]
    package var linuxDevices: [LinuxDevicePolicy]

    package init(
        rootPath: String, rootReadonly: Bool = false, mounts: [TemplateMount] = [], annotations: [KeyValue] = [],
        args: [String] = [], env: [String] = [], noNewPrivileges: Bool = false, sysctls: [KeyValue] = [],
        maskedPaths: [String] = [], readonlyPaths: [String] = [], linuxDevices: [LinuxDevicePolicy] = []
    ) {
        self.rootPath = rootPath
        self.rootReadonly = rootReadonly
        self.mounts = mounts
        self.annotations = annotations
        self.args = args
        self.env = env
        self.noNewPrivileges = noNewPrivileges
        self.sysctls = sysctls
        self.maskedPaths = maskedPaths
        self.readonlyPaths = readonlyPaths
        self.linuxDevices = linuxDevices
    }
}

/// A mount of a container template.
package struct TemplateMount: Sendable, Equatable {
    package var destination: String
    package var source: String?
    package var type: String
    package var options: [String]

    package init(destination: String, source: String? = nil, type: String, options: [String]) {
        self.destination = destination
        self.source = source
        self.type = type
        self.options = options
    }
}

/// The shapes of volume mounts and their storages.
package struct VolumeSettings: Sendable, Equatable {
    package var emptyDir: VolumeTemplate
    package var emptyDirEncrypted: VolumeTemplate
    package var emptyDirPlain: VolumeTemplate
    package var emptyDirMemory: VolumeTemplate
    package var configMap: VolumeTemplate
    package var imageVolume: VolumeTemplate

    package init(
        emptyDir: VolumeTemplate, emptyDirEncrypted: VolumeTemplate, emptyDirPlain: VolumeTemplate,
        emptyDirMemory: VolumeTemplate, configMap: VolumeTemplate, imageVolume: VolumeTemplate
    ) {
        self.emptyDir = emptyDir
        self.emptyDirEncrypted = emptyDirEncrypted
        self.emptyDirPlain = emptyDirPlain
        self.emptyDirMemory = emptyDirMemory
        self.configMap = configMap
        self.imageVolume = imageVolume
    }
}

/// One kind of volume; fields that a kind does not have are empty.
package struct VolumeTemplate: Sendable, Equatable {
    package var mountType: String
    package var mountSource: String
    package var mountPoint: String
    package var driver: String
    package var driverOptions: [String]
    package var source: String
    package var fstype: String
    package var options: [String]
    package var shared: Bool

    package init(
        mountType: String, mountSource: String, mountPoint: String = "", driver: String, driverOptions: [String] = [],
        source: String = "", fstype: String, options: [String], shared: Bool = false
    ) {
        self.mountType = mountType
        self.mountSource = mountSource
        self.mountPoint = mountPoint
        self.driver = driver
        self.driverOptions = driverOptions
        self.source = source
        self.fstype = fstype
        self.options = options
        self.shared = shared
    }
}

/// VFIO devices and what a GPU request turns into.
package struct DeviceSettings: Sendable, Equatable {
    package var vfioDevicePath: String
    package var annotationKeyRegex: String
    package var gpuAnnotationValueRegex: String
    package var gpuDeviceType: String
    package var gpuResourceKeys: [String]

    package init(
        vfioDevicePath: String, annotationKeyRegex: String, gpuAnnotationValueRegex: String, gpuDeviceType: String,
        gpuResourceKeys: [String]
    ) {
        self.vfioDevicePath = vfioDevicePath
        self.annotationKeyRegex = annotationKeyRegex
        self.gpuAnnotationValueRegex = gpuAnnotationValueRegex
        self.gpuDeviceType = gpuDeviceType
        self.gpuResourceKeys = gpuResourceKeys
    }
}

/// Path prefixes, patterns and capability lists that rules refer to.
package struct CommonSettings: Sendable, Equatable {
    package var cpath: String
    package var spath: String
    package var rootPath: String
    package var sfprefix: String
    package var ipPort: String
    package var ipv4Address: String
    package var serviceNameDownwardEnv: String
    package var dnsLabel: String
    package var defaultCaps: [String] { didSet { defaultCapabilities = Self.names(defaultCaps) } }
    package var privilegedCaps: [String] { didSet { privilegedCapabilities = Self.names(privilegedCaps) } }
    /// The same as strict policies name them, without `CAP_`.
    private(set) var defaultCapabilities: [String]
    private(set) var privilegedCapabilities: [String]

    private static func names(_ capabilities: [String]) -> [String] { capabilities.map(\.withoutCapabilityPrefix) }

    package init(
        cpath: String, spath: String, rootPath: String, sfprefix: String, ipPort: String, ipv4Address: String,
        serviceNameDownwardEnv: String, dnsLabel: String, defaultCaps: [String], privilegedCaps: [String]
    ) {
        self.cpath = cpath
        self.spath = spath
        self.rootPath = rootPath
        self.sfprefix = sfprefix
        self.ipPort = ipPort
        self.ipv4Address = ipv4Address
        self.serviceNameDownwardEnv = serviceNameDownwardEnv
        self.dnsLabel = dnsLabel
        self.defaultCaps = defaultCaps
        self.privilegedCaps = privilegedCaps
        defaultCapabilities = Self.names(defaultCaps)
        privilegedCapabilities = Self.names(privilegedCaps)
    }
}

/// How the cluster pulls images and backs emptyDir volumes.
package struct ClusterSettings: Sendable, Equatable {
    package var pauseContainerImage: String
    package var guestPull: Bool
    package var emptyDirType: EmptyDirType
    package var cgroupMountExtrasAllowed: [String]

    /// What backs an emptyDir volume on disk.
    package enum EmptyDirType: String, Sendable {
        case blockEncrypted = "block-encrypted"
        case blockPlain = "block-plain"
        case sharedFS = "shared-fs"
    }

    package init(
        pauseContainerImage: String, guestPull: Bool, emptyDirType: EmptyDirType, cgroupMountExtrasAllowed: [String]
    ) {
        self.pauseContainerImage = pauseContainerImage
        self.guestPull = guestPull
        self.emptyDirType = emptyDirType
        self.cgroupMountExtrasAllowed = cgroupMountExtrasAllowed
    }
}

/// What requests may do whatever the pod.
package struct RequestDefaults: Sendable, Equatable {
    package var allowEnvRegex: [String]
    // Patterns of settings files for variables that only some pods have.
    package static let hostNameRegex = "^HOSTNAME=$(dns_label)$"
    package static let terminalRegex = "^TERM=xterm$"
    package static let completionIndexRegex = "^JOB_COMPLETION_INDEX=[0-9]+$"
    package static let azureRegex = [
        "^AZURE_CLIENT_ID=[A-Fa-f0-9-]*$", "^AZURE_TENANT_ID=[A-Fa-f0-9-]*$",
        "^AZURE_FEDERATED_TOKEN_FILE=/var/run/secrets/azure/tokens/azure-identity-token$",
        #"^AZURE_AUTHORITY_HOST=https://login\.microsoftonline\.com/$"#,
    ]
    package var copyFile: [String]
    package var execAllowedCommands: [[String]]
    package var execRegex: [String]
    package var routesForbiddenDeviceNames: [String]
    package var routesForbiddenSourceRegex: [String]
    package var interfaceAllowRawFlags: UInt32
    package var interfaceForbiddenNames: [String]
    package var interfaceForbiddenHwAddrs: [String]
    package var neighborsForbiddenDeviceNames: [String]
    package var neighborsForbiddenCIDRsRegex: [String]
    package var neighborsAllowedStates: [Int32]
    package var closeStdin: Bool
    package var readStream: Bool
    package var updateEphemeralMounts: Bool
    package var writeStream: Bool
    package var getDiagnosticData: Bool

    package init(
        allowEnvRegex: [String], copyFile: [String], execAllowedCommands: [[String]] = [], execRegex: [String] = [],
        routesForbiddenDeviceNames: [String], routesForbiddenSourceRegex: [String], interfaceAllowRawFlags: UInt32,
        interfaceForbiddenNames: [String], interfaceForbiddenHwAddrs: [String],
        neighborsForbiddenDeviceNames: [String], neighborsForbiddenCIDRsRegex: [String],
        neighborsAllowedStates: [Int32], closeStdin: Bool = false, readStream: Bool = false,
        updateEphemeralMounts: Bool = false, writeStream: Bool = false, getDiagnosticData: Bool = false
    ) {
        self.allowEnvRegex = allowEnvRegex
        self.copyFile = copyFile
        self.execAllowedCommands = execAllowedCommands
        self.execRegex = execRegex
        self.routesForbiddenDeviceNames = routesForbiddenDeviceNames
        self.routesForbiddenSourceRegex = routesForbiddenSourceRegex
        self.interfaceAllowRawFlags = interfaceAllowRawFlags
        self.interfaceForbiddenNames = interfaceForbiddenNames
        self.interfaceForbiddenHwAddrs = interfaceForbiddenHwAddrs
        self.neighborsForbiddenDeviceNames = neighborsForbiddenDeviceNames
        self.neighborsForbiddenCIDRsRegex = neighborsForbiddenCIDRsRegex
        self.neighborsAllowedStates = neighborsAllowedStates
        self.closeStdin = closeStdin
        self.readStream = readStream
        self.updateEphemeralMounts = updateEphemeralMounts
        self.writeStream = writeStream
        self.getDiagnosticData = getDiagnosticData
    }
}
