// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// Why the body of a handshake message is malformed.
package enum TLSDecodeError: Error, Sendable, Equatable {
    case layout(ByteReaderError)
    /// A field has a length that TLS does not allow; its name.
    case length(String)
    /// An extension is there twice; its number.
    case repeatedExtension(UInt16)
}

extension TLSDecodeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .layout(let error): "\(error)"
        case .length(let field): "the length of \(field) is out of range"
        case .repeatedExtension(let number): "extension \(number) is there twice"
        }
    }
}

/// Reads the vectors of TLS (RFC 8446, section 3.4): a length, whose range is stated, and so many bytes.
struct TLSReader {
    private var reader: ByteReader

    init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }
    private init(_ reader: ByteReader) { self.reader = reader }

    var remaining: Int { reader.remaining }

    mutating func bytes(_ count: Int, _ field: String) throws(TLSDecodeError) -> [UInt8] {
        do throws(ByteReaderError) { return try reader.bytes(count, field) } catch { throw .layout(error) }
    }

    mutating func uint16(_ field: String) throws(TLSDecodeError) -> UInt16 {
        do throws(ByteReaderError) { return try reader.bigEndian(field) } catch { throw .layout(error) }
    }

    mutating func vector8(_ field: String, _ lengths: ClosedRange<Int>) throws(TLSDecodeError) -> TLSReader {
        let count = try bytes(1, field)
        return try part(Int(count[0]), field, lengths)
    }

    mutating func vector16(_ field: String, _ lengths: ClosedRange<Int>) throws(TLSDecodeError) -> TLSReader {
        try part(Int(try uint16(field)), field, lengths)
    }

    /// The extensions of a message by their numbers (RFC 8446, section 4.2).
    mutating func extensions() throws(TLSDecodeError) -> [UInt16: TLSReader] {
        var list = try vector16("extensions", 0...65535)
        var extensions: [UInt16: TLSReader] = [:]
        while list.remaining > 0 {
            let number = try list.uint16("extension_type")
            let content = try list.vector16("extension_data", 0...65535)
            guard extensions.updateValue(content, forKey: number) == nil else { throw .repeatedExtension(number) }
        }
        return extensions
    }

    private mutating func part(
        _ count: Int, _ field: String, _ lengths: ClosedRange<Int>
    ) throws(TLSDecodeError) -> TLSReader {
        guard lengths.contains(count) else { throw .length(field) }
        do throws(ByteReaderError) { return TLSReader(try reader.part(count, field)) } catch { throw .layout(error) }
    }

    mutating func rest() -> [UInt8] { reader.rest() }

    func end() throws(TLSDecodeError) {
        do throws(ByteReaderError) { try reader.end() } catch { throw .layout(error) }
    }
}
