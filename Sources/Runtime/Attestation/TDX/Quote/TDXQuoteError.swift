// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a quote that this verifier reads, when their layout alone is not the reason.
package enum TDXQuoteError: Error, Sendable, Equatable {
    case tooLarge(Int)
    case unsupportedVersion(UInt16)
    case unsupportedAttestationKeyType(UInt16)
    case unsupportedTEEType(UInt32)
    case unsupportedBody(type: UInt16, size: UInt32)
    case unsupportedCertificationData(type: UInt16, expected: UInt16)
    /// Something other than zeros after the quote; the offset of the first such byte.
    case trailingBytes(offset: Int)
}

extension TDXQuoteError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge(let size): "the quote has \(size) bytes, at most \(TDXQuote.sizeLimit) are read"
        case .unsupportedVersion(let version): "the quote has version \(version), expected 4 or 5"
        case .unsupportedAttestationKeyType(let type):
            "the attestation key has type \(type), expected \(TDXQuote.Header.ecdsaP256) (ECDSA P-256)"
        case .unsupportedTEEType(let type):
            "the quote is of TEE type 0x\(String(type, radix: 16)), expected 0x81 (TDX)"
        case .unsupportedBody(let type, let size):
            "the body has type \(type) and \(size) bytes, expected type 2 with 584 or type 3 with 648"
        case .unsupportedCertificationData(let type, let expected):
            "the certification data has type \(type), expected \(expected)"
        case .trailingBytes(let offset): "something other than zeros follows the quote at offset \(offset)"
        }
    }
}
