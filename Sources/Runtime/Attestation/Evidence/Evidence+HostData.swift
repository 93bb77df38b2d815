// SPDX-License-Identifier: Apache-2.0

extension Evidence {
    /// The 32 bytes that the host has bound the guest to, its policy's hash, as the evidence has it and unverified: HOST_DATA
    /// of SEV-SNP, the start of MRCONFIGID of TDX. `nil` when the evidence cannot be read.
    package var hostData: [UInt8]? {
        switch self {
        case .snp(let attestation): (try? SNPReport(attestation.report))?.hostData
        case .tdx(let quote):
            (try? TDXQuote(bytes: quote)).map { Array($0.report.mrConfigID.prefix(GenuineTDXQuote.hostDataSize)) }
        }
    }
}
