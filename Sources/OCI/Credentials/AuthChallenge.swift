// SPDX-License-Identifier: Apache-2.0

/// One challenge of a `WWW-Authenticate` field (RFC 9110, section 11.6.1).
package struct AuthChallenge: Sendable, Equatable {
    /// Lower case.
    package var scheme: String
    /// Names in lower case.
    package var parameters: [String: String]

    /// Longest field that is looked at, in bytes.
    static let limit = 16 << 10

    /// All challenges of some fields, in their order. What cannot be read is left out.
    package static func parse(_ fields: [String]) -> [AuthChallenge] {
        fields.flatMap { field -> [AuthChallenge] in
            guard field.utf8.count <= limit else { return [] }
            var parser = Parser(bytes: Array(field.utf8))
            return parser.challenges()
        }
    }

    private struct Parser {
        let bytes: [UInt8]
        var at = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func challenges() -> [AuthChallenge] {
            var found: [AuthChallenge] = []
            while true {
                skip(separators: true)
                let word = token()
                guard !word.isEmpty else { return found }
                skip(separators: false)
                if peek == UInt8(ascii: "="), !found.isEmpty {
                    at += 1
                    found[found.count - 1].parameters[word.lowercased()] = value()
                } else if peek == UInt8(ascii: "=") {
                    return found
                } else {
                    found.append(AuthChallenge(scheme: word.lowercased(), parameters: [:]))
                }
            }
        }

        private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

        private mutating func skip(separators: Bool) {
            while let byte = peek, byte == 0x20 || byte == 0x09 || (separators && byte == UInt8(ascii: ",")) { at += 1 }
        }

        private mutating func token() -> String {
            let start = at
            while let byte = peek, byte > 0x20, byte < 0x7F, !"=,\"".utf8.contains(byte) { at += 1 }
            return String(decoding: bytes[start..<at], as: UTF8.self)
        }

        private mutating func value() -> String {
            skip(separators: false)
            guard peek == UInt8(ascii: "\"") else { return token() }
            at += 1
            var text: [UInt8] = []
            while let byte = peek, byte != UInt8(ascii: "\"") {
                at += 1
                if byte == UInt8(ascii: "\\"), let escaped = peek {
                    text.append(escaped)
                    at += 1
                } else {
                    text.append(byte)
                }
            }
            if peek != nil { at += 1 }
            return String(decoding: text, as: UTF8.self)
        }
    }
}
