// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import TLSMessages

/// What a client is told before TLS itself takes over (RFC 8446, section 6.2).
enum TLSAlert: UInt8 {
    case unexpectedMessage = 10
    case handshakeFailure = 40
    case decodeError = 50
    case protocolVersion = 70
    case internalError = 80
    case noApplicationProtocol = 120

    /// `nil` for a client that does not speak TLS, or is not there any more.
    init?(_ error: ATLSError) {
        switch error {
        case .clientHello(.record), .deadline, .closed, .tooManyConnections: return nil
        case .clientHello(.messageType): self = .unexpectedMessage
        case .clientHello: self = .decodeError
        case .protocolVersion: self = .protocolVersion
        case .nonce, .applicationProtocol: self = .noApplicationProtocol
        case .issuer: self = .internalError
        case .tls, .certificate, .evidence, .noServerNonce: self = .handshakeFailure
        }
    }

    /// A record with this alert, which is fatal, in the clear.
    var record: ByteBuffer { ByteBuffer(bytes: [21, 3, 3, 0, 2, 2, rawValue]) }
}
