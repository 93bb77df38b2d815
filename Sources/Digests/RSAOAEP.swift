// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// RSA-OAEP with SHA-256 as hash and in MGF1 (RFC 8017, section 7.1) by libcrypto.
package enum RSAOAEP {
    /// - Parameter key: an RSA key; see `OwnerKey.Kind.seedshareOwner`.
    package static func encrypt(_ plaintext: SecretBytes, to key: OwnerKey, label: String) throws(CryptoError)
        -> [UInt8]
    {
        let failure = CryptoError(operation: "encryption")
        guard let recipient = try? PEMBlock(label: "RSA PUBLIC KEY", der: key.der).key(),
            let context = context(recipient, label, EVP_PKEY_encrypt_init)
        else { throw failure }
        defer { EVP_PKEY_CTX_free(context) }
        return try plaintext.withBytes { bytes throws(CryptoError) in
            var length = 0
            guard EVP_PKEY_encrypt(context, nil, &length, bytes.bytes, bytes.count) == 1 else { throw failure }
            var output = [UInt8](repeating: 0, count: length)
            guard EVP_PKEY_encrypt(context, &output, &length, bytes.bytes, bytes.count) == 1 else { throw failure }
            return Array(output.prefix(length))
        }
    }

    /// - Parameter pem: a file with one RSA private key.
    package static func decrypt(_ ciphertext: [UInt8], pem: SecretBytes, label: String) throws -> SecretBytes {
        let failure = CryptoError(operation: "decryption")
        var file = pem.withBytes { Array($0) }
        defer { file.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        let (key, isPrivate) = try PEMKey.read(file)
        guard isPrivate else { throw KeyError.noKey }
        guard key.isType("RSA") else { throw KeyError.wrongAlgorithm(expected: "an RSA key") }
        guard let context = context(key, label, EVP_PKEY_decrypt_init) else { throw failure }
        defer {
            EVP_PKEY_CTX_free(context)
            ERR_clear_error()
        }
        var length = 0
        guard EVP_PKEY_decrypt(context, nil, &length, ciphertext, ciphertext.count) == 1 else { throw failure }
        var count = length
        let padded = try SecretBytes.filled(count: length, operation: failure.operation) {
            EVP_PKEY_decrypt(context, $0, &count, ciphertext, ciphertext.count) == 1
        }
        return padded.prefix(count)
    }

    /// The caller frees it.
    private static func context(
        _ key: EVPKey, _ label: String, _ start: (OpaquePointer) -> Int32
    ) -> OpaquePointer? {
        guard let context = EVP_PKEY_CTX_new(key.pointer, nil) else { return nil }
        let text = Array(label.utf8)
        // The context takes ownership of the label.
        guard start(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1,
            EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1,
            let copy = CRYPTO_memdup(text, text.count, #file, #line)
        else {
            EVP_PKEY_CTX_free(context)
            return nil
        }
        guard EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, Int32(text.count)) == 1 else {
            CRYPTO_free(copy, #file, #line)
            EVP_PKEY_CTX_free(context)
            return nil
        }
        return context
    }
}
