// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import IR

/// What a simulated trust domain reports: by default one that meets every rule.
package struct SimulatedTD: Sendable {
    package var version = TDReport.Version.v1_0
    /// 16 numbers: ISVSVN and major version of the TDX module, then those of the platform.
    package var teeTCBSVN: [UInt8] = [5, 1, 3] + [UInt8](repeating: 0, count: 13)
    package var mrSeam = [UInt8](repeating: 0x5E, count: 48)
    package var mrSignerSeam = [UInt8](repeating: 0, count: 48)
    package var seamAttributes = [UInt8](repeating: 0, count: 8)
    /// SEPT_VE_DISABLE.
    package var tdAttributes: UInt64 = 1 << 28
    package var xfam: UInt64 = 0x602E7
    package var mrTD = [UInt8](repeating: 0x7D, count: 48)
    /// SHA-256 of the initdata document, with 16 zeros.
    package var mrConfigID = [UInt8](repeating: 0x1D, count: 32) + [UInt8](repeating: 0, count: 16)
    package var mrOwner = [UInt8](repeating: 0, count: 48)
    package var mrOwnerConfig = [UInt8](repeating: 0, count: 48)
    package var rtmrs = (0..<4).map { [UInt8](repeating: 0xA0 + UInt8($0), count: 48) }
    package var reportData = [UInt8](repeating: 0xDA, count: 64)
    /// In reports of TDX 1.5 alone.
    package var teeTCBSVN2 = [UInt8](repeating: 0, count: 16)
    package var mrServiceTD = [UInt8](repeating: 0, count: 48)

    package init(version: TDReport.Version = .v1_0) { self.version = version }

    /// The body of a quote.
    package var bytes: [UInt8] {
        var bytes = teeTCBSVN + mrSeam + mrSignerSeam + seamAttributes
        bytes += tdAttributes.littleEndianBytes + xfam.littleEndianBytes
        bytes += mrTD + mrConfigID + mrOwner + mrOwnerConfig + rtmrs.joined() + reportData
        return version == .v1_5 ? bytes + teeTCBSVN2 + mrServiceTD : bytes
    }

    /// The entry of a manifest that the trust domain meets.
    package var referenceValues: TDXReferenceValues {
        TDXReferenceValues(
            platform: "Metal-QEMU-TDX", mrTd: Hex.text(mrTD), mrSeam: Hex.text(mrSeam),
            rtmrs: rtmrs.map { Hex.text($0) }, xfam: Hex.text(xfam.littleEndianBytes))
    }
}

/// The report of a simulated quoting enclave, without what binds the attestation key.
package struct SimulatedQuotingEnclave: Sendable {
    package var miscSelect: UInt32 = 0
    package var attributes: [UInt8] =
        [0x15] + [UInt8](repeating: 0, count: 7) + [0xE7] + [UInt8](repeating: 0, count: 7)
    package var mrEnclave = [UInt8](repeating: 0x9E, count: 32)
    package var mrSigner = [UInt8](repeating: 0xDC, count: 32)
    package var isvProdID: UInt16 = 2
    package var isvSVN: UInt16 = 4

    package init() {}

    /// - Parameter reportData: 64 bytes.
    package func bytes(reportData: [UInt8]) -> [UInt8] {
        func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
        var bytes = zeros(16) + miscSelect.littleEndianBytes + zeros(28) + attributes
        bytes += mrEnclave + zeros(32) + mrSigner + zeros(96)
        return bytes + isvProdID.littleEndianBytes + isvSVN.littleEndianBytes + zeros(60) + reportData
    }
}

extension FixedWidthInteger {
    /// The lowest byte first.
    package var littleEndianBytes: [UInt8] { (0..<bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }
}
