// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import FoundationEssentials
internal import SwiftASN1
internal import TLSMessages
internal import X509

/// What is wrong with the certificate that a peer presents.
package enum PeerCertificateError: Error, Sendable, Equatable {
    /// There must be one, by itself; how many there are.
    case count(Int)
    case unreadable
    case notYetValid
    case expired
    /// Its key has not signed it.
    case selfSignature
    case noEvidence
    case severalEvidences
    /// Bytes of the extension; zero, or more than any evidence has.
    case evidenceSize(Int)
}

extension PeerCertificateError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .count(let count): "expected one certificate, found \(count)"
        case .unreadable: "it cannot be read"
        case .notYetValid: "it is not valid yet; are the clocks right?"
        case .expired: "it is no longer valid; are the clocks right?"
        case .selfSignature: "it is not signed with its own key"
        case .noEvidence: "it holds no evidence"
        case .severalEvidences: "it holds more than one piece of evidence"
        case .evidenceSize(let count): "its evidence has \(count) bytes"
        }
    }
}

/// The self-signed certificate of a peer, which carries its evidence.
struct PeerCertificate: Sendable {
    /// DER of the SubjectPublicKeyInfo.
    let publicKey: [UInt8]
    private let extensions: [(oid: ASN1ObjectIdentifier, value: [UInt8])]

    /// Checks everything but the evidence.
    ///
    /// - Parameter chain: the certificates in DER, as the peer has sent them.
    init(chain: [[UInt8]], at time: Timestamp) throws(PeerCertificateError) {
        guard let der = chain.first, chain.count == 1 else { throw .count(chain.count) }
        guard let certificate = try? X509.Certificate(derEncoded: der) else { throw .unreadable }
        let now = Date(timeIntervalSince1970: Double(time.seconds))
        guard certificate.notValidBefore <= now else { throw .notYetValid }
        guard now <= certificate.notValidAfter else { throw .expired }
        guard certificate.publicKey.isValidSignature(certificate.signature, for: certificate) else {
            throw .selfSignature
        }
        guard let publicKey = try? certificate.publicKey.subjectPublicKeyInfo else { throw .unreadable }
        self.publicKey = publicKey
        extensions = certificate.extensions.map { ($0.oid, Array($0.value)) }
    }

    /// The one piece of evidence.
    func evidence() throws(PeerCertificateError) -> EvidenceDocument {
        var found: EvidenceDocument?
        for (oid, value) in extensions {
            guard let kind = EvidenceDocument.Kind.allCases.first(where: { ASN1ObjectIdentifier($0) == oid }) else {
                continue
            }
            guard found == nil else { throw .severalEvidences }
            guard (1...ATLSLimits.evidenceSize).contains(value.count) else { throw .evidenceSize(value.count) }
            found = EvidenceDocument(kind: kind, bytes: value)
        }
        guard let found else { throw .noEvidence }
        return found
    }

    /// The nonce that a server of this project puts into its certificate.
    var nonce: ATLSNonce? {
        let values = extensions.filter { $0.oid == .atlsNonce }.map(\.value)
        return values.count == 1 ? ATLSNonce(values[0]) : nil
    }
}

extension X509.Certificate.PublicKey {
    /// DER of the SubjectPublicKeyInfo: algorithm and key. The package's property of such a name has only the key.
    var subjectPublicKeyInfo: [UInt8] {
        get throws { try serializeAsPEM().derBytes }
    }
}

extension ASN1ObjectIdentifier {
    init(_ kind: EvidenceDocument.Kind) {
        switch kind {
        case .snp: self = [1, 3, 9901, 2, 1]
        case .tdx: self = [1, 3, 9901, 2, 2]
        }
    }

    /// The server's nonce. Below 2^31, which is all that some readers of certificates take.
    static let atlsNonce: ASN1ObjectIdentifier = [2, 25, 1_650_427_713]
}
