// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// AES-256-GCM by libcrypto, the ciphertext as nonce (12 bytes), encrypted bytes, tag (16 bytes).
package enum AESGCM {
    package static let keySize = 32
    package static let nonceSize = 12
    package static let tagSize = 16

    /// Encrypts under a random nonce.
    ///
    /// - Parameter key: 32 bytes.
    package static func seal(
        _ plaintext: SecretBytes, key: SecretBytes, authenticating data: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let failure = CryptoError(operation: "encryption")
        guard key.count == keySize, plaintext.count <= Int(Int32.max) - 64, data.count <= Int(Int32.max) - 64,
            let context = EVP_CIPHER_CTX_new()
        else { throw failure }
        defer { EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: nonceSize + plaintext.count + tagSize)
        let isSealed = output.withUnsafeMutableBufferPointer { output in
            guard let start = output.baseAddress, RAND_bytes(start, Int32(nonceSize)) == 1 else { return false }
            var length: Int32 = 0
            let body = start + nonceSize
            return key.withBytes { EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, $0.bytes, start) == 1 }
                && EVP_EncryptUpdate(context, nil, &length, data, Int32(data.count)) == 1
                && plaintext.withBytes {
                    $0.isEmpty || EVP_EncryptUpdate(context, body, &length, $0.bytes, Int32($0.count)) == 1
                } && EVP_EncryptFinal_ex(context, body + plaintext.count, &length) == 1
                && EVP_CIPHER_CTX_ctrl(
                    context, EVP_CTRL_AEAD_GET_TAG, Int32(tagSize), body + plaintext.count) == 1
        }
        guard isSealed else { throw failure }
        return output
    }

    /// Decrypts what `seal` returns; any other bytes are an error.
    ///
    /// - Parameter key: 32 bytes.
    package static func open(
        _ sealed: [UInt8], key: SecretBytes, authenticating data: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        let failure = CryptoError(operation: "decryption")
        guard key.count == keySize, sealed.count >= nonceSize + tagSize, sealed.count <= Int(Int32.max) - 64,
            data.count <= Int(Int32.max) - 64, let context = EVP_CIPHER_CTX_new()
        else { throw failure }
        defer {
            EVP_CIPHER_CTX_free(context)
            ERR_clear_error()
        }
        let count = sealed.count - nonceSize - tagSize
        let body = Array(sealed[nonceSize..<nonceSize + count])
        var tag = Array(sealed[(nonceSize + count)...])
        return try .filled(count: count, operation: failure.operation) { output in
            var length: Int32 = 0
            var end: [UInt8] = [0]
            return key.withBytes { EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, $0.bytes, sealed) == 1 }
                && EVP_DecryptUpdate(context, nil, &length, data, Int32(data.count)) == 1
                && (count == 0 || EVP_DecryptUpdate(context, output, &length, body, Int32(count)) == 1)
                && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagSize), &tag) == 1
                && EVP_DecryptFinal_ex(context, &end, &length) == 1
        }
    }
}
