// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Crypto
internal import Digests
internal import FoundationEssentials
internal import NIOSSL
internal import SwiftASN1
internal import TLSMessages
internal import X509

/// The key that one side of a connection proves to hold.
struct LeafKey: Sendable {
    private let key: X509.Certificate.PrivateKey
    /// DER of the SubjectPublicKeyInfo.
    let publicKey: [UInt8]

    /// A new key on P-256, or one that is read from PEM.
    init(pem: SecretBytes? = nil) throws {
        key =
            try pem.map { pem in
                try X509.Certificate.PrivateKey(pemEncoded: pem.withBytes { String(decoding: $0, as: UTF8.self) })
            } ?? X509.Certificate.PrivateKey(P256.Signing.PrivateKey())
        publicKey = try key.publicKey.subjectPublicKeyInfo
    }

    func tlsKey() throws -> NIOSSLPrivateKey {
        try NIOSSLPrivateKey(bytes: key.serializeAsPEM().derBytes, format: .der)
    }

    /// A self-signed certificate, valid for two hours either way.
    ///
    /// - Parameters:
    ///   - name: the common name.
    ///   - evidence: what proves where the key is.
    ///   - nonce: of a server, for clients that do not look into its CertificateRequest.
    func certificate(
        name: String = "Contrast", evidence: EvidenceDocument? = nil, nonce: ATLSNonce? = nil, at time: Timestamp
    ) throws -> NIOSSLCertificate {
        var extensions = X509.Certificate.Extensions()
        if let evidence {
            try extensions.append(.init(oid: .init(evidence.kind), critical: false, value: evidence.bytes[...]))
        }
        if let nonce { try extensions.append(.init(oid: .atlsNonce, critical: false, value: nonce.bytes[...])) }
        let subject = try DistinguishedName { CommonName(name) }
        let now = Date(timeIntervalSince1970: Double(time.seconds))
        let certificate = try X509.Certificate(
            version: .v3, serialNumber: Self.serialNumber(), publicKey: key.publicKey,
            notValidBefore: now - Self.validity, notValidAfter: now + Self.validity, issuer: subject, subject: subject,
            extensions: extensions, issuerPrivateKey: key)
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return try NIOSSLCertificate(bytes: serializer.serializedBytes, format: .der)
    }

    private static let validity: TimeInterval = 2 * 3600

    /// Random, positive, below 2^127.
    private static func serialNumber() -> X509.Certificate.SerialNumber {
        var bytes = ATLSNonce().bytes.prefix(16)
        bytes[0] = bytes[0] & 0x3F | 0x40
        return X509.Certificate.SerialNumber(bytes: bytes)
    }
}
