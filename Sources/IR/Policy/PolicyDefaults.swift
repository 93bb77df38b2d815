// SPDX-License-Identifier: Apache-2.0

/// What all policies of a run share: it comes from the settings, and its text stands before what is particular to a
/// pod. One object for the run, so that who has written it once knows it again.
package final class PolicyDefaults: Sendable {
    package let profile: PolicyProfile
    package let common: CommonSettings
    package let sandboxStorages: [StoragePolicy]
    package let requests: RequestDefaults
    /// Path prefix of VFIO devices.
    package let vfioDevicePath: String
    /// Options that a cgroup mount may have beyond the expected ones.
    package let cgroupMountExtrasAllowed: [String]
    /// Versions of the OCI specification that a strict policy accepts, one for all containers of a sandbox: those of
    /// the runtimes in use.
    package let ociVersions: [String]
    /// By the position of the kind among all.
    private let kinds: [ContainerDefaults]
    private let capabilities: [[String]]

    package init(
        profile: PolicyProfile, common: CommonSettings, sandboxStorages: [StoragePolicy], requests: RequestDefaults,
        vfioDevicePath: String, cgroupMountExtrasAllowed: [String], ociVersions: [String] = [],
        kinds: (ContainerKind) -> ContainerDefaults
    ) {
        self.profile = profile
        self.common = common
        self.sandboxStorages = sandboxStorages
        self.requests = requests
        self.vfioDevicePath = vfioDevicePath
        self.cgroupMountExtrasAllowed = cgroupMountExtrasAllowed
        self.ociVersions = ociVersions
        self.kinds = ContainerKind.allCases.map(kinds)
        capabilities = self.kinds.map { common.expanded($0.capabilities) }
    }

    /// Those of a kind without the prefix `CAP_`, by name.
    func capabilities(of kind: ContainerKind) -> [String] { capabilities[kind.position] }

    package subscript(kind: ContainerKind) -> ContainerDefaults { kinds[kind.position] }
}

/// Containers that a runtime treats alike. The order is that of the names.
package enum ContainerKind: String, Sendable, CaseIterable {
    case container
    case privileged
    /// The pause container.
    case sandbox

    fileprivate var position: Int {
        switch self {
        case .container: 0
        case .privileged: 1
        case .sandbox: 2
        }
    }
}

/// What a container of a kind looks like as far as its policy does not say otherwise.
package struct ContainerDefaults: Sendable {
    package var ociVersion = ""
    /// `$(root_path)` by default.
    package var rootPath = ""
    package var rootReadonly = false
    package var noNewPrivileges = false
    /// See `ProcessPolicy.capabilities`.
    package var capabilities: [String] = []
    /// Destinations are unique.
    package var mounts: [MountPolicy] = []
    /// Sorted by key, keys unique.
    package var annotations: [KeyValue] = []
    package var namespaces: [NamespacePolicy] = []
    package var maskedPaths: [String] = []
    package var readonlyPaths: [String] = []
    package var linuxDevices: [LinuxDevicePolicy] = []
    /// Sorted by key, keys unique.
    package var sysctls: [KeyValue] = []
    package var runtimeAnnotationPatterns: [KeyValue] = []

    package init() {}
}
