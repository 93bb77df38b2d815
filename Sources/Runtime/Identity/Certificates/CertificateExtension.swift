// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// An extension of a certificate that is made here.
package struct CertificateExtension: Sendable, Hashable {
    /// Where the workload secret ID of a mesh certificate stands.
    package static let workloadSecretIDOID = "1.3.9901.3.1"

    /// Dotted decimal.
    package var oid: String
    package var isCritical: Bool
    /// The content of `extnValue`.
    package var value: [UInt8]

    package init(_ oid: String, isCritical: Bool = false, _ value: [UInt8]) {
        self.oid = oid
        self.isCritical = isCritical
        self.value = value
    }

    /// What the certificate of a workload says of its workload secret ID.
    package static func workloadSecretID(_ id: String) -> CertificateExtension {
        CertificateExtension(workloadSecretIDOID, DERWriter.octetString(Array(id.utf8)))
    }

    /// The workload secret ID in a mesh certificate; `nil` when it has none, or something that is none.
    package static func workloadSecretID(in certificate: Certificate) -> String? {
        guard let value = certificate.extension(workloadSecretIDOID)?.value else { return nil }
        var reader = DERReader(value)
        guard let content = try? reader.element(DERReader.Tag.octetString), reader.isAtEnd, !content.isEmpty else {
            return nil
        }
        return String(validating: content, as: UTF8.self)
    }

    /// DER of the Extension.
    var der: [UInt8] {
        DERWriter.sequence(
            DERWriter.objectIdentifier(oid), isCritical ? DERWriter.boolean(true) : [], DERWriter.octetString(value))
    }
}

extension CertificateExtension {
    /// BasicConstraints of a CA.
    static func authority(pathLength: UInt64) -> CertificateExtension {
        CertificateExtension(
            "2.5.29.19", isCritical: true,
            DERWriter.sequence(DERWriter.boolean(true), DERWriter.integer(pathLength)))
    }

    /// BasicConstraints of what is no CA.
    static let endEntity = CertificateExtension("2.5.29.19", isCritical: true, DERWriter.sequence())

    /// KeyUsage digitalSignature, for a CA keyCertSign too.
    static func keyUsage(isAuthority: Bool) -> CertificateExtension {
        CertificateExtension(
            "2.5.29.15", isCritical: true,
            isAuthority ? DERWriter.bitString([0x84], unused: 2) : DERWriter.bitString([0x80], unused: 7))
    }

    /// ExtendedKeyUsage serverAuth and clientAuth.
    static let tls = CertificateExtension(
        "2.5.29.37",
        DERWriter.sequence(
            DERWriter.objectIdentifier("1.3.6.1.5.5.7.3.1"), DERWriter.objectIdentifier("1.3.6.1.5.5.7.3.2")))

    static func subjectKeyIdentifier(_ identifier: [UInt8]) -> CertificateExtension {
        CertificateExtension("2.5.29.14", DERWriter.octetString(identifier))
    }

    static func authorityKeyIdentifier(_ identifier: [UInt8]) -> CertificateExtension {
        CertificateExtension("2.5.29.35", DERWriter.sequence(DERWriter.element(0x80, identifier)))
    }

    /// SubjectAltName, critical when the subject is empty.
    static func names(_ names: [SubjectName], isCritical: Bool) -> CertificateExtension {
        CertificateExtension("2.5.29.17", isCritical: isCritical, DERWriter.element(0x30, names.flatMap(\.der)))
    }
}
