// SPDX-License-Identifier: Apache-2.0

import Measurement

/// A firmware image made by the tests: a pattern, SEV and TDX metadata, and the table of GUIDs.
struct TestFirmware {
    var size = 12288
    var sev: [(address: UInt32, size: UInt32, type: UInt32)] = [
        (0x80_0000, 0x3000, 1), (0x80_3000, 0x1000, 2), (0x80_4000, 0x1000, 3), (0x80_5000, 0x1000, 4),
        (0x80_6000, 0x1000, 0x10),
    ]
    var tdx: [(offset: UInt32, length: UInt32, address: UInt64, size: UInt64, type: UInt32, attributes: UInt32)] = [
        (0x1000, 0x2000, 0xFFFF_E000, 0x2000, 0, 1), (0, 0x800, 0xFFFF_D000, 0x1000, 1, 0),
        (0, 0, 0x80_9000, 0x2000, 2, 0), (0, 0x10, 0x81_0000, 0x1000, 3, 1), (0, 0, 0x90_0000, 0x1000, 3, 2),
    ]
    var apResetEIP: UInt32? = 0x0080_B004
    var hashTable: UInt32? = 0x80_6C00

    static let footer = "96b582de1fb245f7baeaa366c55a082d"
    static let sevMetadata = "dc886566984a4798a75e5585a7bf67cc"
    static let tdxMetadata = "e47a6535984a4798865e4685a7bf8ec2"
    static let apReset = "00f771de1a7e4fcb890e68c77e2fb44e"
    static let kernelHashes = "7255371f3a3b4b04927b1da6efa8d454"

    var bytes: [UInt8] {
        var bytes = (0..<size).map { UInt8((7 * $0 + 3) % 251) }
        let sevTable = header("ASEV", count: sev.count, size: 12) + sev.flatMap { words($0.address, $0.size, $0.type) }
        let tdxTable = header("TDVF", count: tdx.count, size: 32) + tdx.flatMap(Self.descriptor)
        bytes.replaceSubrange(size - 1024..<size - 1024 + sevTable.count, with: sevTable)
        bytes.replaceSubrange(size - 2048..<size - 2048 + tdxTable.count, with: tdxTable)
        var entries = Self.entry(Self.sevMetadata, le(UInt32(1024))) + Self.entry(Self.tdxMetadata, le(UInt32(2048)))
        if let hashTable { entries += Self.entry(Self.kernelHashes, le(hashTable) + le(UInt32(0x400))) }
        if let apResetEIP { entries += Self.entry(Self.apReset, le(apResetEIP)) }
        let table = entries + le(UInt16(entries.count + 18)) + Self.guid(Self.footer)
        bytes.replaceSubrange(size - 32 - table.count..<size - 32, with: table)
        return bytes
    }

    func parsed() throws -> Firmware { try Firmware(bytes) }

    /// The image with some bytes overwritten; negative offsets count from the end.
    func patched(_ offset: Int, _ replacement: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let start = offset < 0 ? bytes.count + offset : offset
        bytes.replaceSubrange(start..<start + replacement.count, with: replacement)
        return bytes
    }

    static func entry(_ guid: String, _ data: [UInt8]) -> [UInt8] {
        data + le(UInt16(data.count + 18)) + Self.guid(guid)
    }

    /// A GUID of 32 digits as firmware stores it.
    static func guid(_ text: String) -> [UInt8] {
        let digits = Array(text)
        let bytes = (0..<16).map { UInt8(String(digits[2 * $0...2 * $0 + 1]), radix: 16) ?? 0 }
        return bytes[..<4].reversed() + bytes[4..<6].reversed() + bytes[6..<8].reversed() + bytes[8...]
    }

    private static func descriptor(
        _ section: (
            offset: UInt32, length: UInt32, address: UInt64, size: UInt64, type: UInt32, attributes: UInt32
        )
    ) -> [UInt8] {
        [
            words(section.offset, section.length), le(section.address), le(section.size),
            words(section.type, section.attributes),
        ].flatMap(\.self)
    }

    private func header(_ signature: String, count: Int, size: Int) -> [UInt8] {
        Array(signature.utf8) + words(UInt32(16 + count * size), 1, UInt32(count))
    }
}

/// The bytes of an integer, least significant first.
func le(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

/// 32-bit integers, one after the other.
func words(_ values: UInt32...) -> [UInt8] { values.flatMap { le($0) } }
