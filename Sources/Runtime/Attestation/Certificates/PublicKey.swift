// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
package import Digests

/// A public key that signatures are checked with.
package final class PublicKey: Sendable {
    package enum Kind: Sendable, Equatable {
        case p256, p384
        case rsa(bits: Int)
        /// Anything else; nothing verifies with it.
        case other

        package init(_ key: EVPKey) {
            if key.isType("RSA") {
                self = .rsa(bits: key.bits)
            } else if key.isType("EC") {
                switch key.curve {
                case "prime256v1": self = .p256
                case "secp384r1": self = .p384
                default: self = .other
                }
            } else {
                self = .other
            }
        }
    }

    /// What a check of a signature found.
    package enum Verdict: Sendable, Equatable {
        case valid
        case invalid
        /// R or S is zero or not below the order of the curve (FIPS 186-5, section 6.4.2, step 1).
        case outOfRange
    }

    // Nothing here changes the key.
    private nonisolated(unsafe) let key: EVPKey
    private var pointer: OpaquePointer { key.pointer }

    package let kind: Kind

    /// Takes ownership.
    init(_ pointer: OpaquePointer) {
        key = EVPKey(pointer)
        kind = Kind(key)
    }

    /// Reads DER of a SubjectPublicKeyInfo; `nil` unless it is one to the last byte, with a point of its curve.
    package convenience init?(spki: [UInt8]) {
        defer { ERR_clear_error() }
        guard let (pointer, isWhole) = DER.decode(spki, { d2i_PUBKEY(nil, &$0, $1) }) else { return nil }
        self.init(pointer)
        guard isWhole else { return nil }
    }

    /// A point of P-256: X and Y, big-endian, 32 bytes each. `nil` unless it lies on the curve.
    package convenience init?(p256 point: [UInt8]) {
        guard point.count == 64 else { return nil }
        let prefix: [UInt8] = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86,
            0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
        ]
        self.init(spki: prefix + point)
    }

    /// Lends the key to libcrypto.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(pointer) }

    /// DER of the SubjectPublicKeyInfo.
    package var spki: [UInt8] { DER.encode { i2d_PUBKEY(pointer, $0) } ?? [] }

    /// Checks an ECDSA signature over a message, with SHA-256 on P-256 and SHA-384 on P-384.
    ///
    /// - Parameters:
    ///   - r: big-endian.
    ///   - s: big-endian.
    package func verifyECDSA(r: [UInt8], s: [UInt8], message: [UInt8]) -> Verdict {
        let digest: OpaquePointer?
        switch kind {
        case .p256: digest = EVP_sha256()
        case .p384: digest = EVP_sha384()
        case .rsa, .other: return .invalid
        }
        defer { ERR_clear_error() }
        guard isInRange(r), isInRange(s) else { return .outOfRange }
        guard let signature = ECDSA_SIG_new() else { return .invalid }
        defer { ECDSA_SIG_free(signature) }
        // ECDSA_SIG_set0 takes ownership of both numbers.
        guard let rNumber = BN_bin2bn(r, Int32(r.count), nil) else { return .invalid }
        guard let sNumber = BN_bin2bn(s, Int32(s.count), nil) else {
            BN_free(rNumber)
            return .invalid
        }
        guard ECDSA_SIG_set0(signature, rNumber, sNumber) == 1,
            let encoded = DER.encode({ i2d_ECDSA_SIG(signature, $0) }), let context = EVP_MD_CTX_new()
        else { return .invalid }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, digest, nil, pointer) == 1 else { return .invalid }
        return EVP_DigestVerify(context, encoded, encoded.count, message, message.count) == 1 ? .valid : .invalid
    }

    /// Whether the big-endian number is above zero and below the order of the curve.
    private func isInRange(_ number: [UInt8]) -> Bool {
        guard let order = Self.orders[kind == .p256 ? 0 : 1] else { return false }
        let digits = Array(number.drop { $0 == 0 })
        guard !digits.isEmpty, digits.count <= order.count else { return false }
        return digits.count < order.count || digits.lexicographicallyPrecedes(order)
    }

    /// Orders of P-256 and P-384 (SEC 2), big-endian.
    private static let orders: [[UInt8]?] = [NID_X9_62_prime256v1, NID_secp384r1].map { curve in
        guard let group = EC_GROUP_new_by_curve_name(curve) else { return nil }
        defer { EC_GROUP_free(group) }
        guard let order = EC_GROUP_get0_order(group) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(order) + 7) / 8)
        return BN_bn2bin(order, &bytes) == bytes.count ? bytes : nil
    }
}
