// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import Digests
package import History
package import IR
package import Identity

/// What a Coordinator serves between two manifests. It never changes; a new manifest gives a new one.
package final class ServingState: Sendable {
    package let manifest: Manifest
    package let manifestBytes: [UInt8]
    package let authority: CertificateAuthority
    package let latest: LatestTransition
    /// From the first transition to the latest.
    package let transitions: [Transition]
    let engine: SeedEngine
    /// Whether no owner was measured with this Coordinator, so that anybody could set the first manifest.
    package let trustsFirstUse: Bool

    init(
        manifest: Manifest, manifestBytes: [UInt8], authority: CertificateAuthority, latest: LatestTransition,
        transitions: [Transition], engine: SeedEngine, trustsFirstUse: Bool
    ) {
        self.manifest = manifest
        self.manifestBytes = manifestBytes
        self.authority = authority
        self.latest = latest
        self.transitions = transitions
        self.engine = engine
        self.trustsFirstUse = trustsFirstUse
    }

    /// Counts manifests from 1.
    package var generation: Int { transitions.count }

    /// The key of the transit engine for a workload secret ID.
    func transitKey(id: String, version: UInt32) throws(IdentityError) -> SecretBytes {
        try engine.transitKey(id: id, version: version)
    }

    /// PEM of a certificate and its issuer for the Coordinator itself, with the names of a policy.
    ///
    /// - Parameter spki: DER of the SubjectPublicKeyInfo.
    package func certificate(
        spki: [UInt8], policyHash: String, at time: Timestamp, policy: CertificatePolicy
    ) throws(CoordinatorError) -> [UInt8] {
        guard let entry = manifest.policies[policyHash], entry.role == PolicyEntry.coordinatorRole else {
            throw .notAuthorized("the policy is not that of a Coordinator")
        }
        let leaf = CertificateAuthority.Leaf(
            spki: spki, names: (entry.sans ?? []).compactMap(SubjectName.init), fallbackName: policyHash)
        do throws(CryptoError) {
            return try authority.issue(leaf, at: time, policy: policy)
        } catch {
            throw .internal(error)
        }
    }
}
