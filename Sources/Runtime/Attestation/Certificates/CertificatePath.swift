// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// Why a certificate path does not hold.
package struct CertificatePathError: Error, Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        case signatureAlgorithm(found: SignatureAlgorithm, expected: SignatureAlgorithm)
        /// The issuer's name is not the subject of the next certificate.
        case issuerDiffers
        /// The certificate may not sign others.
        case notAnAuthority
        case notYetValid(notBefore: Timestamp)
        case expired(notAfter: Timestamp)
        case badSignature
        /// A path of as many certificates, root included.
        case length(Int)
        /// Another rule of RFC 5280, in libcrypto's words.
        case refused(String)
    }

    package var reason: Reason
    /// Which certificate; the leaf is 0.
    package var depth: Int
    /// Its common name.
    package var name: String
}

extension CertificatePathError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .signatureAlgorithm(let found, let expected): "signed with \(found), expected \(expected)"
        case .issuerDiffers: "the issuer is not the next certificate of the chain"
        case .notAnAuthority: "it may not sign certificates"
        case .notYetValid(let notBefore): "it is good from \(notBefore) only"
        case .expired(let notAfter): "it was good until \(notAfter)"
        case .badSignature: "its signature does not verify"
        case .length(let count): "a chain of \(count) certificates"
        case .refused(let text): text
        }
    }
}

/// Validates the path from a leaf to a root (RFC 5280, section 6.1) with libcrypto.
///
/// The path is the one given: nothing is looked up, the system's store is never read, and the time is a parameter.
package enum CertificatePath {
    /// Certificates in a path, root included.
    package static let lengthLimit = 8

    /// - Parameters:
    ///   - path: the leaf, then each certificate's issuer, without the root.
    ///   - root: the trust anchor; its own signature and validity are checked too.
    ///   - algorithm: how every certificate of the path, the root included, must be signed.
    package static func validate(
        _ path: [Certificate], root: Certificate, algorithm: SignatureAlgorithm, at time: Timestamp
    ) throws(CertificatePathError) {
        let all = path + [root]
        guard !path.isEmpty, all.count <= lengthLimit else { throw fail(.length(all.count), all, 0) }
        for (depth, certificate) in all.enumerated() {
            let issuer = all[min(depth + 1, all.count - 1)]
            if certificate.signatureAlgorithm != algorithm {
                let found = certificate.signatureAlgorithm
                throw fail(.signatureAlgorithm(found: found, expected: algorithm), all, depth)
            }
            if certificate.issuer != issuer.subject { throw fail(.issuerDiffers, all, depth) }
            if depth > 0, !certificate.isAuthority { throw fail(.notAnAuthority, all, depth) }
        }
        try verify(all, at: time)
    }

    private static func fail(
        _ reason: CertificatePathError.Reason, _ path: [Certificate], _ depth: Int
    ) -> CertificatePathError {
        let depth = min(max(depth, 0), path.count - 1)
        return CertificatePathError(reason: reason, depth: depth, name: path[depth].commonName)
    }

    private static func verify(_ path: [Certificate], at time: Timestamp) throws(CertificatePathError) {
        defer { ERR_clear_error() }
        guard let context = X509_STORE_CTX_new(), let between = OPENSSL_sk_new_null(), let roots = OPENSSL_sk_new_null()
        else { throw fail(.refused("out of memory"), path, 0) }
        // The stacks do not own the certificates.
        defer {
            X509_STORE_CTX_free(context)
            OPENSSL_sk_free(between)
            OPENSSL_sk_free(roots)
        }
        for certificate in path.dropFirst().dropLast() {
            certificate.withPointer { _ = OPENSSL_sk_push(between, UnsafeRawPointer($0)) }
        }
        path[path.count - 1].withPointer { _ = OPENSSL_sk_push(roots, UnsafeRawPointer($0)) }
        let isReady = path[0].withPointer { X509_STORE_CTX_init(context, nil, $0, between) == 1 }
        guard isReady, let parameters = X509_STORE_CTX_get0_param(context) else {
            throw fail(.refused("libcrypto cannot start"), path, 0)
        }
        X509_STORE_CTX_set0_trusted_stack(context, roots)
        X509_VERIFY_PARAM_set_time(parameters, time_t(time.seconds))
        X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_CHECK_SS_SIGNATURE))
        // 112 bits: RSA of 2048 bits or more, no SHA-1.
        X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        let isValid = X509_verify_cert(context) == 1
        let code = X509_STORE_CTX_get_error(context)
        let depth = Int(X509_STORE_CTX_get_error_depth(context))
        guard isValid, code == X509_V_OK else { throw fail(reason(code, path, depth), path, depth) }
        // libcrypto looks for issuers by name; what it found must be what was given.
        let used = X509_STORE_CTX_get0_chain(context)
        guard Int(OPENSSL_sk_num(used)) == path.count else {
            throw fail(.refused("another path was found than the one given"), path, 0)
        }
        for (index, certificate) in path.enumerated() {
            let isSame = certificate.withPointer { pointer in
                OPENSSL_sk_value(used, Int32(index)).map { X509_cmp(OpaquePointer($0), pointer) == 0 } ?? false
            }
            guard isSame else { throw fail(.refused("another path was found than the one given"), path, index) }
        }
    }

    private static func reason(_ code: Int32, _ path: [Certificate], _ depth: Int) -> CertificatePathError.Reason {
        let certificate = path[min(max(depth, 0), path.count - 1)]
        switch code {
        case X509_V_ERR_CERT_NOT_YET_VALID: return .notYetValid(notBefore: certificate.notBefore)
        case X509_V_ERR_CERT_HAS_EXPIRED: return .expired(notAfter: certificate.notAfter)
        case X509_V_ERR_CERT_SIGNATURE_FAILURE: return .badSignature
        case X509_V_ERR_INVALID_CA: return .notAnAuthority
        default: return .refused(String(cString: X509_verify_cert_error_string(Int(code))))
        }
    }
}
