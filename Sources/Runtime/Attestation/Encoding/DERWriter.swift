// SPDX-License-Identifier: Apache-2.0

/// Builds DER (ITU-T X.690).
package enum DERWriter {
    package static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
        let length = bigEndian(UInt64(content.count))
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    package static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, parts.flatMap { $0 }) }
    package static func set(_ parts: [UInt8]...) -> [UInt8] { element(0x31, parts.flatMap { $0 }) }
    package static func octetString(_ bytes: [UInt8]) -> [UInt8] { element(0x04, bytes) }
    package static func bitString(_ bytes: [UInt8], unused: UInt8 = 0) -> [UInt8] { element(0x03, [unused] + bytes) }
    package static func boolean(_ value: Bool) -> [UInt8] { [0x01, 0x01, value ? 0xFF : 0] }
    package static func ia5String(_ text: String) -> [UInt8] { element(0x16, Array(text.utf8)) }
    package static func utf8String(_ text: String) -> [UInt8] { element(0x0C, Array(text.utf8)) }

    package static func integer(_ value: UInt64) -> [UInt8] {
        let digits = bigEndian(value)
        return element(0x02, (digits.first ?? 0x80) >= 0x80 ? [0] + digits : digits)
    }

    /// - Parameter dotted: an OID in dotted decimal; each part must be a number.
    package static func objectIdentifier(_ dotted: String) -> [UInt8] {
        var arcs = dotted.split(separator: ".").compactMap { UInt64($0) }
        if arcs.count >= 2 { arcs.replaceSubrange(0..<2, with: [arcs[0] * 40 + arcs[1]]) }
        return element(0x06, arcs.flatMap(base128))
    }

    /// UTCTime until 2049, GeneralizedTime after it (RFC 5280, section 4.1.2.5).
    package static func time(_ time: Timestamp) -> [UInt8] {
        let digits = Array(time.description.utf8).filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let isShort = digits.starts(with: Array("19".utf8)) || time.description < "2050"
        return element(isShort ? 0x17 : 0x18, Array(isShort ? digits.dropFirst(2) : digits[...]) + [UInt8(ascii: "Z")])
    }

    private static func base128(_ arc: UInt64) -> [UInt8] {
        var rest = arc >> 7
        var bytes = [UInt8(arc & 0x7F)]
        while rest > 0 {
            bytes.insert(0x80 | UInt8(rest & 0x7F), at: 0)
            rest >>= 7
        }
        return bytes
    }

    /// Without leading zeros; empty for zero.
    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }.drop { $0 == 0 }.map
        { $0 }
    }
}
