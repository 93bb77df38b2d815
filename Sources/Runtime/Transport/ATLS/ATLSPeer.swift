// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import GRPCCore

/// Who is at the other end of a connection. Requests on a server find it in their context.
package struct ATLSPeer: Sendable, ServerContext.TransportSpecific {
    /// DER of the SubjectPublicKeyInfo that the peer has proven to hold the private key of; `nil` without a certificate.
    package var publicKey: [UInt8]?
    /// What its evidence has shown; `nil` where none was asked for.
    package var claims: (any PeerClaims)?
    /// As the socket has it, without the port.
    package var address: String?

    package init(publicKey: [UInt8]? = nil, claims: (any PeerClaims)? = nil, address: String? = nil) {
        self.publicKey = publicKey
        self.claims = claims
        self.address = address
    }
}

extension ServerContext {
    /// The client of a request; `nil` on servers of another kind.
    package var peer: ATLSPeer? { transportSpecific as? ATLSPeer }
}
