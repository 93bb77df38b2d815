// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// A private key for ECDSA whose signatures are deterministic (RFC 6979): the same key signs the same digest with the
/// same bytes, in every process and with every version of libcrypto.
package final class ECDSAPrivateKey: Sendable {
    package enum Curve: Sendable, CaseIterable {
        case p256, p384, p521

        var nid: Int32 {
            switch self {
            case .p256: NID_X9_62_prime256v1
            case .p384: NID_secp384r1
            case .p521: NID_secp521r1
            }
        }

        /// As OpenSSL calls it.
        var name: String {
            switch self {
            case .p256: "prime256v1"
            case .p384: "secp384r1"
            case .p521: "secp521r1"
            }
        }

        /// Bytes of a scalar.
        var width: Int {
            switch self {
            case .p256: 32
            case .p384: 48
            case .p521: 66
            }
        }
    }

    // libcrypto's keys may be read from several threads, and nothing here changes one.
    private nonisolated(unsafe) let key: EVPKey
    package let curve: Curve
    /// DER of the SubjectPublicKeyInfo, the point uncompressed.
    package let spki: [UInt8]

    private init(_ key: EVPKey) throws(KeyError) {
        guard key.isType("EC") else { throw .wrongAlgorithm(expected: "an ECDSA key") }
        let name = key.curve
        guard let curve = Curve.allCases.first(where: { $0.name == name }) else { throw .wrongCurve(name) }
        guard key.isValid, let spki = key.pkix else { throw .malformed }
        self.key = key
        self.curve = curve
        self.spki = spki
    }

    /// A random key.
    package convenience init(generating curve: Curve) throws(KeyError) {
        try self.init(EVPKey.generate(group: curve.name))
    }

    /// Reads a file with one private key, SEC1 or PKCS#8.
    package convenience init(pem: [UInt8]) throws(KeyError) {
        let (key, isPrivate) = try PEMKey.read(pem)
        guard isPrivate else { throw .noKey }
        try self.init(key)
    }

    /// Reads a file with one private key, SEC1 or PKCS#8.
    package convenience init(pem: SecretBytes) throws(KeyError) {
        var bytes = pem.withBytes { Array($0) }
        defer { bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        try self.init(pem: bytes)
    }

    /// - Parameter scalar: big-endian, as wide as the curve; above zero and below the order.
    package convenience init(scalar: SecretBytes, _ curve: Curve) throws(KeyError) {
        guard scalar.count == curve.width, let oid = Self.objectIdentifier(curve) else { throw .malformed }
        guard Self.isInRange(scalar, curve) else { throw .malformed }
        // ECPrivateKey of RFC 5915 without the public key, which libcrypto computes.
        let parameters = [0xA0, UInt8(oid.count)] + oid
        let length = UInt8(5 + curve.width + parameters.count)
        var der = [0x30] + (length < 0x80 ? [length] : [0x81, length]) + [0x02, 0x01, 0x01, 0x04, UInt8(curve.width)]
        scalar.withBytes { der += $0 }
        der += parameters
        var block = PEMBlock(label: "EC PRIVATE KEY", der: der)
        defer {
            der.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
            block.der.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
        }
        try self.init(try block.key())
    }

    /// The key that a secret stands for, on P-384: rejection sampling (FIPS 186-5, appendix A.2.2) from HMAC_DRBG with
    /// SHA-256, instantiated with the secret and a personalisation string that names the curve (C2SP det-keygen).
    package convenience init(p384From secret: SecretBytes) throws(KeyError) {
        var seed = secret.withBytes { Array($0) } + Array("det ECDSA key gen P-384".utf8)
        let generator = HMACDRBG(.sha256, seed: SecretBytes(zeroing: &seed))
        var candidate = generator.generate(count: Curve.p384.width)
        while !Self.isInRange(candidate, .p384) { candidate = generator.generate(count: Curve.p384.width) }
        try self.init(scalar: candidate, .p384)
    }

    /// PEM of SEC1, named `EC PRIVATE KEY`.
    package func sec1PEM() throws(CryptoError) -> SecretBytes { try pem(.traditional) }

    /// PEM of PKCS#8, named `PRIVATE KEY`.
    package func pkcs8PEM() throws(CryptoError) -> SecretBytes { try pem(.pkcs8) }

    private func pem(_ form: EVPKey.PrivateForm) throws(CryptoError) -> SecretBytes {
        guard let pem = key.pem(form) else { throw CryptoError(operation: "writing a key") }
        return pem
    }

    /// Lends the key to the signature.
    func withKey<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(key.pointer) }

    /// DER of the curve's OBJECT IDENTIFIER.
    private static func objectIdentifier(_ curve: Curve) -> [UInt8]? {
        OBJ_nid2obj(curve.nid).flatMap { object in DER.encode { i2d_ASN1_OBJECT(object, $0) } }
    }

    private static func isInRange(_ scalar: SecretBytes, _ curve: Curve) -> Bool {
        guard let group = EC_GROUP_new_by_curve_name(curve.nid) else { return false }
        defer { EC_GROUP_free(group) }
        guard let number = scalar.withBytes({ BN_bin2bn($0.bytes, Int32($0.count), nil) }) else { return false }
        defer { BN_clear_free(number) }
        return BN_is_zero(number) == 0 && BN_cmp(number, EC_GROUP_get0_order(group)) < 0
    }
}

extension ECDSAPrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(private key)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
