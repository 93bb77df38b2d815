// SPDX-License-Identifier: Apache-2.0

/// The software of a host, as far as it makes requests to the agent differ.
package struct HostProfile: Sendable, Hashable {
    package var containerd: Containerd
    package var shim: Shim
    /// `Version` of OCI specifications.
    package var ociVersion: String

    package enum Containerd: String, Sendable, CaseIterable {
        case v1_7 = "1.7"
        case v2_0 = "2.0"
        case v2_1 = "2.1"

        /// The version of the OCI specification that a release writes.
        package var ociVersion: String {
            switch self {
            case .v1_7: "1.1.0"
            case .v2_0: "1.2.0"
            case .v2_1: "1.2.1"
            }
        }

        /// From 2.0 on pods may by default ping and use ports below 1024 without privileges.
        var setsDefaultSysctls: Bool { self != .v1_7 }

        /// Options of the mount of cgroups that follow the host's.
        var cgroupOptions: [String] { self == .v2_1 ? ["nsdelegate", "memory_recursiveprot"] : [] }
    }

    /// The Kata shim: `runtime` in Go or `runtime-rs` in Rust.
    package enum Shim: String, Sendable, CaseIterable {
        case go, rust
    }

    package static let ociVersions = ["1.1.0", "1.2.0", "1.2.1", "1.3.0"]

    package init(containerd: Containerd, shim: Shim, ociVersion: String? = nil) {
        self.containerd = containerd
        self.shim = shim
        self.ociVersion = ociVersion ?? containerd.ociVersion
    }

    /// Each containerd with each shim, and each version of the OCI specification.
    package static let all: [HostProfile] = Containerd.allCases.flatMap { containerd in
        Shim.allCases.flatMap { shim in
            ociVersions.map { HostProfile(containerd: containerd, shim: shim, ociVersion: $0) }
        }
    }
}
