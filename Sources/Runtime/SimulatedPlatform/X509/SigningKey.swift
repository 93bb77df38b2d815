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

    // Nothing here changes the key.
    private nonisolated(unsafe) let key: EVPKey
    private var pointer: OpaquePointer { key.pointer }

    package let kind: Kind

    package init(_ kind: Kind) throws(SigningError) {
        do throws(KeyError) {
            switch kind {
            case .p256: key = try .generate(group: "P-256")
            case .p384: key = try .generate(group: "P-384")
            case .rsa(let bits): key = try .generate(bits: Int32(bits))
            }
        } catch {
            throw SigningError(operation: "key generation")
        }
        self.kind = kind
    }

    /// Reads PKCS#8, as `pem` has it in its block.
    package init(pkcs8 der: [UInt8]) throws(SigningError) {
        defer { ERR_clear_error() }
        guard let (pointer, isWhole) = DER.decode(der, { d2i_AutoPrivateKey(nil, &$0, $1) }) else {
            throw SigningError(operation: "reading")
        }
        let key = EVPKey(pointer)
        switch PublicKey.Kind(key) {
        case .p256: kind = .p256
        case .p384: kind = .p384
        case .rsa(let bits): kind = .rsa(bits: bits)
        case .other: throw SigningError(operation: "reading")
        }
        guard isWhole else { throw SigningError(operation: "reading") }
        self.key = key
    }

    /// PKCS#8, not encrypted.
    package func pem() throws(SigningError) -> SecretBytes {
        guard let pem = key.pem(.pkcs8) else { throw SigningError(operation: "writing") }
        return pem
    }

    /// DER of the SubjectPublicKeyInfo.
    package var spki: [UInt8] { DER.encode { i2d_PUBKEY(pointer, $0) } ?? [] }

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
        guard let (signature, _) = DER.decode(der, { d2i_ECDSA_SIG(nil, &$0, $1) }) else {
            throw SigningError(operation: "signing")
        }
        defer { ECDSA_SIG_free(signature) }
        var r = [UInt8](repeating: 0, count: width)
        var s = r
        guard BN_bn2binpad(ECDSA_SIG_get0_r(signature), &r, Int32(width)) == width,
            BN_bn2binpad(ECDSA_SIG_get0_s(signature), &s, Int32(width)) == width
        else { throw SigningError(operation: "signing") }
        return (r, s)
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
