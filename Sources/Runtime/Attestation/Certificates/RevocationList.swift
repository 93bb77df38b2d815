// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
internal import Digests

/// Why a CRL cannot be relied on, or what it says.
package enum RevocationError: Error, Sendable, Equatable {
    /// The CRL is of another issuer than the certificate.
    case otherIssuer
    case signatureAlgorithm(SignatureAlgorithm)
    case badSignature
    case notYetValid(thisUpdate: Timestamp)
    /// Expired, or without a date until which it is good (`nil`).
    case stale(nextUpdate: Timestamp?)
    /// A critical extension; those narrow what a CRL says (RFC 5280, section 5.2).
    case criticalExtension(String)
    case revoked
}

extension RevocationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .otherIssuer: "the CRL is another issuer's"
        case .signatureAlgorithm(let found): "the CRL is signed with \(found)"
        case .badSignature: "the CRL's signature does not verify"
        case .notYetValid(let thisUpdate): "the CRL is of \(thisUpdate), which is later"
        case .stale(nil): "the CRL does not say until when it is good"
        case .stale(.some(let nextUpdate)): "the CRL was good until \(nextUpdate)"
        case .criticalExtension(let oid): "the CRL has the critical extension \(oid)"
        case .revoked: "the certificate is revoked"
        }
    }
}

/// A certificate revocation list: read, not yet trusted.
package final class RevocationList: Sendable {
    /// Bytes of DER.
    package static let sizeLimit = 16 << 20

    // libcrypto guards the order of its entries by a lock; nothing here changes a list.
    private nonisolated(unsafe) let pointer: OpaquePointer

    package let der: [UInt8]
    /// DER of the name.
    package let issuer: [UInt8]
    package let thisUpdate: Timestamp
    package let nextUpdate: Timestamp?
    package let signatureAlgorithm: SignatureAlgorithm
    package let extensions: [Certificate.Extension]

    /// Reads DER, to the last byte.
    package init(der: [UInt8]) throws(CertificateError) {
        guard der.count <= Self.sizeLimit else { throw .tooLarge }
        defer { ERR_clear_error() }
        guard let (pointer, isWhole) = DER.decode(der, { d2i_X509_CRL(nil, &$0, $1) }) else { throw .malformed }
        var isKept = false
        defer { if !isKept { X509_CRL_free(pointer) } }
        guard isWhole else { throw .trailingBytes }
        var algorithm: UnsafePointer<X509_ALGOR>?
        X509_CRL_get0_signature(pointer, nil, &algorithm)
        guard let algorithm, let outer = DER.encode({ i2d_X509_ALGOR(algorithm, $0) }),
            let name = X509_CRL_get_issuer(pointer), let issuer = DER.encode({ i2d_X509_NAME(name, $0) }),
            let thisUpdate = Timestamp(X509_CRL_get0_lastUpdate(pointer))
        else { throw .malformed }
        let nextUpdate = X509_CRL_get0_nextUpdate(pointer)
        self.der = der
        self.issuer = issuer
        self.thisUpdate = thisUpdate
        self.nextUpdate = Timestamp(nextUpdate)
        if nextUpdate != nil, self.nextUpdate == nil { throw .malformed }
        signatureAlgorithm = SignatureAlgorithm(der: outer)
        extensions = try Certificate.extensions(X509_CRL_get0_extensions(pointer))
        self.pointer = pointer
        isKept = true
    }

    deinit { X509_CRL_free(pointer) }

    /// Whether the list is good at a time, and does not name a certificate (RFC 5280, section 6.3).
    ///
    /// - Parameter authority: the certificate's issuer, already trusted, which must have signed the list too.
    package func check(
        _ certificate: Certificate, issuer authority: Certificate, algorithm: SignatureAlgorithm, at time: Timestamp
    ) throws(RevocationError) {
        guard issuer == authority.subject, certificate.issuer == authority.subject else { throw .otherIssuer }
        guard signatureAlgorithm == algorithm else { throw .signatureAlgorithm(signatureAlgorithm) }
        defer { ERR_clear_error() }
        let isSigned = authority.publicKey.withPointer { X509_CRL_verify(pointer, $0) == 1 }
        guard isSigned else { throw .badSignature }
        if let critical = extensions.first(where: \.isCritical) { throw .criticalExtension(critical.oid) }
        guard thisUpdate <= time else { throw .notYetValid(thisUpdate: thisUpdate) }
        guard let nextUpdate, time <= nextUpdate else { throw .stale(nextUpdate: nextUpdate) }
        let isListed = certificate.withPointer { subject in
            var entry: OpaquePointer?
            return X509_CRL_get0_by_cert(pointer, &entry, subject) != 0
        }
        if isListed { throw .revoked }
    }
}

extension RevocationList: Equatable {
    /// Byte for byte.
    package static func == (left: RevocationList, right: RevocationList) -> Bool { left.der == right.der }
}
