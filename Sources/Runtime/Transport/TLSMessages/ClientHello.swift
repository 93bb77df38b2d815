// SPDX-License-Identifier: Apache-2.0

/// What a client offers in its first message (RFC 8446, section 4.1.2), as far as attested TLS asks.
package struct ClientHello: Sendable, Equatable {
    /// Bytes of the message, and of the records that it comes in.
    package static let sizeLimit = 32 << 10
    package static let tls13: UInt16 = 0x0304

    /// The entries of the ALPN extension (RFC 7301), in their order; empty without it.
    package private(set) var applicationProtocols: [[UInt8]] = []
    /// The versions of the extension `supported_versions`; empty without it, as before TLS 1.3.
    package private(set) var supportedVersions: [UInt16] = []

    /// Numbers of extensions.
    private static let alpn: UInt16 = 16
    private static let versions: UInt16 = 43

    /// Reads the body of the message, without type and length.
    package init(body: [UInt8]) throws(TLSDecodeError) {
        guard body.count <= Self.sizeLimit else { throw .length("ClientHello") }
        var reader = TLSReader(body)
        _ = try reader.bytes(2 + 32, "legacy_version and random")
        _ = try reader.vector8("legacy_session_id", 0...32)
        guard try reader.vector16("cipher_suites", 2...65534).remaining.isMultiple(of: 2) else {
            throw .length("cipher_suites")
        }
        _ = try reader.vector8("legacy_compression_methods", 1...255)
        // Clients from before TLS 1.2 may leave the whole list away.
        if reader.remaining == 0 { return }
        let extensions = try reader.extensions()
        try reader.end()
        if var content = extensions[Self.alpn] {
            var list = try content.vector16("protocol_name_list", 2...65535)
            try content.end()
            while list.remaining > 0 {
                var name = try list.vector8("protocol_name", 1...255)
                applicationProtocols.append(name.rest())
            }
        }
        if var content = extensions[Self.versions] {
            var list = try content.vector8("versions", 2...254)
            try content.end()
            while list.remaining > 0 { supportedVersions.append(try list.uint16("version")) }
        }
    }
}
