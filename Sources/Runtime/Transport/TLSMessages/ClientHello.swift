// SPDX-License-Identifier: Apache-2.0

internal import Attestation

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
    package init(body: [UInt8]) throws(ClientHelloError) {
        guard body.count <= Self.sizeLimit else { throw .tooLarge }
        var reader = TLSReader(body)
        _ = try reader.bytes(2 + 32, "legacy_version and random")
        _ = try reader.vector8("legacy_session_id", 0...32)
        guard try reader.vector16("cipher_suites", 2...65534).remaining.isMultiple(of: 2) else {
            throw .length("cipher_suites")
        }
        _ = try reader.vector8("legacy_compression_methods", 1...255)
        // Clients from before TLS 1.2 may leave the whole list away.
        if reader.remaining > 0 {
            var extensions = try reader.vector16("extensions", 0...65535)
            try readExtensions(&extensions)
        }
        try reader.end()
    }

    private mutating func readExtensions(_ reader: inout TLSReader) throws(ClientHelloError) {
        var seen: Set<UInt16> = []
        while reader.remaining > 0 {
            let number = try reader.uint16("extension_type")
            guard seen.insert(number).inserted else { throw .repeatedExtension(number) }
            var content = try reader.vector16("extension_data", 0...65535)
            switch number {
            case Self.alpn:
                var list = try content.vector16("protocol_name_list", 2...65535)
                while list.remaining > 0 {
                    var name = try list.vector8("protocol_name", 1...255)
                    applicationProtocols.append(name.rest())
                }
                try content.end()
            case Self.versions:
                var list = try content.vector8("versions", 2...254)
                while list.remaining > 0 { supportedVersions.append(try list.uint16("version")) }
                try content.end()
            default: break
            }
        }
    }
}

/// Reads the vectors of TLS (RFC 8446, section 3.4): a length, whose range is stated, and so many bytes.
private struct TLSReader {
    private var reader: ByteReader

    init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }
    private init(_ reader: ByteReader) { self.reader = reader }

    var remaining: Int { reader.remaining }

    mutating func bytes(_ count: Int, _ field: String) throws(ClientHelloError) -> [UInt8] {
        do throws(ByteReaderError) { return try reader.bytes(count, field) } catch { throw .malformed(error) }
    }

    mutating func uint16(_ field: String) throws(ClientHelloError) -> UInt16 {
        do throws(ByteReaderError) { return try reader.bigEndian(field) } catch { throw .malformed(error) }
    }

    mutating func vector8(_ field: String, _ lengths: ClosedRange<Int>) throws(ClientHelloError) -> TLSReader {
        let count = try bytes(1, field)
        return try part(Int(count[0]), field, lengths)
    }

    mutating func vector16(_ field: String, _ lengths: ClosedRange<Int>) throws(ClientHelloError) -> TLSReader {
        try part(Int(try uint16(field)), field, lengths)
    }

    private mutating func part(
        _ count: Int, _ field: String, _ lengths: ClosedRange<Int>
    ) throws(ClientHelloError) -> TLSReader {
        guard lengths.contains(count) else { throw .length(field) }
        do throws(ByteReaderError) { return TLSReader(try reader.part(count, field)) } catch { throw .malformed(error) }
    }

    mutating func rest() -> [UInt8] { reader.rest() }

    func end() throws(ClientHelloError) {
        do throws(ByteReaderError) { try reader.end() } catch { throw .malformed(error) }
    }
}
