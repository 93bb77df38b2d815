// SPDX-License-Identifier: Apache-2.0

/// What the certificate of a key that signs reports says of it (AMD 57230, section 3).
package struct SNPEndorsementKey: Sendable {
    package enum Owner: Sendable, Hashable {
        /// A single chip, by its identity (VCEK).
        case chip([UInt8])
        /// Chips of a cloud provider, by the provider's name (VLEK).
        case provider(String)
    }

    package let certificate: Certificate
    package let product: SNPProduct
    package let owner: Owner
    /// The firmware that the key is derived for.
    package let tcb: SNPTCBVersion
}

/// Why a certificate is not one of a key that signs reports.
package enum SNPEndorsementKeyError: Error, Sendable, Equatable {
    /// The common name is neither of the two.
    case name(String)
    /// Another key than one on P-384.
    case key
    case missing(SNPEndorsementKey.Field)
    /// Not the DER that AMD specifies, or a number out of range.
    case malformed(SNPEndorsementKey.Field)
    case product(String)
    /// A field of the other kind of key is there.
    case unexpected(SNPEndorsementKey.Field)
}

extension SNPEndorsementKey {
    /// Extensions below 1.3.6.1.4.1.3704.1.
    package enum Field: String, Sendable, Hashable, CaseIterable {
        case structVersion = "1"
        case productName = "2"
        case blSPL = "3.1"
        case teeSPL = "3.2"
        case snpSPL = "3.3"
        case spl4 = "3.4"
        case spl5 = "3.5"
        case spl6 = "3.6"
        case spl7 = "3.7"
        case ucodeSPL = "3.8"
        case fmcSPL = "3.9"
        case hwID = "4"
        case cspID = "5"

        package var oid: String { "1.3.6.1.4.1.3704.1.\(rawValue)" }
        package var name: String { "\(self)" }
    }

    package static let vcekName = "SEV-VCEK"
    package static let vlekName = "SEV-VLEK"
    /// Bytes of a provider's name.
    private static let providerLimit = 256

    /// Reads the extensions. The certificate need not be trusted yet.
    package init(_ certificate: Certificate) throws(SNPEndorsementKeyError) {
        let isVCEK = certificate.commonName == Self.vcekName
        guard isVCEK || certificate.commonName == Self.vlekName else { throw .name(certificate.commonName) }
        guard certificate.publicKey.kind == .p384 else { throw .key }
        let reader = FieldReader(certificate: certificate)
        let name = try reader.text(.productName)
        guard let product = SNPProduct(certificateName: name) else { throw .product(name) }
        guard try reader.number(.structVersion) <= 1 else { throw .malformed(.structVersion) }
        for field in [Field.spl4, .spl5, .spl6, .spl7] where certificate.extension(field.oid) != nil {
            guard try reader.number(field) == 0 else { throw .malformed(field) }
        }
        let hasFMC = certificate.extension(Field.fmcSPL.oid) != nil
        if hasFMC, product != .turin { throw .unexpected(.fmcSPL) }
        self.certificate = certificate
        self.product = product
        tcb = SNPTCBVersion(
            fmc: product == .turin ? try reader.number(.fmcSPL) : nil, bootloader: try reader.number(.blSPL),
            tee: try reader.number(.teeSPL), snp: try reader.number(.snpSPL), microcode: try reader.number(.ucodeSPL))
        let other: Field = isVCEK ? .cspID : .hwID
        guard certificate.extension(other.oid) == nil else { throw .unexpected(other) }
        if isVCEK {
            owner = .chip(try reader.chipID(product))
        } else {
            let provider = try reader.text(.cspID)
            guard (1...Self.providerLimit).contains(provider.utf8.count) else { throw .malformed(.cspID) }
            owner = .provider(provider)
        }
    }

    private struct FieldReader {
        let certificate: Certificate

        func value(_ field: Field) throws(SNPEndorsementKeyError) -> [UInt8] {
            guard let found = certificate.extension(field.oid) else { throw .missing(field) }
            return found.value
        }

        /// The identity of a chip stands in the extension as it is, on some newer certificates as an OCTET STRING.
        func chipID(_ product: SNPProduct) throws(SNPEndorsementKeyError) -> [UInt8] {
            let value = try value(.hwID)
            if value.count == product.chipIDSize { return value }
            var reader = DERReader(value)
            guard let id = try? reader.element(DERReader.Tag.octetString), reader.isAtEnd,
                id.count == product.chipIDSize
            else { throw .malformed(.hwID) }
            return Array(id)
        }

        func number(_ field: Field) throws(SNPEndorsementKeyError) -> UInt8 {
            var reader = DERReader(try value(field))
            guard let number = try? reader.unsigned(UInt8.self), reader.isAtEnd else { throw .malformed(field) }
            return number
        }

        func text(_ field: Field) throws(SNPEndorsementKeyError) -> String {
            var reader = DERReader(try value(field))
            guard let text = try? reader.element(DERReader.Tag.ia5String), reader.isAtEnd,
                text.allSatisfy({ (0x20...0x7E).contains($0) })
            else { throw .malformed(field) }
            return String(decoding: text, as: UTF8.self)
        }
    }
}

extension SNPEndorsementKeyError {
    package var shortfall: Shortfall {
        switch self {
        case .name(let name):
            Shortfall(
                "endorsement key",
                expected: "the common name \(SNPEndorsementKey.vcekName) or \(SNPEndorsementKey.vlekName)",
                found: "'\(name)'")
        case .key: Shortfall("endorsement key", expected: "a key on P-384", found: "another")
        case .missing(let field): Shortfall(field.name, expected: "the extension \(field.oid)", found: "none")
        case .malformed(let field):
            Shortfall(field.name, expected: "the extension \(field.oid) as specified", found: "another value")
        case .product(let name): Shortfall("productName", expected: "Milan, Genoa or Turin", found: "'\(name)'")
        case .unexpected(let field):
            Shortfall(field.name, expected: "no extension \(field.oid)", found: "one")
        }
    }
}
