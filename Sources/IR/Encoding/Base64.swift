// SPDX-License-Identifier: Apache-2.0

/// Standard base64 with padding (RFC 4648 section 4).
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Two characters for each value of twelve bits, the first in the low byte.
    private static let pairs: [UInt16] = (0..<4096).map {
        UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8
    }

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        let length = (bytes.count + 2) / 3 * 4
        return [UInt8](unsafeUninitializedCapacity: length) { out, count in
            let raw = UnsafeMutableRawBufferPointer(out)
            pairs.withUnsafeBufferPointer { pairs in
                bytes.withUnsafeBufferPointer { input in
                    var from = 0
                    var to = 0
                    let bytes = UnsafeRawBufferPointer(input)
                    // Eight are read, six of them encoded.
                    while from + 8 <= input.count {
                        let group = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: from, as: UInt64.self))
                        var eight = UInt64(pairs[Int(group >> 52)])
                        eight |= UInt64(pairs[Int(group >> 40 & 4095)]) << 16
                        eight |= UInt64(pairs[Int(group >> 28 & 4095)]) << 32
                        eight |= UInt64(pairs[Int(group >> 16 & 4095)]) << 48
                        raw.storeBytes(of: eight.littleEndian, toByteOffset: to, as: UInt64.self)
                        from += 6
                        to += 8
                    }
                    while from + 2 < input.count {
                        let group = Int(input[from]) << 16 | Int(input[from + 1]) << 8 | Int(input[from + 2])
                        let four = UInt32(pairs[group >> 12]) | UInt32(pairs[group & 4095]) << 16
                        raw.storeBytes(of: four.littleEndian, toByteOffset: to, as: UInt32.self)
                        from += 3
                        to += 4
                    }
                    if from < input.count {
                        let two = from + 1 < input.count
                        let group = Int(input[from]) << 16 | (two ? Int(input[from + 1]) << 8 : 0)
                        out[to] = alphabet[group >> 18]
                        out[to + 1] = alphabet[group >> 12 & 63]
                        out[to + 2] = two ? alphabet[group >> 6 & 63] : UInt8(ascii: "=")
                        out[to + 3] = UInt8(ascii: "=")
                    }
                }
            }
            count = length
        }
    }

    package static func text(_ bytes: [UInt8]) -> String { String(decoding: encode(bytes), as: UTF8.self) }

    /// The bytes, or `nil` unless the text is canonical base64: right length, right padding, no other characters, no
    /// bits set beyond the last byte. ASCII line breaks are skipped, as Kubernetes skips them in Secrets.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        var padding = 0
        for character in text {
            if character == 0x0A || character == 0x0D { continue }
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            let value = values[Int(character)]
            guard value != 0xFF, padding == 0 else { return nil }
            group = group << 6 | UInt32(value)
            count += 1
            if count % 4 == 0 {
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                group = 0
            }
        }
        switch (count % 4, padding) {
        case (0, 0): return bytes
        case (2, 2) where group & 0xF == 0:
            bytes.append(UInt8(truncatingIfNeeded: group >> 4))
            return bytes
        case (3, 1) where group & 0x3 == 0:
            bytes.append(UInt8(truncatingIfNeeded: group >> 10))
            bytes.append(UInt8(truncatingIfNeeded: group >> 2))
            return bytes
        default: return nil
        }
    }
}
