// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// A key of libcrypto.
final class EVPKey {
    let pointer: OpaquePointer

    /// Takes ownership.
    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    func isType(_ name: String) -> Bool { EVP_PKEY_is_a(pointer, name) == 1 }

    var bits: Int { Int(EVP_PKEY_get_bits(pointer)) }

    /// The curve's name; empty when it is given by parameters.
    var curve: String {
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard EVP_PKEY_get_group_name(pointer, &name, name.count, &length) == 1 else { return "" }
        return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the public key is sound: for ECDSA, a point of the curve.
    var isValid: Bool {
        guard let context = EVP_PKEY_CTX_new(pointer, nil) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        return EVP_PKEY_public_check(context) == 1
    }

    /// PKIX DER of the public key, the point uncompressed.
    var pkix: [UInt8]? {
        guard EVP_PKEY_set_utf8_string_param(pointer, "point-format", "uncompressed") == 1 else { return nil }
        return Self.encode { i2d_PUBKEY(pointer, $0) }
    }

    /// PKCS#1 DER of the public key of an RSA key.
    var pkcs1: [UInt8]? { Self.encode { i2d_PublicKey(pointer, $0) } }

    static func encode(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8]? {
        let size = Int(write(nil))
        guard size > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        let written = bytes.withUnsafeMutableBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return write(&cursor)
        }
        return Int(written) == size ? bytes : nil
    }

    /// A random key.
    ///
    /// - Parameters:
    ///   - group: name of the curve, for `EC`.
    ///   - bits: of the modulus, for `RSA`.
    static func generate(_ algorithm: String, group: String? = nil, bits: Int32? = nil) throws(KeyError) -> EVPKey {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, algorithm, nil) else { throw .generationFailed }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1,
            group == nil || EVP_PKEY_CTX_set_group_name(context, group) == 1,
            bits == nil || EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits ?? 0) == 1,
            EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw .generationFailed }
        return EVPKey(key)
    }

    /// PEM of the private key: SEC1 for ECDSA, PKCS#1 for RSA.
    func traditionalPEM() throws(CryptoError) -> SecretBytes {
        try Self.pem { PEM_write_bio_PrivateKey_traditional($0, pointer, nil, nil, 0, nil, nil) == 1 }
    }

    /// PEM of the private key: PKCS#8.
    func pkcs8PEM() throws(CryptoError) -> SecretBytes {
        try Self.pem { PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) == 1 }
    }

    private static func pem(_ write: (OpaquePointer) -> Bool) throws(CryptoError) -> SecretBytes {
        guard let bio = BIO_new(BIO_s_secmem()) else { throw CryptoError(operation: "writing a key") }
        defer { BIO_free(bio) }
        guard write(bio) else { throw CryptoError(operation: "writing a key") }
        let count = BIO_ctrl_pending(bio)
        return try .filled(count: count, operation: "writing a key") { BIO_read(bio, $0, Int32(count)) == count }
    }
}
