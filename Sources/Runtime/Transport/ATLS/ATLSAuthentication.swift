// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import Digests

/// What a server asks of its clients.
package enum ClientRequirement: Sendable {
    /// A certificate is optional; without evidence it proves possession of a key.
    case keyIfGiven
    /// Evidence that the verifier accepts.
    case attested(any PeerVerifier)
}

/// What a client asks of its server.
package enum ServerRequirement: Sendable {
    /// Evidence that the verifier accepts.
    case attested(any PeerVerifier)
    /// Nothing: whoever answers is believed. Only for a client that has nothing to compare with.
    case none
}

/// What a client shows of itself.
package enum ClientIdentity: Sendable {
    /// Nothing.
    case none
    /// A private key in PEM: ECDSA or RSA; SEC1, PKCS#1 or PKCS#8.
    case key(SecretBytes)
    /// Evidence for a private key, or for a new one without.
    case evidence(any EvidenceIssuer, key: SecretBytes?)
}
