// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// Signatures of ECDSA over digests, in DER (`ECDSA-Sig-Value`).
package enum ECDSASignature {
    /// Which HMAC makes the nonce of a signature; by RFC 6979 the hash that made the digest.
    package enum Hash: Sendable {
        case sha256, sha384, sha512

        var generator: HMACDRBG.Hash {
            switch self {
            case .sha256: .sha256
            case .sha384: .sha384
            case .sha512: .sha512
            }
        }
    }

    /// Whether a public key has signed a digest.
    ///
    /// - Parameters:
    ///   - spki: DER of the SubjectPublicKeyInfo of a key on P-256, P-384 or P-521.
    ///   - digest: as it was signed; a digest longer than the order of the curve counts with its first bits only.
    package static func isValid(_ signature: [UInt8], of digest: [UInt8], by spki: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        let block = PEMBlock(label: "PUBLIC KEY", der: spki)
        guard let key = try? block.key(), key.isType("EC"), OwnerKey.curves.contains(key.curve),
            let context = EVP_PKEY_CTX_new(key.pointer, nil)
        else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        return EVP_PKEY_verify_init(context) == 1
            && EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
    }
}

extension ECDSAPrivateKey {
    /// The signature of RFC 6979, in DER.
    ///
    /// The nonce is derived here; its inverse, R and S are libcrypto's.
    package func sign(digest: [UInt8], madeBy hash: ECDSASignature.Hash) throws(CryptoError) -> [UInt8] {
        let failure = CryptoError(operation: "signing")
        guard let key = withKey({ EVP_PKEY_get1_EC_KEY($0) }) else { throw failure }
        defer { EC_KEY_free(key) }
        guard let group = EC_KEY_get0_group(key), let order = EC_GROUP_get0_order(group),
            let scalar = EC_KEY_get0_private_key(key), let numbers = BN_CTX_secure_new()
        else { throw failure }
        defer { BN_CTX_free(numbers) }
        // At random, R or S is zero once in 2^256 signatures.
        let nonces = try nonces(order: order, scalar: scalar, digest: digest, hash, numbers)
        guard let nonce = BN_secure_new() else { throw failure }
        defer { BN_clear_free(nonce) }
        repeat {
            let bytes = nonces.generate(count: curve.width)
            guard bytes.withBytes({ Self.number($0, below: order, into: nonce) }) else { throw failure }
        } while BN_is_zero(nonce) == 1 || BN_cmp(nonce, order) >= 0
        BN_set_flags(nonce, BN_FLG_CONSTTIME)
        guard let point = EC_POINT_new(group), let x = BN_new(), let r = BN_new(), let inverse = BN_secure_new() else {
            throw failure
        }
        defer {
            EC_POINT_free(point)
            BN_free(x)
            BN_free(r)
            BN_clear_free(inverse)
        }
        guard EC_POINT_mul(group, point, nonce, nil, nil, numbers) == 1,
            EC_POINT_get_affine_coordinates(group, point, x, nil, numbers) == 1, BN_nnmod(r, x, order, numbers) == 1,
            BN_mod_inverse(inverse, nonce, order, numbers) != nil,
            let signature = ECDSA_do_sign_ex(digest, Int32(digest.count), inverse, r, key)
        else { throw failure }
        defer { ECDSA_SIG_free(signature) }
        guard let der = DER.encode({ i2d_ECDSA_SIG(signature, $0) }) else { throw failure }
        return der
    }

    /// The generator of RFC 6979, section 3.2, seeded with the private key and the reduced digest.
    private func nonces(
        order: OpaquePointer, scalar: OpaquePointer, digest: [UInt8], _ hash: ECDSASignature.Hash,
        _ numbers: OpaquePointer
    ) throws(CryptoError) -> HMACDRBG {
        let failure = CryptoError(operation: "signing")
        guard let reduced = BN_new() else { throw failure }
        defer { BN_free(reduced) }
        let width = curve.width
        var seed = [UInt8](repeating: 0, count: 2 * width)
        let isDone = seed.withUnsafeMutableBufferPointer { seed in
            guard digest.withUnsafeBytes({ Self.number($0, below: order, into: reduced) }),
                BN_nnmod(reduced, reduced, order, numbers) == 1, let start = seed.baseAddress
            else { return false }
            return BN_bn2binpad(scalar, start, Int32(width)) == width
                && BN_bn2binpad(reduced, start + width, Int32(width)) == width
        }
        let secret = SecretBytes(zeroing: &seed)
        guard isDone else { throw failure }
        return HMACDRBG(hash.generator, seed: secret)
    }

    /// `bits2int` of RFC 6979, section 2.3.2: as many leading bits as the order has.
    private static func number(
        _ bytes: UnsafeRawBufferPointer, below order: OpaquePointer, into result: OpaquePointer
    ) -> Bool {
        guard BN_bin2bn(bytes.bytes, Int32(bytes.count), result) != nil else { return false }
        let excess = Int32(bytes.count * 8) - BN_num_bits(order)
        return excess <= 0 || BN_rshift(result, result, excess) == 1
    }
}
