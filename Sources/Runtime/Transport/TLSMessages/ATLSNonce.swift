// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Digests
internal import IR

/// Why a client's offer holds no nonce.
package enum ATLSNonceError: Error, Sendable, Equatable {
    /// No entry is one of attested TLS.
    case missing
    /// Several entries are.
    case several
    /// An entry is of another version of the protocol.
    case unknownVersion
    /// What should be a nonce is not 64 lower-case hexadecimal digits.
    case malformed
}

extension ATLSNonceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing: "the client has sent no nonce; only clients that speak attested TLS can connect"
        case .several: "the client has sent more than one nonce"
        case .unknownVersion: "the client speaks another version of attested TLS; expected 'atls:v1'"
        case .malformed: "the client's nonce is not of \(ATLSNonce.size) bytes in lower-case hexadecimal"
        }
    }
}

/// The random bytes that one side wants to find in the other's evidence.
package struct ATLSNonce: Sendable, Hashable {
    /// In bytes.
    package static let size = 32

    package let bytes: [UInt8]

    /// A new one, from the system's generator.
    package init() {
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<Self.size).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = bytes
    }

    // MARK: From the client, among the application protocols

    private static let family = Array("atls".utf8)
    private static let prefix = "atls:v1:nonce:"

    /// As a client offers it.
    package var applicationProtocol: String { Self.prefix + Hex.text(bytes) }

    /// Finds the nonce among the protocols that a client offers.
    package init(offered protocols: [[UInt8]]) throws(ATLSNonceError) {
        let entries = protocols.filter { $0.starts(with: Self.family) }
        guard let entry = entries.first else { throw .missing }
        guard entries.count == 1 else { throw .several }
        guard entry.starts(with: Self.prefix.utf8) else { throw .unknownVersion }
        let digits = String(decoding: entry.dropFirst(Self.prefix.utf8.count), as: UTF8.self)
        // Only one spelling of a nonce is accepted.
        guard let bytes = Hex.decode(digits), let nonce = ATLSNonce(bytes), Hex.text(bytes) == digits else {
            throw .malformed
        }
        self = nonce
    }

    // MARK: From the server, as the name of an authority

    /// Standard base64: the common name of the one authority that the server's CertificateRequest lists.
    package var commonName: String { Base64.text(bytes) }

    package init?(commonName: String) {
        guard let bytes = Base64.decode(commonName.utf8), let nonce = ATLSNonce(bytes), nonce.commonName == commonName
        else { return nil }
        self = nonce
    }

    // MARK: In evidence

    /// The 64 bytes that evidence must hold: SHA-512 of the sender's public key and the receiver's nonce.
    ///
    /// - Parameter publicKey: DER of the SubjectPublicKeyInfo.
    package func reportData(publicKey: [UInt8]) -> [UInt8] { SHA512.digest(publicKey + bytes) }
}

extension ATLSNonce {
    private static let commonNameOID = "2.5.4.3"
    private static let setTag: UInt8 = 0x31
    /// UTF8String and PrintableString.
    private static let stringTags: [UInt8] = [0x0C, 0x13]

    /// Reads the name of an authority.
    ///
    /// - Parameter name: in DER; its one common name must be a nonce.
    package init?(authority name: [UInt8]) {
        guard let names = try? Self.commonNames(name), names.count == 1 else { return nil }
        self.init(commonName: names[0])
    }

    private static func commonNames(_ der: [UInt8]) throws(DERError) -> [String] {
        var outer = DERReader(der)
        var sequence = try outer.sequence()
        guard outer.isAtEnd else { throw .trailing }
        var names: [String] = []
        while !sequence.isAtEnd {
            var set = DERReader(try sequence.element(setTag))
            while !set.isAtEnd {
                var attribute = try set.sequence()
                let type = try attribute.objectIdentifier()
                let (tag, content) = try attribute.element()
                if type == commonNameOID, stringTags.contains(tag) {
                    names.append(String(decoding: content, as: UTF8.self))
                }
            }
        }
        return names
    }
}
