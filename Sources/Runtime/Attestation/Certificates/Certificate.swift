// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
internal import Digests

/// Why bytes are not a certificate or a CRL that can be used.
package enum CertificateError: Error, Sendable, Equatable {
    case tooLarge
    case malformed
    case trailingBytes
    /// The algorithm inside the signed part is not the one outside (RFC 5280, section 4.1.1.2).
    case algorithmsDiffer
    /// Dotted OID of an extension that is there twice (RFC 5280, section 4.2).
    case duplicateExtension(String)
    /// The file has no such PEM block.
    case nothingFound
}

extension CertificateError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge: "it is larger than any certificate or CRL"
        case .malformed: "it is not DER of X.509"
        case .trailingBytes: "bytes follow its end"
        case .algorithmsDiffer: "its two signature algorithms differ"
        case .duplicateExtension(let oid): "the extension \(oid) is there twice"
        case .nothingFound: "there is none"
        }
    }
}

/// An X.509 certificate: read, not yet trusted.
package final class Certificate: Sendable {
    package struct Extension: Sendable, Hashable {
        /// Dotted decimal.
        package var oid: String
        package var isCritical: Bool
        /// The content of `extnValue`, without its OCTET STRING header.
        package var value: [UInt8]
    }

    /// Bytes of DER; a larger certificate is none.
    package static let sizeLimit = 64 << 10

    // libcrypto's certificates may be read from several threads; `init` fills their caches, and nothing changes one.
    private nonisolated(unsafe) let pointer: OpaquePointer

    package let der: [UInt8]
    /// DER of the names.
    package let subject: [UInt8]
    package let issuer: [UInt8]
    /// The content of the INTEGER.
    package let serial: [UInt8]
    package let notBefore: Timestamp
    package let notAfter: Timestamp
    package let signatureAlgorithm: SignatureAlgorithm
    package let publicKey: PublicKey
    package let extensions: [Extension]
    /// The last CN of the subject; empty when it has none.
    package let commonName: String

    /// Reads DER, to the last byte.
    package init(der: [UInt8]) throws(CertificateError) {
        guard der.count <= Self.sizeLimit else { throw .tooLarge }
        defer { ERR_clear_error() }
        guard let (pointer, isWhole) = DER.decode(der, { d2i_X509(nil, &$0, $1) }) else { throw .malformed }
        // Until `self.pointer` is set, `deinit` does not run.
        var isKept = false
        defer { if !isKept { X509_free(pointer) } }
        guard isWhole else { throw .trailingBytes }
        guard let algorithm = X509_get0_tbs_sigalg(pointer), let inner = DER.encode({ i2d_X509_ALGOR(algorithm, $0) }),
            let subjectName = X509_get_subject_name(pointer),
            let subject = DER.encode({ i2d_X509_NAME(subjectName, $0) }),
            let issuerName = X509_get_issuer_name(pointer), let issuer = DER.encode({ i2d_X509_NAME(issuerName, $0) }),
            let notBefore = Timestamp(X509_get0_notBefore(pointer)),
            let notAfter = Timestamp(X509_get0_notAfter(pointer)),
            let serial = X509_get0_serialNumber(pointer), let key = X509_get_pubkey(pointer)
        else { throw .malformed }
        let publicKey = PublicKey(key)
        var outerPointer: UnsafePointer<X509_ALGOR>?
        X509_get0_signature(nil, &outerPointer, pointer)
        guard let outerPointer, DER.encode({ i2d_X509_ALGOR(outerPointer, $0) }) == inner else {
            throw .algorithmsDiffer
        }
        self.der = der
        self.subject = subject
        self.issuer = issuer
        self.serial = serial.content
        self.notBefore = notBefore
        self.notAfter = notAfter
        signatureAlgorithm = SignatureAlgorithm(der: inner)
        self.publicKey = publicKey
        commonName = Self.commonName(of: subjectName)
        extensions = try Self.extensions(X509_get0_extensions(pointer))
        self.pointer = pointer
        isKept = true
        _ = X509_check_purpose(pointer, -1, 0)
    }

    deinit { X509_free(pointer) }

    /// The extension with a dotted OID.
    package func `extension`(_ oid: String) -> Extension? { extensions.first { $0.oid == oid } }

    /// Whether it may sign certificates: BasicConstraints with CA, and KeyUsage with keyCertSign (RFC 5280, section 6.1.4).
    package var isAuthority: Bool {
        let flags = X509_get_extension_flags(pointer)
        let wanted = UInt32(EXFLAG_BCONS | EXFLAG_CA | EXFLAG_KUSAGE)
        return flags & wanted == wanted && flags & UInt32(EXFLAG_INVALID) == 0
            && X509_get_key_usage(pointer) & UInt32(X509v3_KU_KEY_CERT_SIGN) != 0
    }

    /// Lends the certificate to libcrypto.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(pointer) }

    /// The extensions of a certificate or CRL in their order.
    static func extensions(_ stack: OpaquePointer?) throws(CertificateError) -> [Extension] {
        var all: [Extension] = []
        var seen: Set<String> = []
        for index in 0..<max(0, OPENSSL_sk_num(stack)) {
            guard let item = OPENSSL_sk_value(stack, index) else { throw .malformed }
            let pointer = OpaquePointer(item)
            var text = [CChar](repeating: 0, count: 128)
            let length = Int(OBJ_obj2txt(&text, Int32(text.count), X509_EXTENSION_get_object(pointer), 1))
            guard (1..<text.count).contains(length), let data = X509_EXTENSION_get_data(pointer) else {
                throw .malformed
            }
            let oid = String(decoding: text.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard seen.insert(oid).inserted else { throw .duplicateExtension(oid) }
            all.append(
                Extension(
                    oid: oid, isCritical: X509_EXTENSION_get_critical(pointer) == 1, value: UnsafePointer(data).content)
            )
        }
        return all
    }

    private static func commonName(of name: OpaquePointer) -> String {
        var index: Int32 = -1
        var text = ""
        while true {
            index = X509_NAME_get_index_by_NID(name, NID_commonName, index)
            guard index >= 0, let entry = X509_NAME_get_entry(name, index) else { return text }
            var buffer: UnsafeMutablePointer<UInt8>?
            let length = Int(ASN1_STRING_to_UTF8(&buffer, X509_NAME_ENTRY_get_data(entry)))
            guard length >= 0, let buffer else { continue }
            text = String(decoding: UnsafeBufferPointer(start: buffer, count: length), as: UTF8.self)
            CRYPTO_free(buffer, #file, #line)
        }
    }
}

extension Certificate: Equatable {
    /// Byte for byte.
    package static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }
}

extension UnsafePointer<ASN1_STRING> {
    /// The bytes of an INTEGER or OCTET STRING.
    var content: [UInt8] {
        Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data(self), count: Int(ASN1_STRING_length(self))))
    }
}
