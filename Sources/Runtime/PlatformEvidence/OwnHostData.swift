// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// The host data of the guest that a program runs in: which document was measured with it.
package struct OwnHostData: Sendable, Equatable {
    /// 32 bytes.
    package var bytes: [UInt8]
    /// What stands in the way of relying on it; `nil` for nothing.
    package var warning: String?

    /// - Throws: what the issuer throws, and errors of evidence that cannot be read; `nil` for evidence without host data.
    package init?(_ issuer: any EvidenceIssuer, measurements: TDXMeasurements = TDXMeasurements()) async throws {
        let own = try await issuer.issue(reportData: [UInt8](repeating: 0, count: 64))
        let evidence = try Evidence(own.bytes)
        guard let hostData = evidence.hostData else { return nil }
        bytes = hostData
        // A report of SEV-SNP comes from the processor, over a channel that the host cannot write to. A quote of TDX comes
        // from the host, which could give one of another guest.
        guard case .tdx = evidence, issuer is TSMEvidenceIssuer else { return }
        if let told = measurements.hostData() {
            bytes = told
        } else {
            warning =
                "the kernel has no '\(measurements.file)', so the measured document is known from a quote, which comes from "
                + "the host"
        }
    }
}
