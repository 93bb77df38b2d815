// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// HKDF with SHA-256 (RFC 5869) by libcrypto.
package enum HKDF {
    /// Extracts with the salt, expands with the information.
    ///
    /// - Parameter count: bytes of output, 8160 at most.
    package static func sha256(
        _ secret: SecretBytes, salt: SecretBytes, info: [UInt8], count: Int
    ) throws(CryptoError) -> SecretBytes {
        let operation = "key derivation"
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nil) else { throw CryptoError(operation: operation) }
        defer { EVP_PKEY_CTX_free(context) }
        let isReady =
            EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1
            && secret.withBytes { EVP_PKEY_CTX_set1_hkdf_key(context, $0.bytes, Int32($0.count)) == 1 }
            && salt.withBytes { EVP_PKEY_CTX_set1_hkdf_salt(context, $0.bytes, Int32($0.count)) == 1 }
            && EVP_PKEY_CTX_add1_hkdf_info(context, info, Int32(info.count)) == 1
        guard isReady else { throw CryptoError(operation: operation) }
        return try .filled(count: count, operation: operation) { output in
            var length = count
            return EVP_PKEY_derive(context, output, &length) == 1 && length == count
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The address as libcrypto's functions take it.
    var bytes: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
