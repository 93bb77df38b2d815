// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import CCrypto
package import Digests

/// libcrypto could not do what was asked of it.
package struct SigningError: Error, Sendable, Equatable {
    package var operation: String
}

/// A private key of a simulated platform.
package final class SigningKey: Sendable {
    package enum Kind: Sendable, Hashable {
        case p256, p384
        case rsa(bits: Int)
    }

    // libcrypto's keys may be read from several threads, and nothing here changes one.
    private nonisolated(unsafe) let pointer: OpaquePointer

    package let kind: Kind

    package init(_ kind: Kind) throws(SigningError) {
        let isRSA = if case .rsa = kind { true } else { false }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, isRSA ? "RSA" : "EC", nil) else {
            throw SigningError(operation: "key generation")
        }
        defer { EVP_PKEY_CTX_free(context) }
        var isReady = EVP_PKEY_keygen_init(context) == 1
        switch kind {
        case .p256: isReady = isReady && EVP_PKEY_CTX_set_group_name(context, "P-256") == 1
        case .p384: isReady = isReady && EVP_PKEY_CTX_set_group_name(context, "P-384") == 1
        case .rsa(let bits): isReady = isReady && EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1
        }
        var key: OpaquePointer?
        guard isReady, EVP_PKEY_keygen(context, &key) == 1, let key else {
            throw SigningError(operation: "key generation")
        }
        pointer = key
        self.kind = kind
    }

    /// Reads what `pem` has written; bytes may follow.
    package init(pem: [UInt8]) throws(SigningError) {
        defer { ERR_clear_error() }
        guard let end = Self.endOfPEM(pem), let bio = BIO_new(BIO_s_secmem()) else {
            throw SigningError(operation: "reading")
        }
        defer { BIO_free(bio) }
        // Nobody is asked for a passphrase.
        guard BIO_write(bio, pem, Int32(end)) == end,
            let key = PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
        else { throw SigningError(operation: "reading") }
        switch PublicKey(spki: Self.encode { i2d_PUBKEY(key, $0) })?.kind {
        case .p256: kind = .p256
        case .p384: kind = .p384
        case .rsa(let bits): kind = .rsa(bits: bits)
        case .other, nil:
            EVP_PKEY_free(key)
            throw SigningError(operation: "reading")
        }
        pointer = key
    }

    /// PKCS#8, not encrypted.
    package func pem() throws(SigningError) -> SecretBytes {
        guard let bio = BIO_new(BIO_s_secmem()) else { throw SigningError(operation: "writing") }
        defer { BIO_free(bio) }
        guard PEM_write_bio_PKCS8PrivateKey(bio, pointer, nil, nil, 0, nil, nil) == 1 else {
            throw SigningError(operation: "writing")
        }
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(bio))
        defer { bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        guard BIO_read(bio, &bytes, Int32(bytes.count)) == bytes.count else {
            throw SigningError(operation: "writing")
        }
        return bytes.withUnsafeBytes { SecretBytes(copying: $0) }
    }

    /// Where the private key's block of a file ends, which must be its first.
    package static func endOfPEM(_ pem: [UInt8]) -> Int? {
        let limit = 1 << 16
        let marker = Array("-----END PRIVATE KEY-----\n".utf8)
        guard pem.count <= limit, pem.count >= marker.count else { return nil }
        return (0...pem.count - marker.count).first { pem[$0...].starts(with: marker) }.map { $0 + marker.count }
    }

    deinit { EVP_PKEY_free(pointer) }

    /// DER of the SubjectPublicKeyInfo.
    package var spki: [UInt8] { Self.encode { i2d_PUBKEY(pointer, $0) } }

    /// Signs a message as certificates are signed: ECDSA in DER, RSA as the number.
    package func sign(_ message: [UInt8], _ algorithm: SigningAlgorithm) throws(SigningError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw SigningError(operation: "signing") }
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        let digest = algorithm.hash == .sha256 ? EVP_sha256() : EVP_sha384()
        guard EVP_DigestSignInit(context, &keyContext, digest, nil, pointer) == 1 else {
            throw SigningError(operation: "signing")
        }
        if case .rsaPSS(_, let salt, _) = algorithm {
            guard EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, Int32(salt)) == 1,
                EVP_PKEY_CTX_set_rsa_mgf1_md(keyContext, digest) == 1
            else { throw SigningError(operation: "signing") }
        }
        var length = 0
        guard EVP_DigestSign(context, nil, &length, message, message.count) == 1 else {
            throw SigningError(operation: "signing")
        }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, message, message.count) == 1 else {
            throw SigningError(operation: "signing")
        }
        return Array(signature.prefix(length))
    }

    /// Signs a message with ECDSA: R and S, big-endian, each as wide as the curve.
    package func signRaw(_ message: [UInt8]) throws(SigningError) -> (r: [UInt8], s: [UInt8]) {
        let width = kind == .p256 ? 32 : 48
        let der = try sign(message, .ecdsa(kind == .p256 ? .sha256 : .sha384))
        let signature = der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_ECDSA_SIG(nil, &cursor, buffer.count)
        }
        guard let signature else { throw SigningError(operation: "signing") }
        defer { ECDSA_SIG_free(signature) }
        var r = [UInt8](repeating: 0, count: width)
        var s = r
        guard BN_bn2binpad(ECDSA_SIG_get0_r(signature), &r, Int32(width)) == width,
            BN_bn2binpad(ECDSA_SIG_get0_s(signature), &s, Int32(width)) == width
        else { throw SigningError(operation: "signing") }
        return (r, s)
    }

    private static func encode(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
        let size = Int(write(nil))
        guard size > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: size)
        _ = bytes.withUnsafeMutableBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return write(&cursor)
        }
        return bytes
    }
}

/// How certificates and CRLs are signed here.
package enum SigningAlgorithm: Sendable, Hashable {
    package enum Hash: Sendable, Hashable { case sha256, sha384 }

    case ecdsa(Hash)
    /// RSASSA-PSS with MGF1 of the same hash.
    ///
    /// - `trailer`: whether and with which value the trailer field is written.
    case rsaPSS(Hash, salt: Int, trailer: Int?)

    /// As AMD signs today.
    package static let amd = SigningAlgorithm.rsaPSS(.sha384, salt: 48, trailer: nil)
    /// As Intel signs.
    package static let intel = SigningAlgorithm.ecdsa(.sha256)

    package var hash: Hash {
        switch self {
        case .ecdsa(let hash), .rsaPSS(let hash, _, _): hash
        }
    }

    /// DER of the AlgorithmIdentifier.
    package var identifier: [UInt8] {
        switch self {
        case .ecdsa(let hash):
            return DERWriter.sequence(DERWriter.objectIdentifier("1.2.840.10045.4.3.\(hash == .sha256 ? 2 : 3)"))
        case .rsaPSS(let hash, let salt, let trailer):
            let digest = DERWriter.sequence(
                DERWriter.objectIdentifier("2.16.840.1.101.3.4.2.\(hash == .sha256 ? 1 : 2)"), [0x05, 0x00])
            let mask = DERWriter.sequence(DERWriter.objectIdentifier("1.2.840.113549.1.1.8"), digest)
            return DERWriter.sequence(
                DERWriter.objectIdentifier("1.2.840.113549.1.1.10"),
                DERWriter.sequence(
                    DERWriter.element(0xA0, digest), DERWriter.element(0xA1, mask),
                    DERWriter.element(0xA2, DERWriter.integer(UInt64(salt))),
                    trailer.map { DERWriter.element(0xA3, DERWriter.integer(UInt64($0))) } ?? []))
        }
    }
}
