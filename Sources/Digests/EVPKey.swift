// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// A key of libcrypto, which several threads may read.
package final class EVPKey {
    package let pointer: OpaquePointer

    /// Takes ownership.
    package init(_ pointer: OpaquePointer) { self.pointer = pointer }

    /// A new private key.
    ///
    /// - Parameters:
    ///   - group: the curve of an ECDSA key, as `P-384`; `nil` for RSA.
    ///   - bits: of an RSA key.
    package static func generate(group: String? = nil, bits: Int32 = 4096) throws(KeyError) -> EVPKey {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, group == nil ? "RSA" : "EC", nil) else {
            throw .generationFailed
        }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            (group.map { EVP_PKEY_CTX_set_group_name(context, $0) }
                ?? EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits)) == 1,
            EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw .generationFailed }
        return EVPKey(key)
    }

    package enum PrivateForm { case pkcs8, traditional }

    /// PEM of the private key, not encrypted; `nil` when there is none.
    ///
    /// - Parameter form: `traditional` is SEC1 for ECDSA and PKCS#1 for RSA.
    package func pem(_ form: PrivateForm) -> SecretBytes? {
        guard let bio = BIO_new(BIO_s_secmem()) else { return nil }
        defer {
            BIO_free(bio)
            ERR_clear_error()
        }
        let written =
            switch form {
            case .pkcs8: PEM_write_bio_PKCS8PrivateKey(bio, pointer, nil, nil, 0, nil, nil)
            case .traditional: PEM_write_bio_PrivateKey_traditional(bio, pointer, nil, nil, 0, nil, nil)
            }
        guard written == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(bio))
        defer { bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        guard BIO_read(bio, &bytes, Int32(bytes.count)) == bytes.count else { return nil }
        return bytes.withUnsafeBytes { SecretBytes(copying: $0) }
    }

    deinit { EVP_PKEY_free(pointer) }

    package func isType(_ name: String) -> Bool { EVP_PKEY_is_a(pointer, name) == 1 }

    package var bits: Int { Int(EVP_PKEY_get_bits(pointer)) }

    /// The curve's name; empty when it is given by parameters.
    package var curve: String {
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard EVP_PKEY_get_group_name(pointer, &name, name.count, &length) == 1 else { return "" }
        return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the public key is sound: for ECDSA, a point of the curve; for RSA, see `RSAPublicNumbers`.
    var isValid: Bool {
        if isType("RSA") { return RSAPublicNumbers(pointer)?.areSound ?? false }
        guard let context = EVP_PKEY_CTX_new(pointer, nil) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        return EVP_PKEY_public_check(context) == 1
    }

    /// PKIX DER of the public key, the point uncompressed.
    package var pkix: [UInt8]? {
        guard EVP_PKEY_set_utf8_string_param(pointer, "point-format", "uncompressed") == 1 else { return nil }
        return DER.encode { i2d_PUBKEY(pointer, $0) }
    }

    /// PKCS#1 DER of the public key of an RSA key.
    var pkcs1: [UInt8]? { DER.encode { i2d_PublicKey(pointer, $0) } }
}
