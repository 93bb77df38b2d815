// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// A maker of chips as AMD is one: root, intermediate certificate and the key of one chip or provider.
///
/// Templates may be changed before they are signed, so that what no real chip does can be made as well.
package struct SNPAuthority: Sendable {
    /// The keys of the three certificates. RSA keys take long to make, so that callers may share them.
    package struct Keys: Sendable {
        package var root: SigningKey
        package var intermediate: SigningKey
        package var endorsement: SigningKey

        package init(root: SigningKey, intermediate: SigningKey, endorsement: SigningKey) {
            self.root = root
            self.intermediate = intermediate
            self.endorsement = endorsement
        }

        /// - Parameter bits: AMD's have 4096.
        package init(rsaBits bits: Int = 4096) throws(SigningError) {
            root = try SigningKey(.rsa(bits: bits))
            intermediate = try SigningKey(.rsa(bits: bits))
            endorsement = try SigningKey(.p384)
        }
    }

    package let product: SNPProduct
    package var keys: Keys
    package var algorithm = SigningAlgorithm.amd
    package var root: CertificateTemplate
    package var intermediate: CertificateTemplate
    package var endorsement: CertificateTemplate
    /// Extensions of the endorsement certificate, in place of those of its template.
    package var fields: [(field: SNPEndorsementKey.Field, value: [UInt8])]
    /// The root as it was signed last: each signature has other bytes, and verifiers pin them.
    package private(set) var rootCertificate: Certificate

    package init(
        _ product: SNPProduct, owner: SNPEndorsementKey.Owner, tcb: SNPTCBVersion, keys: Keys,
        notBefore: Timestamp, notAfter: Timestamp
    ) throws {
        self.product = product
        self.keys = keys
        let isChip = if case .chip = owner { true } else { false }
        let rootName = "ARK-\(product.rawValue)"
        let name = isChip ? "SEV-\(product.rawValue)" : "SEV-VLEK-\(product.rawValue)"
        root = CertificateTemplate(
            issuer: rootName, subject: rootName, notBefore: notBefore, notAfter: notAfter, spki: keys.root.spki,
            extensions: CertificateTemplate.authority())
        intermediate = CertificateTemplate(
            serial: 0x1_0001, issuer: rootName, subject: name, notBefore: notBefore, notAfter: notAfter,
            spki: keys.intermediate.spki, extensions: CertificateTemplate.authority(pathLength: 0))
        endorsement = CertificateTemplate(
            serial: 0, issuer: name, subject: isChip ? SNPEndorsementKey.vcekName : SNPEndorsementKey.vlekName,
            notBefore: notBefore, notAfter: notAfter, spki: keys.endorsement.spki)
        fields = Self.fields(product, owner, tcb)
        rootCertificate = try Certificate(der: root.signed(by: keys.root, algorithm))
    }

    /// Signs the root's template once more, after it, its key or the algorithm has changed.
    package mutating func signRoot() throws {
        rootCertificate = try Certificate(der: root.signed(by: keys.root, algorithm))
    }

    /// As AMD's certificates have them (AMD 57230, section 3.1).
    package static func fields(
        _ product: SNPProduct, _ owner: SNPEndorsementKey.Owner, _ tcb: SNPTCBVersion
    ) -> [(field: SNPEndorsementKey.Field, value: [UInt8])] {
        func number(_ value: UInt8) -> [UInt8] { DERWriter.integer(UInt64(value)) }
        var fields: [(field: SNPEndorsementKey.Field, value: [UInt8])] = [
            (.structVersion, number(product == .turin ? 1 : 0)), (.productName, DERWriter.ia5String(product.rawValue)),
            (.blSPL, number(tcb.bootloader)), (.teeSPL, number(tcb.tee)), (.snpSPL, number(tcb.snp)),
            (.spl4, number(0)), (.spl5, number(0)), (.spl6, number(0)), (.spl7, number(0)),
            (.ucodeSPL, number(tcb.microcode)),
        ]
        if let fmc = tcb.fmc { fields.append((.fmcSPL, number(fmc))) }
        switch owner {
        case .chip(let id): fields.append((.hwID, id))
        case .provider(let name): fields.append((.cspID, DERWriter.ia5String(name)))
        }
        return fields
    }

    /// The certificates as they are now.
    package func certificates() throws -> (endorsement: Certificate, intermediate: Certificate, root: Certificate) {
        var endorsement = endorsement
        endorsement.extensions = fields.map { CertificateTemplate.extension($0.field.oid, $0.value) }
        return (
            try Certificate(der: endorsement.signed(by: keys.intermediate, algorithm)),
            try Certificate(der: intermediate.signed(by: keys.root, algorithm)), rootCertificate
        )
    }

    /// The root and the intermediate certificate as verifiers know them.
    package func anchors() throws -> SNPTrustAnchors {
        let (_, intermediate, root) = try certificates()
        return SNPTrustAnchors([product: .init(ark: root, ask: intermediate, asvk: intermediate)])
    }

    /// A CRL of the root.
    package func revocationList(
        thisUpdate: Timestamp, nextUpdate: Timestamp?, revokedSerials: [UInt64] = []
    ) throws -> RevocationList {
        let template = RevocationListTemplate(
            issuer: "ARK-\(product.rawValue)", thisUpdate: thisUpdate, nextUpdate: nextUpdate,
            revokedSerials: revokedSerials)
        return try RevocationList(der: template.signed(by: keys.root, algorithm))
    }

    /// A report with the signature of the endorsement key.
    package func sign(_ template: SNPReportTemplate) throws(SigningError) -> [UInt8] {
        try keys.endorsement.sign(template)
    }
}
