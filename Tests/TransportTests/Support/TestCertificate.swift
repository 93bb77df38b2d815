// SPDX-License-Identifier: Apache-2.0

@testable import ATLS
import Attestation
import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// Self-signed certificates as no peer of this project makes them.
struct TestCertificate {
    let key = P256.Signing.PrivateKey()

    /// DER of the SubjectPublicKeyInfo.
    var publicKey: [UInt8] { Array(key.publicKey.derRepresentation) }

    func certificate(
        name: String = "Contrast", evidence: [EvidenceDocument] = [], at time: Timestamp = .now()
    ) throws -> X509.Certificate {
        let name = try DistinguishedName { CommonName(name) }
        var extensions = X509.Certificate.Extensions()
        for document in evidence {
            try extensions.append(.init(oid: .init(document.kind), critical: false, value: document.bytes[...]))
        }
        let date = Date(timeIntervalSince1970: Double(time.seconds))
        let signer = X509.Certificate.PrivateKey(key)
        return try X509.Certificate(
            version: .v3, serialNumber: .init(7), publicKey: signer.publicKey, notValidBefore: date - 60,
            notValidAfter: date + 3600, issuer: name, subject: name, extensions: extensions, issuerPrivateKey: signer)
    }

    static func der(_ certificate: X509.Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}
