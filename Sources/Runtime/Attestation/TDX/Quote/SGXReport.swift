// SPDX-License-Identifier: Apache-2.0

/// The report of an enclave, here of the quoting enclave (Intel SDM, `REPORT` without its key ID and MAC).
package struct SGXReport: Sendable, Equatable {
    package let bytes: [UInt8]

    init(from reader: inout ByteReader) throws(ByteReaderError) { bytes = try reader.bytes(384, "QE report") }

    package var cpuSVN: [UInt8] { Array(bytes[0..<16]) }
    package var miscSelect: UInt32 { bytes.littleEndian(at: 16) }
    package var attributes: [UInt8] { Array(bytes[48..<64]) }
    package var mrEnclave: [UInt8] { Array(bytes[64..<96]) }
    package var mrSigner: [UInt8] { Array(bytes[128..<160]) }
    package var isvProdID: UInt16 { bytes.littleEndian(at: 256) }
    package var isvSVN: UInt16 { bytes.littleEndian(at: 258) }
    package var reportData: [UInt8] { Array(bytes[320..<384]) }
}
