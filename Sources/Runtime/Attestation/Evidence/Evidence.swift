// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no evidence in any known form.
package struct EvidenceError: Error, Sendable, Equatable {
    /// What each form lacks.
    package var reasons: [String]
}

/// Evidence of a confidential VM as it comes in files and over the wire.
package enum Evidence: Sendable {
    case snp(SNPAttestation)
    /// The quote as the kernel gives it.
    case tdx([UInt8])

    /// Bytes of the largest evidence, endorsements included.
    package static let sizeLimit = 32 << 20

    /// Tells the form by the bytes: a raw SEV-SNP report, a raw quote, or one of the two messages.
    package init(_ bytes: [UInt8]) throws(EvidenceError) {
        guard bytes.count <= Self.sizeLimit else { throw EvidenceError(reasons: ["it is larger than any evidence"]) }
        if bytes.count == SNPReport.size {
            self = .snp(SNPAttestation(report: bytes))
            return
        }
        if Self.isQuote(bytes) {
            self = .tdx(bytes)
            return
        }
        var reasons = ["it is neither a report of \(SNPReport.size) bytes nor a quote"]
        do throws(SNPAttestationError) {
            self = .snp(try SNPAttestation(protobuf: bytes))
            return
        } catch {
            reasons.append("as SEV-SNP: \(error)")
        }
        do {
            self = .tdx(try TDXAttestation(protobuf: bytes).quote.bytes)
        } catch {
            throw EvidenceError(reasons: reasons + ["as TDX: \(error)"])
        }
    }

    /// Whether the bytes start as a quote does, of SGX too, with its version; no message starts so.
    private static func isQuote(_ bytes: [UInt8]) -> Bool {
        var reader = ByteReader(bytes)
        guard let version = try? reader.littleEndian("version", as: UInt16.self) else { return false }
        return (3...5).contains(version)
    }
}
