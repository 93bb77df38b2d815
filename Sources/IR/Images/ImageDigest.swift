// SPDX-License-Identifier: Apache-2.0

/// A content digest as image references and manifests write it: `sha256:` or `sha512:` and lower-case hexadecimal of
/// exactly the algorithm's length.
package struct ImageDigest: Sendable, Hashable {
    package enum Algorithm: String, Sendable {
        case sha256, sha512

        /// Hexadecimal digits of a digest.
        package var digits: Int {
            switch self {
            case .sha256: 64
            case .sha512: 128
            }
        }
    }

    package let algorithm: Algorithm
    /// Lower case.
    package let hex: String

    /// The digest of SHA-256 over some bytes, given its 32 bytes.
    package init(sha256 bytes: [UInt8]) {
        algorithm = .sha256
        hex = Hex.text(bytes)
    }

    /// - Throws: the reason why the text is not a digest.
    package init(_ text: String) throws(ImageReferenceError) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw ImageReferenceError("the digest '\(text)' has no algorithm; expected 'sha256:' and 64 hex digits")
        }
        let name = String(text[..<colon])
        guard let algorithm = Algorithm(rawValue: name) else {
            throw ImageReferenceError("the digest algorithm '\(name)' is unknown; expected sha256 or sha512")
        }
        let hex = text[text.utf8.index(after: colon)...]
        guard hex.utf8.count == algorithm.digits else {
            throw ImageReferenceError(
                "the \(name) digest has \(hex.utf8.count) characters; expected \(algorithm.digits) hex digits")
        }
        guard hex.utf8.allSatisfy({ ReferenceGrammar.isDigit($0) || (0x61...0x66).contains($0) }) else {
            throw ImageReferenceError("the digest '\(text)' is not lower-case hexadecimal")
        }
        self.algorithm = algorithm
        self.hex = String(hex)
    }
}

extension ImageDigest: CustomStringConvertible {
    package var description: String { "\(algorithm.rawValue):\(hex)" }
}
