// SPDX-License-Identifier: Apache-2.0

package import IR
package import Identity

/// How a Coordinator is set up. What decides who may do what comes from its measured initdata, so that a host cannot
/// change it.
package struct CoordinatorConfiguration: Sendable {
    /// The entry `contrast.coordinator` of the Coordinator's own initdata document. With owner keys in it the first
    /// manifest must come from one of them.
    package var measured: CoordinatorInfo?
    /// Whether manifests of simulated platforms are taken.
    package var allowsInsecurePlatforms: Bool
    /// Whether every entry of the reference values must list the machines that it allows.
    package var requiresMachineLists: Bool
    package var certificates: CertificatePolicy

    package init(
        measured: CoordinatorInfo? = nil, allowsInsecurePlatforms: Bool = false, requiresMachineLists: Bool = false,
        certificates: CertificatePolicy = .standard
    ) {
        self.measured = measured
        self.allowsInsecurePlatforms = allowsInsecurePlatforms
        self.requiresMachineLists = requiresMachineLists
        self.certificates = certificates
    }

    /// Whether whoever came first could set the first manifest.
    package var trustsFirstUse: Bool { measured?.workloadOwnerPubKeys.isEmpty ?? true }
}
