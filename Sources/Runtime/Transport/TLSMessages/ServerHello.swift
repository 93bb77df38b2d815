// SPDX-License-Identifier: Apache-2.0

/// What a server has chosen (RFC 8446, section 4.1.3), as far as reading on needs it.
package struct ServerHello: Sendable, Equatable {
    /// The number of the cipher suite.
    package let cipherSuite: UInt16
    /// The server wants another ClientHello; nothing is encrypted yet.
    package let isRetryRequest: Bool

    /// SHA-256 of "HelloRetryRequest", which stands in place of the random bytes.
    private static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]

    /// Reads the body of the message, without type and length.
    package init(body: [UInt8]) throws(TLSDecodeError) {
        var reader = TLSReader(body)
        _ = try reader.bytes(2, "legacy_version")
        isRetryRequest = try reader.bytes(32, "random") == Self.retryRandom
        _ = try reader.vector8("legacy_session_id_echo", 0...32)
        cipherSuite = try reader.uint16("cipher_suite")
    }
}

/// Handshake messages out of the contents of records, which may cut them anywhere.
package struct HandshakeMessages: Sendable {
    package static let serverHello: UInt8 = 2
    package static let certificate: UInt8 = 11
    package static let certificateRequest: UInt8 = 13

    private var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ fragment: some Sequence<UInt8>) { bytes += fragment }

    /// The type of the message that comes next, as soon as it is there.
    package var nextType: UInt8? { bytes.first }

    /// The next message, once it is complete.
    package mutating func next() -> (type: UInt8, body: [UInt8])? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes[1...3].reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= 4 + length else { return nil }
        defer { bytes.removeFirst(4 + length) }
        return (bytes[0], Array(bytes[4..<4 + length]))
    }
}
