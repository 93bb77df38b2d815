// SPDX-License-Identifier: Apache-2.0

internal import IR
package import Identity

/// How a Coordinator is set up. What decides who may do what comes from the document that was measured with it, so that a
/// host cannot change it.
package struct CoordinatorConfiguration: Sendable {
    /// Of the Coordinator's own evidence: SHA-256 of its measured document. The first manifest brings this document along
    /// with all others; where it names owners, one of them must have set the manifest.
    package var hostData: [UInt8]
    /// Whether manifests of simulated platforms are taken.
    package var allowsInsecurePlatforms: Bool
    /// Whether every entry of the reference values must list the machines that it allows.
    package var requiresMachineLists: Bool
    package var certificates: CertificatePolicy

    package init(
        hostData: [UInt8], allowsInsecurePlatforms: Bool = false, requiresMachineLists: Bool = false,
        certificates: CertificatePolicy = .standard
    ) {
        self.hostData = hostData
        self.allowsInsecurePlatforms = allowsInsecurePlatforms
        self.requiresMachineLists = requiresMachineLists
        self.certificates = certificates
    }

    /// By which manifests list the policy that this Coordinator itself runs with; lower-case hexadecimal.
    package var policyHash: String { Hex.text(hostData) }
}
