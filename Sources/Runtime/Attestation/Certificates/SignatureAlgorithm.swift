// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// How a certificate or a CRL is signed. The parameters count: what does not encode exactly as one of these is `other`.
package enum SignatureAlgorithm: Sendable, Hashable {
    /// RSASSA-PSS with SHA-384, MGF1 with SHA-384, 48 bytes of salt and trailer 1 (RFC 4055), as AMD signs.
    case rsaPSSWithSHA384
    /// As Intel signs.
    case ecdsaWithSHA256
    case ecdsaWithSHA384
    case other

    /// Reads DER of an AlgorithmIdentifier. AMD writes the default trailer field on older certificates (59 bytes of
    /// parameters) and leaves it out on newer ones (54 bytes).
    init(der: [UInt8]) {
        self = Self.encodings[der] ?? .other
    }

    private static let encodings: [[UInt8]: SignatureAlgorithm] = {
        let sha384: [UInt8] = [
            0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00,
        ]
        let mgf1: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08]
        let pss: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A]
        let hash = wrap(0xA0, sha384)
        let mask = wrap(0xA1, wrap(0x30, mgf1 + sha384))
        let salt = wrap(0xA2, [0x02, 0x01, 48])
        let trailer = wrap(0xA3, [0x02, 0x01, 1])
        return [
            wrap(0x30, pss + wrap(0x30, hash + mask + salt)): .rsaPSSWithSHA384,
            wrap(0x30, pss + wrap(0x30, hash + mask + salt + trailer)): .rsaPSSWithSHA384,
            [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]: .ecdsaWithSHA256,
            [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03]: .ecdsaWithSHA384,
        ]
    }()

    /// One element shorter than 128 bytes.
    private static func wrap(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }
}

extension SignatureAlgorithm: CustomStringConvertible {
    package var description: String {
        switch self {
        case .rsaPSSWithSHA384: "RSASSA-PSS with SHA-384 and 48 bytes of salt"
        case .ecdsaWithSHA256: "ECDSA with SHA-256"
        case .ecdsaWithSHA384: "ECDSA with SHA-384"
        case .other: "another algorithm or other parameters"
        }
    }
}
