// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Digests

/// What stands in a certificate that is signed here with ECDSA and SHA-384.
struct CertificateTemplate {
    /// Content of the INTEGER; `nil` derives it from everything else in the certificate.
    var serial: [UInt8]?
    var issuer: String
    var subject: String
    var notBefore: Timestamp
    var notAfter: Timestamp
    var spki: [UInt8]
    var extensions: [CertificateExtension]

    /// First 20 bytes of the SHA-256 of the key (RFC 7093, section 2).
    static func keyIdentifier(_ spki: [UInt8]) -> [UInt8] { Array(SHA256.digest(spki).prefix(20)) }

    /// DER of a Name with a common name, or without anything.
    private static func name(_ commonName: String) -> [UInt8] {
        guard !commonName.isEmpty else { return DERWriter.sequence() }
        return DERWriter.sequence(
            DERWriter.set(
                DERWriter.sequence(DERWriter.objectIdentifier("2.5.4.3"), DERWriter.utf8String(commonName))))
    }

    /// DER of the certificate: the same bytes for the same template, when it leaves the serial number open or states it.
    func signed(by key: ECDSAPrivateKey) throws(CryptoError) -> [UInt8] {
        let algorithm = DERWriter.sequence(DERWriter.objectIdentifier("1.2.840.10045.4.3.3"))
        let validity = DERWriter.sequence(DERWriter.time(notBefore), DERWriter.time(notAfter))
        let rest =
            algorithm + Self.name(issuer) + validity + Self.name(subject) + spki
            + DERWriter.element(0xA3, DERWriter.element(0x30, extensions.flatMap(\.der)))
        // Positive, of 128 bits at most (RFC 5280, section 4.1.2.2).
        let number = [0x40 | SHA256.digest(rest)[0] & 0x3F] + SHA256.digest(rest)[1..<16]
        let body = DERWriter.element(
            0x30,
            DERWriter.element(0xA0, DERWriter.integer(2)) + DERWriter.element(0x02, serial ?? number) + rest)
        let signature = try key.sign(digest: SHA384.digest(body), madeBy: .sha384)
        return DERWriter.sequence(body, algorithm, DERWriter.bitString(signature))
    }
}
