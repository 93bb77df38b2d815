// SPDX-License-Identifier: Apache-2.0

/// Text of a policy under construction.
struct RegoText {
    private(set) var bytes: [UInt8] = []

    init() {}

    /// - Parameter capacity: bytes for which there is room from the start.
    init(_ bytes: [UInt8], capacity: Int) {
        self.bytes.reserveCapacity(capacity)
        self.bytes.append(contentsOf: bytes)
    }

    var count: Int { bytes.count }
    var string: String { String(decoding: bytes, as: UTF8.self) }

    func bytes(from start: Int) -> [UInt8] { Array(bytes[start...]) }

    mutating func remove(from start: Int) { bytes.removeLast(bytes.count - start) }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }
    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }
    mutating func append(spaces count: Int) { bytes.append(contentsOf: repeatElement(0x20, count: count)) }
    mutating func append(string: String) { bytes.append(contentsOf: string.utf8) }

    /// ASCII that stands for itself.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(integer value: Int64) {
        guard 0...9 ~= value else { return append(string: String(value)) }
        append(UInt8(ascii: "0") + UInt8(value))
    }

    /// Appends a string in quotes.
    mutating func quote(_ text: String) {
        append(UInt8(ascii: "\""))
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            guard Self.isPlain(utf8) else { return false }
            bytes.append(contentsOf: utf8)
            return true
        }
        if !isPlain { for scalar in text.unicodeScalars { escape(scalar) } }
        append(UInt8(ascii: "\""))
    }

    /// Whether all is printable ASCII that stands for itself.
    private static func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        var isPlain = true
        for byte in utf8 {
            let isSpecial =
                byte &- 0x20 >= 0x5F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                || byte == UInt8(ascii: "'")
            isPlain = isPlain && !isSpecial
        }
        return isPlain
    }

    /// Appends a scalar of a string.
    mutating func escape(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": append("\\\"")
        case "\\": append("\\\\")
        case "'", "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
            let digits = String(scalar.value, radix: 16)
            append(string: "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
        default: UTF8.encode(scalar).map { bytes.append(contentsOf: $0) }
        }
    }
}
