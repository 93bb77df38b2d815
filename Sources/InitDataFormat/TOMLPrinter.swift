// SPDX-License-Identifier: Apache-2.0

/// Prints TOML strings (TOML 1.0), in the form that needs the least escaping.
package enum TOMLPrinter {
    /// Appends `key = value` and a newline.
    static func entry(_ key: String, _ value: [UInt8], into out: inout [UInt8]) {
        if key.utf8.allSatisfy(isBare), !key.isEmpty {
            out += key.utf8
        } else {
            basic(Array(key.utf8), keepNewlines: false, into: &out)
        }
        out += " = ".utf8
        string(value, into: &out)
        out.append(0x0A)
    }

    /// What a text printed as a multi-line literal starts with, up to the text itself.
    package static func literalStart(ofKey key: String) -> [UInt8] {
        var out: [UInt8] = []
        entry(key, [0x0A], into: &out)
        return Array(out.dropLast(5))
    }

    /// What follows a text printed as a multi-line literal.
    package static let literalEnd = Array("'''\n".utf8)

    /// Appends the text, which must be UTF-8: literally where TOML can say it so, on one line where it is one line.
    static func string(_ text: [UInt8], into out: inout [UInt8]) {
        let shape = Shape(text)
        let isMultiline = shape.hasNewline
        switch (shape.canBeLiteral, isMultiline) {
        case (true, true):
            out += "'''\n".utf8
            out += text
            out += "'''".utf8
        case (true, false) where !shape.hasQuote && !text.isEmpty:
            out.append(UInt8(ascii: "'"))
            out += text
            out.append(UInt8(ascii: "'"))
        case (_, true):
            out += "\"\"\"\n".utf8
            escaped(text, keepNewlines: true, into: &out)
            out += "\"\"\"".utf8
        case (_, false): basic(text, keepNewlines: false, into: &out)
        }
    }

    /// What decides how a text is printed, found in one pass.
    private struct Shape {
        var hasNewline = false
        var hasQuote = false
        var canBeLiteral = true

        init(_ text: [UInt8]) {
            if Self.isOrdinary(text) {
                hasNewline = text.contains(0x0A)
                return
            }
            var quotes = 0
            for byte in text {
                quotes = byte == UInt8(ascii: "'") ? quotes + 1 : 0
                if quotes > 0 { hasQuote = true }
                if byte == 0x0A { hasNewline = true }
                if quotes == 3 || TOMLPrinter.isControl(byte) { canBeLiteral = false }
            }
            // A quote before the closing ones is legal in TOML 1.0 but not in all that reads it.
            if quotes > 0 { canBeLiteral = false }
        }

        /// Whether there are no quotes and no control characters but line breaks and tabs.
        private static func isOrdinary(_ text: [UInt8]) -> Bool {
            text.withUnsafeBytes { bytes in
                var at = 0
                while at + 8 <= bytes.count {
                    // Eight bytes at once; only words that may hold one of those are looked at byte by byte.
                    let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    let suspicious =
                        hasByte(below: 0x20, in: word) | hasZero(word ^ repeated(0x27)) | hasZero(word ^ repeated(0x7F))
                    if suspicious != 0 {
                        for offset in at..<at + 8 where !isOrdinary(bytes[offset]) { return false }
                    }
                    at += 8
                }
                while at < bytes.count {
                    if !isOrdinary(bytes[at]) { return false }
                    at += 1
                }
                return true
            }
        }

        @inline(__always)
        private static func isOrdinary(_ byte: UInt8) -> Bool {
            (byte >= 0x20 || byte == 0x0A || byte == 0x09) && byte != 0x27 && byte != 0x7F
        }

        @inline(__always)
        private static func repeated(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

        /// Not zero when a byte of the word is zero; may also mark a byte above one that is.
        @inline(__always)
        private static func hasZero(_ word: UInt64) -> UInt64 {
            (word &- repeated(1)) & ~word & repeated(0x80)
        }

        /// Not zero when a byte of the word is below a bound of at most 128; may also mark a byte above one that is.
        @inline(__always)
        private static func hasByte(below bound: UInt64, in word: UInt64) -> UInt64 {
            (word &- repeated(bound)) & ~word & repeated(0x80)
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Not allowed in any string as it is. Carriage returns are allowed before newlines, but readers may drop them.
    private static func isControl(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != 0x09 && byte != 0x0A) || byte == 0x7F
    }

    private static func basic(_ text: [UInt8], keepNewlines: Bool, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        escaped(text, keepNewlines: keepNewlines, into: &out)
        out.append(UInt8(ascii: "\""))
    }

    private static func escaped(_ text: [UInt8], keepNewlines: Bool, into out: inout [UInt8]) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""): out += "\\\"".utf8
            case UInt8(ascii: "\\"): out += "\\\\".utf8
            case 0x0A where keepNewlines: out.append(byte)
            case 0x0A: out += "\\n".utf8
            case _ where isControl(byte):
                let digits = String(byte, radix: 16, uppercase: true)
                out += "\\u".utf8
                out += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
                out += digits.utf8
            default: out.append(byte)
            }
        }
    }
}
