// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 section 10.
    @Test(
        arguments: zip(
            ["", "f", "fo", "foo", "foob", "fooba", "foobar"],
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]))
    func vectors(_ text: String, _ encoded: String) {
        #expect(Base64.text(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(text.utf8))
    }

    /// Several bytes are encoded at a time.
    @Test(arguments: 0...50)
    func everyBitCounts(_ length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }
        let encoded = Base64.text(bytes)
        #expect(encoded.utf8.count == (length + 2) / 3 * 4)
        #expect(Base64.decode(encoded.utf8) == bytes)
        for bit in 0..<length * 8 {
            var changed = bytes
            changed[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            let other = Base64.text(changed)
            #expect(other != encoded)
            #expect(Base64.decode(other.utf8) == changed)
        }
    }
}
