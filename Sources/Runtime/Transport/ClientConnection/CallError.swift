// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// Why a call of the Coordinator failed.
package enum CallError: Error, Sendable, Equatable {
    /// Nobody answers, or not in time; another attempt may succeed.
    case unreachable(String)
    /// Who answers is not the Coordinator of the manifest.
    case notVerified(EvidenceRefusal)
    /// Who answers does not speak attested TLS as it should.
    case handshake(String)
    /// The request was not sent, since it has more bytes than a Coordinator reads.
    case tooLarge(bytes: Int, limit: Int)
    /// The Coordinator's answer: the name of a gRPC status code, and its message.
    case refused(code: String, message: String)
}

extension CallError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): reason
        case .notVerified(let refusal): "\(refusal)"
        case .handshake(let reason): reason
        case .tooLarge(let bytes, let limit): "the request has \(bytes) bytes, and Coordinators read \(limit)"
        case .refused(let code, let message): "\(message) (\(code))"
        }
    }

    /// Whether another attempt may succeed.
    package var mayPass: Bool { if case .unreachable = self { true } else { false } }
}
