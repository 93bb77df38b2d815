// SPDX-License-Identifier: Apache-2.0

/// An ECDSA-signed Intel TDX quote of version 4 or 5 (Intel TDX DCAP Quoting Library API, appendices A.3 and A.4).
///
/// A parsed value is only well-formed: nothing in it is authenticated. Integers are little-endian, signatures and points
/// big-endian.
package struct TDXQuote: Sendable, Equatable {
    package var header: Header
    package var report: TDReport
    package var signatureData: SignatureData

    /// The first 48 bytes.
    package struct Header: Sendable, Equatable {
        static let size = 48
        /// ECDSA on P-256 with a P-256 certification key, the only type of attestation key there is for TDX.
        package static let ecdsaP256: UInt16 = 2
        package static let tdx: UInt32 = 0x81

        package let bytes: [UInt8]

        package var version: UInt16 { bytes.littleEndian(at: 0) }
        package var attestationKeyType: UInt16 { bytes.littleEndian(at: 2) }
        package var teeType: UInt32 { bytes.littleEndian(at: 4) }
        /// 4 bytes, zero in quotes of these versions.
        package var reserved: [UInt8] { Array(bytes[8..<12]) }
        /// 16 bytes, the UUID of whoever made the quoting enclave, in the order of its text.
        package var qeVendorID: [UInt8] { Array(bytes[12..<28]) }
        /// 20 bytes of the quoting enclave's own.
        package var userData: [UInt8] { Array(bytes[28..<48]) }
    }

    /// What follows the signed part.
    package struct SignatureData: Sendable, Equatable {
        /// r and s, 32 bytes each, over `TDXQuote.signedBytes`.
        package var signature: [UInt8]
        /// The point's x and y, 32 bytes each.
        package var attestationKey: [UInt8]
        package var qeReport: SGXReport
        /// r and s of the PCK's signature over `qeReport.bytes`.
        package var qeReportSignature: [UInt8]
        /// Bound into the quoting enclave's report together with the attestation key.
        package var authenticationData: [UInt8]
        /// PEM of the PCK certificate, its CA and the root.
        package var certificateChain: [UInt8]
    }

    /// What the attestation key signs: header, the body's type and size where the version has them, and the body.
    package var signedBytes: [UInt8] {
        guard header.version == Self.versionWithBodyType else { return header.bytes + report.bytes }
        let descriptor =
            [UInt8](littleEndian: report.version.bodyType) + [UInt8](littleEndian: UInt32(report.bytes.count))
        return header.bytes + descriptor + report.bytes
    }

    static let versionWithBodyType: UInt16 = 5
}
