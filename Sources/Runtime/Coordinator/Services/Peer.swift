// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import Identity

/// Whoever is at the other end of a connection, as the transport has verified it.
package struct Peer: Sendable {
    /// DER of the SubjectPublicKeyInfo of its TLS key; `nil` when it has shown none. The handshake proves possession.
    package var publicKey: [UInt8]?
    /// Its IP address as text.
    package var address: String?

    package init(publicKey: [UInt8]? = nil, address: String? = nil) {
        self.publicKey = publicKey
        self.address = address
    }
}

/// A peer whose evidence was verified during the handshake, for its TLS key and against one state.
package struct AttestedPeer: Sendable {
    /// DER of the SubjectPublicKeyInfo of its TLS key.
    package var publicKey: [UInt8]
    package var address: String?
    /// Lower-case hexadecimal.
    package var policyHash: String
    /// What its evidence says, for its certificate.
    package var claims: [CertificateExtension]
    /// The state whose manifest its evidence meets.
    package var state: ServingState

    package init(
        publicKey: [UInt8], address: String?, policyHash: String, claims: [CertificateExtension], state: ServingState
    ) {
        self.publicKey = publicKey
        self.address = address
        self.policyHash = policyHash
        self.claims = claims
        self.state = state
    }

    /// - Parameter evidence: as it was verified against the manifest of the state; `nil` is returned when it was compared
    ///   with nothing.
    package init?(publicKey: [UInt8], address: String?, evidence: VerifiedEvidence, state: ServingState) {
        guard let policyHash = evidence.policyHash else { return nil }
        let claims: [CertificateExtension] =
            if case .snp(let genuine) = evidence.genuine { CertificateExtension.claims(of: genuine) } else { [] }
        self.init(publicKey: publicKey, address: address, policyHash: policyHash, claims: claims, state: state)
    }
}
