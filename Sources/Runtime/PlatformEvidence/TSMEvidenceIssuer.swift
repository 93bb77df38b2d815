// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import Dispatch

/// Evidence of the guest that the program runs in, from the kernel.
package struct TSMEvidenceIssuer: EvidenceIssuer {
    package var interface: TSMReportInterface
    /// Gets the endorsements that the host has not put beside a report of SEV-SNP; what it has not got is left out.
    package var endorsements: @Sendable (Evidence) async -> EndorsementFiles
    /// One at a time: the platform makes reports one after another, and the kernel makes others wait.
    private let queue = DispatchQueue(label: "contrast.tsm")

    package init(
        interface: TSMReportInterface = TSMReportInterface(),
        endorsements: @escaping @Sendable (Evidence) async -> EndorsementFiles = { _ in EndorsementFiles() }
    ) {
        self.interface = interface
        self.endorsements = endorsements
    }

    package func issue(reportData: [UInt8]) async throws -> EvidenceDocument {
        let made = try await withCheckedThrowingContinuation { continuation in
            queue.async { [interface] in continuation.resume(with: Result { try interface.report(reportData) }) }
        }
        switch made.provider {
        case .snp:
            let own = CertificateTable.endorsements(made.auxiliary)
            var attestation = SNPAttestation(report: made.report, endorsements: own)
            let more = await endorsements(.snp(attestation))
            attestation.endorsements = own.merging(more.snp)
            guard let bytes = attestation.protobuf else { throw SNPAttestationError.noReport }
            return EvidenceDocument(kind: .snp, bytes: bytes)
        case .tdx:
            let quote = try TDXQuote(bytes: made.report)
            // A quote of version 5 has no message and goes as it is.
            return EvidenceDocument(kind: .tdx, bytes: TDXAttestation(quote: quote).protobuf ?? quote.bytes)
        }
    }
}

/// The certificates that a host puts beside a report of SEV-SNP (GHCB 2.03, section 4.1.8.1): entries of a GUID, offset
/// and length, closed by one of zeros, and the certificates behind them.
enum CertificateTable {
    private static let entryLimit = 16

    /// What can be read of it: nothing in it needs to be believed, and a verifier asks for what is missing.
    static func endorsements(_ bytes: [UInt8]) -> SNPEndorsements {
        var endorsements = SNPEndorsements()
        var table = ByteReader(bytes)
        for _ in 0..<entryLimit {
            guard let guid = try? table.bytes(16, "GUID"), guid.contains(where: { $0 != 0 }),
                let offset = try? table.littleEndian("offset", as: UInt32.self),
                let length = try? table.littleEndian("length", as: UInt32.self)
            else { break }
            let (start, end) = (Int(offset), Int(offset) + Int(length))
            guard end <= bytes.count else { continue }
            // Each certificate says by itself which one it is.
            if let file = try? PEMFile(Array(bytes[start..<end])) { endorsements.add(file) }
        }
        return endorsements
    }
}
