// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Looks for secrets in what programs print.
package struct SecretSearch {
    private static let window = 12

    private var needles: [(name: String, form: String, bytes: Data)] = []

    package init() {}

    /// Adds a secret of 16 bytes or more. Pieces of its start, middle and end are looked for, as they are and in the usual
    /// forms of text: hexadecimal, base64, numbers in a list or a line each, escapes.
    package mutating func add(_ name: String, _ secret: [UInt8]) throws {
        guard secret.count >= 16 else { throw HarnessError("'\(name)' is too short to be searched for") }
        let last = secret.count - Self.window
        // Base64 looks different for each remainder by three.
        let offsets: [Int] = [0, 1, 2, last / 2, last / 2 + 1, last / 2 + 2, last - 2, last - 1, last]
        for offset in Set(offsets.filter { 0...last ~= $0 }) {
            let piece = Array(secret[offset..<offset + Self.window])
            let hex: [String] = piece.map { String(format: "%02x", $0) }
            let numbers: [String] = piece.map { String($0) }
            let base64: String = Data(piece).base64EncodedString()
            let urlForm: String = base64.replacingOccurrences(of: "+", with: "-").replacingOccurrences(
                of: "/", with: "_")
            let texts: [(String, String)] = [
                ("hexadecimal", hex.joined()), ("hexadecimal", hex.joined().uppercased()),
                ("hexadecimal", hex.joined(separator: " ")), ("hexadecimal", hex.joined(separator: ":")),
                ("base64", base64), ("base64", urlForm), ("numbers", numbers.joined(separator: ", ")),
                ("numbers", numbers.joined(separator: " ")),
                ("numbers", numbers.map { "- " + $0 }.joined(separator: "\n")),
                ("escapes", piece.map(Self.escaped).joined()),
            ]
            needles.append((name, "plain bytes", Data(piece)))
            for (form, text) in texts { needles.append((name, form, Data(text.utf8))) }
        }
    }

    /// As the text format of Protocol Buffers has a byte.
    private static func escaped(_ byte: UInt8) -> String {
        let short: [UInt8: String] = [
            8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: "\\\"", 92: "\\\\",
        ]
        if let text = short[byte] { return text }
        return 32...126 ~= byte ? String(UnicodeScalar(byte)) : String(format: "\\%03o", byte)
    }

    /// Adds the part of a private key that is in no public one: the scalar of SEC1 or PKCS#8, or the primes of PKCS#1.
    package mutating func add(_ name: String, privateKey pem: String) throws {
        let lines = pem.split(whereSeparator: \.isNewline).filter { !$0.contains("-----") }
        guard pem.contains("PRIVATE KEY-----"), let der = Data(base64Encoded: lines.joined()) else {
            throw HarnessError("'\(name)' is no private key")
        }
        if pem.contains("RSA") { return try add(name, Array(der.suffix(der.count / 2))) }
        guard let mark = der.range(of: Data([2, 1, 1, 4])), mark.upperBound < der.endIndex else {
            throw HarnessError("'\(name)' is no key of ECDSA")
        }
        try add(name, Array(der[(mark.upperBound + 1)...].prefix(Int(der[mark.upperBound]))))
    }

    /// The secrets that a text holds, and how they are written in it.
    package func findings(in text: some Sequence<UInt8>) -> Set<String> {
        let data = Data(text)
        return Set(needles.filter { data.range(of: $0.bytes) != nil }.map { "\($0.name) as \($0.form)" })
    }

    package func findings(in text: String) -> Set<String> { findings(in: text.utf8) }
}
