// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not the start of a TLS handshake.
package enum ClientHelloError: Error, Sendable, Equatable {
    /// What starts at this offset of the input is no record with a part of a handshake message.
    case record(offset: Int)
    /// The first message is another; its type.
    case messageType(UInt8)
    /// The message, or the records that it comes in, exceed `ClientHello.sizeLimit`.
    case tooLarge
    case malformed(TLSDecodeError)
}

extension ClientHelloError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .record(let offset): "expected a TLS handshake record at offset \(offset)"
        case .messageType(let type): "expected a ClientHello, found a message of type \(type)"
        case .tooLarge: "the ClientHello is larger than \(ClientHello.sizeLimit) bytes"
        case .malformed(let error): "malformed ClientHello: \(error)"
        }
    }
}
