// SPDX-License-Identifier: Apache-2.0

/// The measurements and claims of a trust domain, the body of a TDX quote.
package struct TDReport: Sendable, Equatable {
    package enum Version: Sendable, CaseIterable {
        /// TDX 1.0, 584 bytes.
        case v1_0
        /// TDX 1.5, 648 bytes.
        case v1_5

        package var size: Int { self == .v1_0 ? 584 : 648 }
        /// The type by which a quote of version 5 names the body.
        package var bodyType: UInt16 { self == .v1_0 ? 2 : 3 }
    }

    package let version: Version
    package let bytes: [UInt8]

    init(version: Version, from reader: inout ByteReader) throws(ByteReaderError) {
        self.version = version
        bytes = try reader.bytes(version.size, "body")
    }

    /// 16 security version numbers. The first two are those of the TDX module: its `ISVSVN` and its major version.
    package var teeTCBSVN: [UInt8] { Array(bytes[0..<16]) }
    /// SHA-384 of the TDX module.
    package var mrSeam: [UInt8] { Array(bytes[16..<64]) }
    /// 48 bytes, zero for modules of Intel.
    package var mrSignerSeam: [UInt8] { Array(bytes[64..<112]) }
    /// 8 bytes.
    package var seamAttributes: [UInt8] { Array(bytes[112..<120]) }
    package var tdAttributes: UInt64 { bytes.littleEndian(at: 120) }
    package var xfam: UInt64 { bytes.littleEndian(at: 128) }
    package var mrTD: [UInt8] { Array(bytes[136..<184]) }
    /// 48 bytes, where Kata puts the digest of the initdata document.
    package var mrConfigID: [UInt8] { Array(bytes[184..<232]) }
    package var mrOwner: [UInt8] { Array(bytes[232..<280]) }
    package var mrOwnerConfig: [UInt8] { Array(bytes[280..<328]) }
    /// Four registers of 48 bytes.
    package var rtmrs: [[UInt8]] { (0..<4).map { Array(bytes[328 + 48 * $0..<376 + 48 * $0]) } }
    /// 64 bytes of the guest's.
    package var reportData: [UInt8] { Array(bytes[520..<584]) }
    /// TDX 1.5: the TCB as it is now, where `teeTCBSVN` may be that of an earlier module.
    package var teeTCBSVN2: [UInt8]? { version == .v1_5 ? Array(bytes[584..<600]) : nil }
    /// TDX 1.5: 48 bytes, a hash over the service domains that are bound; zero without any.
    package var mrServiceTD: [UInt8]? { version == .v1_5 ? Array(bytes[600..<648]) : nil }
}
