// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// Why a key cannot be used.
package enum KeyError: Error, Sendable, Equatable {
    case notPEM
    case noKey
    case severalKeys
    case encrypted
    case malformed
    /// The name of the PEM block.
    case unknownBlock(String)
    case wrongAlgorithm(expected: String)
    /// The curve's name, empty when it has none.
    case wrongCurve(String)
    /// In bits.
    case wrongSize(Int)
    case generationFailed
}

extension KeyError: CustomStringConvertible {
    /// For messages; never holds anything of the key but its kind.
    package var description: String {
        switch self {
        case .notPEM: "the file is not PEM text"
        case .noKey: "the file holds no key"
        case .severalKeys: "the file holds more than one key"
        case .encrypted: "the key is encrypted; decrypt it first or give the public key"
        case .malformed: "the key is malformed"
        case .unknownBlock(let name): "the file holds '\(name)', expected a private or public key"
        case .wrongAlgorithm(let expected): "the key is of another kind, expected \(expected)"
        case .wrongCurve(""): "the key's curve has no name, expected P-256, P-384 or P-521"
        case .wrongCurve(let name): "the key's curve is '\(name)', expected P-256, P-384 or P-521"
        case .wrongSize(let bits): "the key has \(bits) bits, expected \(OwnerKey.rsaBits.lowerBound) or more"
        case .generationFailed: "the key could not be generated"
        }
    }
}

/// The public half of a key that may change a manifest or recover its Coordinator.
package struct OwnerKey: Sendable, Equatable {
    package enum Kind: Sendable, CaseIterable {
        /// ECDSA; listed in manifests as PKIX.
        case workloadOwner
        /// RSA; listed in manifests as PKCS#1.
        case seedshareOwner
    }

    static let curves = ["prime256v1", "secp384r1", "secp521r1"]
    static let rsaBits = 2048...16384

    package let kind: Kind
    /// DER of the public key as manifests list it.
    package let der: [UInt8]
    /// Whether the file that it was read from holds the private key.
    package let isPrivate: Bool

    /// Reads a file with one private or public key: SEC1, PKCS#1, PKCS#8 or PKIX. Never asks for a passphrase.
    package init(pem: [UInt8], kind: Kind) throws(KeyError) {
        let (key, isPrivate) = try PEMKey.read(pem)
        try self.init(key, kind: kind, isPrivate: isPrivate)
        // What a manifest would list must be a key to whoever reads the manifest.
        _ = try OwnerKey(der: der, kind: kind)
    }

    /// Checks a public key as a manifest lists it.
    package init(der: [UInt8], kind: Kind) throws(KeyError) {
        let block = PEMBlock(label: kind == .workloadOwner ? "PUBLIC KEY" : "RSA PUBLIC KEY", der: der)
        try self.init(block.key(), kind: kind, isPrivate: false)
        guard self.der == der else { throw .malformed }
    }

    /// Checks a public key as TLS has it.
    ///
    /// - Parameter spki: DER of the SubjectPublicKeyInfo.
    package init(spki: [UInt8], kind: Kind) throws(KeyError) {
        try self.init(PEMBlock(label: "PUBLIC KEY", der: spki).key(), kind: kind, isPrivate: false)
    }

    init(_ key: EVPKey, kind: Kind, isPrivate: Bool) throws(KeyError) {
        switch kind {
        case .workloadOwner:
            guard key.isType("EC") else { throw .wrongAlgorithm(expected: "an ECDSA key") }
            let curve = key.curve
            guard Self.curves.contains(curve) else { throw .wrongCurve(curve) }
        case .seedshareOwner:
            guard key.isType("RSA") else { throw .wrongAlgorithm(expected: "an RSA key") }
            guard Self.rsaBits.contains(key.bits) else { throw .wrongSize(key.bits) }
        }
        guard key.isValid, let der = kind == .workloadOwner ? key.pkix : key.pkcs1, !der.isEmpty else {
            throw .malformed
        }
        self.kind = kind
        self.der = der
        self.isPrivate = isPrivate
    }

    /// Lower-case hexadecimal, as manifests list the key.
    package var hex: String { Self.hex(der) }

    /// SHA-256 of the DER in lower-case hexadecimal, as manifests of older releases list the key.
    package var digestHex: String { Self.hex(SHA256.digest(der)) }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
