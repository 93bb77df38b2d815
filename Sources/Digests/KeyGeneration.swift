// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// A new private key, as its file has it, and its public half.
package struct GeneratedKey: Sendable {
    /// PEM: SEC1 for ECDSA, PKCS#1 for RSA.
    package let pem: SecretBytes
    package let publicKey: OwnerKey

    /// ECDSA on P-384 for workload owners, RSA with 4096 bits for seed share owners.
    package init(_ kind: OwnerKey.Kind) throws(KeyError) {
        let key = try kind == .workloadOwner ? Self.generate("EC", group: "P-384") : Self.generate("RSA", bits: 4096)
        guard let pem = Self.pem(key) else { throw .generationFailed }
        self.pem = pem
        publicKey = try OwnerKey(key, kind: kind, isPrivate: true)
    }

    private static func generate(_ algorithm: String, group: String? = nil, bits: Int32? = nil) throws(KeyError)
        -> EVPKey
    {
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

    private static func pem(_ key: EVPKey) -> SecretBytes? {
        guard let bio = BIO_new(BIO_s_secmem()) else { return nil }
        defer { BIO_free(bio) }
        guard PEM_write_bio_PrivateKey_traditional(bio, key.pointer, nil, nil, 0, nil, nil) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(bio))
        defer { bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        guard BIO_read(bio, &bytes, Int32(bytes.count)) == bytes.count else { return nil }
        return bytes.withUnsafeBytes { SecretBytes(copying: $0) }
    }
}
