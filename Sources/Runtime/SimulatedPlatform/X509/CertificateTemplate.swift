// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// What stands in a certificate, as it is signed. Nothing is checked: wrong certificates can be made as well.
package struct CertificateTemplate: Sendable {
    package var serial: UInt64
    package var issuer: [UInt8]
    package var subject: [UInt8]
    package var notBefore: Timestamp
    package var notAfter: Timestamp
    package var spki: [UInt8]
    /// DER of each Extension.
    package var extensions: [[UInt8]]
    /// DER of the algorithm inside the signed part and outside of it, where they are not what they should be.
    package var innerAlgorithm: [UInt8]?
    package var outerAlgorithm: [UInt8]?

    package init(
        serial: UInt64 = 1, issuer: String, subject: String, notBefore: Timestamp, notAfter: Timestamp,
        spki: [UInt8], extensions: [[UInt8]] = []
    ) {
        self.serial = serial
        self.issuer = Self.name(issuer)
        self.subject = Self.name(subject)
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.spki = spki
        self.extensions = extensions
    }

    /// DER of a Name with a common name alone.
    package static func name(_ commonName: String) -> [UInt8] {
        DERWriter.sequence(
            DERWriter.set(
                DERWriter.sequence(DERWriter.objectIdentifier("2.5.4.3"), DERWriter.utf8String(commonName))))
    }

    /// DER of an Extension.
    package static func `extension`(_ oid: String, isCritical: Bool = false, _ value: [UInt8]) -> [UInt8] {
        DERWriter.sequence(
            DERWriter.objectIdentifier(oid), isCritical ? DERWriter.boolean(true) : [], DERWriter.octetString(value))
    }

    /// BasicConstraints with CA, and KeyUsage with keyCertSign and cRLSign.
    package static func authority(pathLength: UInt64? = nil) -> [[UInt8]] {
        let constraints = DERWriter.sequence(
            DERWriter.boolean(true), pathLength.map { DERWriter.integer($0) } ?? [])
        return [
            `extension`("2.5.29.19", isCritical: true, constraints),
            `extension`("2.5.29.15", isCritical: true, DERWriter.bitString([0x06], unused: 1)),
        ]
    }

    /// DER of the certificate.
    package func signed(by key: SigningKey, _ algorithm: SigningAlgorithm) throws(SigningError) -> [UInt8] {
        let identifier = algorithm.identifier
        let body = DERWriter.sequence(
            DERWriter.element(0xA0, DERWriter.integer(2)), DERWriter.integer(serial), innerAlgorithm ?? identifier,
            issuer, DERWriter.sequence(DERWriter.time(notBefore), DERWriter.time(notAfter)), subject, spki,
            extensions.isEmpty
                ? [] : DERWriter.element(0xA3, DERWriter.element(0x30, extensions.flatMap { $0 })))
        return DERWriter.sequence(
            body, outerAlgorithm ?? identifier, DERWriter.bitString(try key.sign(body, algorithm)))
    }
}

/// What stands in a CRL, as it is signed.
package struct RevocationListTemplate: Sendable {
    package var issuer: [UInt8]
    package var thisUpdate: Timestamp
    package var nextUpdate: Timestamp?
    package var revokedSerials: [UInt64]
    /// DER of each Extension.
    package var extensions: [[UInt8]]

    package init(
        issuer: String, thisUpdate: Timestamp, nextUpdate: Timestamp?, revokedSerials: [UInt64] = [],
        extensions: [[UInt8]] = []
    ) {
        self.issuer = CertificateTemplate.name(issuer)
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.revokedSerials = revokedSerials
        self.extensions = extensions
    }

    /// DER of the CRL.
    package func signed(by key: SigningKey, _ algorithm: SigningAlgorithm) throws(SigningError) -> [UInt8] {
        let identifier = algorithm.identifier
        let entries = revokedSerials.flatMap {
            DERWriter.sequence(DERWriter.integer($0), DERWriter.time(thisUpdate))
        }
        let body = DERWriter.sequence(
            DERWriter.integer(1), identifier, issuer, DERWriter.time(thisUpdate),
            nextUpdate.map(DERWriter.time) ?? [],
            entries.isEmpty ? [] : DERWriter.element(0x30, entries),
            extensions.isEmpty
                ? [] : DERWriter.element(0xA0, DERWriter.element(0x30, extensions.flatMap { $0 })))
        return DERWriter.sequence(body, identifier, DERWriter.bitString(try key.sign(body, algorithm)))
    }
}
