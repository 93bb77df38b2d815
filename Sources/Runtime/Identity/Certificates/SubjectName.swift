// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import IR

/// A name in a certificate (RFC 5280, section 4.2.1.6).
package enum SubjectName: Sendable, Hashable {
    case dns(String)
    case uri(String)
    /// 4 or 16 bytes.
    case address([UInt8])

    /// Characters of a name; longer ones fit no certificate.
    package static let lengthLimit = 2048

    /// Reads an entry of a manifest: an IP address, else a URI when it starts with a scheme, else a DNS name, which may
    /// be a wildcard. `nil` for what can stand in no certificate.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.lengthLimit, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            return nil
        }
        if let bytes = IPAddress.bytes(text) {
            self = .address(bytes)
        } else if let colon = text.firstIndex(of: ":") {
            guard Self.isScheme(text[..<colon]), text.index(after: colon) < text.endIndex, Self.isEscaped(text) else {
                return nil
            }
            self = .uri(text)
        } else {
            guard Self.isDNSName(text) else { return nil }
            self = .dns(text)
        }
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    /// Whether every percent sign starts an escape.
    private static func isEscaped(_ text: String) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            part.count >= 2 && part.prefix(2).allSatisfy(\.isHexDigit)
        }
    }

    /// Labels of letters, digits, hyphens and underscores, the first of which may be `*`.
    private static func isDNSName(_ text: String) -> Bool {
        guard text.utf8.count <= 253 else { return false }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.enumerated().allSatisfy { index, label in
            if index == 0, label == "*" { return true }
            return (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }
    }

    /// DER of the GeneralName.
    var der: [UInt8] {
        switch self {
        case .dns(let name): DERWriter.element(0x82, Array(name.utf8))
        case .uri(let uri): DERWriter.element(0x86, Array(uri.utf8))
        case .address(let bytes): DERWriter.element(0x87, bytes)
        }
    }
}
