// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import NIOCore
package import TLSMessages

/// Why a connection with attested TLS does not come about.
package enum ATLSError: Error, Sendable, Equatable {
    case clientHello(ClientHelloError)
    case nonce(ATLSNonceError)
    /// The client does not offer TLS 1.3.
    case protocolVersion
    /// The client does not offer HTTP/2, or it was not agreed on.
    case applicationProtocol
    /// The ClientHello or the handshake was not complete in time.
    case deadline
    /// The server has no place for another connection.
    case tooManyConnections
    /// The connection ended before the handshake did.
    case closed
    /// TLS failed; what it says.
    case tls(String)
    case certificate(PeerCertificateError)
    case evidence(EvidenceRefusal)
    /// This side's platform has made no evidence; what it says.
    case issuer(String)
    /// The server wants evidence and has sent no nonce for it.
    case noServerNonce
}

extension ATLSError {
    /// What the pipeline has caught during a handshake.
    init(connection error: any Error) {
        self = error is IOError || error is ChannelError ? .closed : .tls("\(error)")
    }
}

extension ATLSError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .clientHello(let error): "\(error)"
        case .nonce(let error): "\(error)"
        case .protocolVersion: "the client does not offer TLS 1.3"
        case .applicationProtocol: "HTTP/2 was not agreed on"
        case .deadline: "the handshake took too long"
        case .tooManyConnections: "there are too many connections"
        case .closed: "the connection ended during the handshake"
        case .tls(let reason): "TLS: \(reason)"
        case .certificate(let error): "the peer's certificate: \(error)"
        case .evidence(let refusal): "the peer's evidence: \(refusal)"
        case .issuer(let reason): "no evidence of this platform: \(reason)"
        case .noServerNonce: "the server asks for evidence but has sent no nonce"
        }
    }
}
