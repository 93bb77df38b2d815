// SPDX-License-Identifier: Apache-2.0

/// Evidence as a peer sends it.
package struct EvidenceDocument: Sendable, Equatable {
    /// The form of a document, which its object identifier tells.
    package enum Kind: Sendable, CaseIterable {
        /// `sevsnp.Attestation`, 1.3.9901.2.1.
        case snp
        /// `tdx.QuoteV4`, 1.3.9901.2.2.
        case tdx
    }

    /// Bytes of the largest document that is taken from a peer; TLS takes certificates of up to 100 KiB.
    package static let sizeLimit = 64 << 10

    package var kind: Kind
    package var bytes: [UInt8]

    package init(kind: Kind, bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }
}

/// The platform that a program runs on, as far as it can prove what runs there.
package protocol EvidenceIssuer: Sendable {
    /// Makes evidence for one request.
    ///
    /// - Parameter reportData: 64 bytes that the evidence will hold.
    func issue(reportData: [UInt8]) async throws -> EvidenceDocument
}

/// Why a peer's evidence is not accepted.
package enum EvidenceRefusal: Error, Sendable, Equatable {
    /// The document is not of the kind that it claims to be.
    case malformed(String)
    case failed(VerificationFailure)
    /// There is nothing to compare evidence with yet; why.
    case notReady(String)
}

extension EvidenceRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let reason): "the evidence cannot be read: \(reason)"
        case .failed(let failure): "\(failure)"
        case .notReady(let reason): reason
        }
    }
}

/// What a verification has shown of a peer.
package protocol PeerClaims: Sendable {}

extension VerifiedEvidence: PeerClaims {}

/// Decides whether a peer is what it should be.
package protocol PeerVerifier: Sendable {
    /// - Parameters:
    ///   - document: the peer's evidence.
    ///   - reportData: the 64 bytes that it must hold.
    ///   - time: now.
    func verify(
        _ document: EvidenceDocument, reportData: [UInt8], at time: Timestamp
    ) async throws(EvidenceRefusal) -> any PeerClaims
}
