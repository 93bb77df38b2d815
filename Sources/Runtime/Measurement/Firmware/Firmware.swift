// SPDX-License-Identifier: Apache-2.0

/// A firmware image (OVMF or TDVF) that is mapped right below 4 GiB, with the table of GUIDs at its end.
package struct Firmware: Sendable {
    /// Bytes of an image: a whole number of pages, and no more than fits below 4 GiB beside what else is there.
    static let sizes = 4096...64 << 20
    /// Sections of metadata.
    static let sectionLimit = 256
    static let pageSize = 4096

    package let bytes: [UInt8]
    /// Pages that metadata may describe.
    let pageLimit: Int
    /// What the entries of the table hold.
    private let entries: [GUID: ArraySlice<UInt8>]

    /// Reads the table, which grows from the end of the file towards its start: each entry has its data first, then
    /// its size, then its GUID.
    ///
    /// - Parameter pageLimit: how many pages its metadata may describe, which are all hashed.
    package init(_ bytes: [UInt8], pageLimit: Int = 1 << 16) throws(FirmwareError) {
        guard Self.sizes.contains(bytes.count), bytes.count % Self.pageSize == 0 else { throw .size(bytes.count) }
        self.bytes = bytes
        self.pageLimit = pageLimit
        let footer = bytes.count - 32
        guard let (guid, size) = Self.entry(of: bytes, endingAt: footer), guid == .footer else { throw .noFooter }
        var end = footer - Self.entryHeader
        guard size >= Self.entryHeader, footer - size >= 0 else { throw .footerEntry(offset: footer) }
        var entries: [GUID: ArraySlice<UInt8>] = [:]
        while end > footer - size {
            guard let (guid, length) = Self.entry(of: bytes, endingAt: end), length >= Self.entryHeader,
                end - length >= footer - size
            else { throw .footerEntry(offset: end) }
            guard entries[guid] == nil else { throw .duplicateEntry(guid.description) }
            entries[guid] = bytes[end - length..<end - Self.entryHeader]
            end -= length
        }
        self.entries = entries
    }

    /// Size and GUID at the end of an entry.
    private static let entryHeader = 2 + GUID.size

    private static func entry(of bytes: [UInt8], endingAt end: Int) -> (guid: GUID, size: Int)? {
        guard let size = bytes.load(UInt16.self, at: end - entryHeader),
            let guid = bytes.bytes(at: end - GUID.size, count: GUID.size)
        else { return nil }
        return (GUID(guid), Int(size))
    }

    /// Guest physical address of the first byte.
    var address: UInt64 { 1 << 32 - UInt64(bytes.count) }

    /// The integer that an entry of the table starts with.
    func number(_ guid: GUID) -> UInt32? { entries[guid].flatMap { Array($0).load(UInt32.self, at: 0) } }

    /// Where application processors start.
    package var apResetEIP: UInt32? { number(.apResetBlock) }

    /// Reads metadata: signature, length, version 1, number of sections, then the sections, all of one size.
    func metadata(
        _ kind: FirmwareError.Metadata, at guid: GUID, signature: String, sectionSize: Int
    ) throws(FirmwareError) -> [[UInt8]] {
        guard let offset = number(guid) else { throw .noMetadata(kind) }
        let start = bytes.count - Int(offset)
        guard let magic = bytes.bytes(at: start, count: 4), let length = bytes.load(UInt32.self, at: start + 4),
            let version = bytes.load(UInt32.self, at: start + 8), let count = bytes.load(UInt32.self, at: start + 12)
        else { throw .metadataOutsideFile(kind, offset: offset) }
        guard magic.elementsEqual(signature.utf8), version == 1 else { throw .metadataHeader(kind) }
        guard count <= Self.sectionLimit, Int(length) == 16 + Int(count) * sectionSize else {
            throw .metadataSize(kind, declared: length, sections: count)
        }
        guard let body = bytes.bytes(at: start + 16, count: Int(count) * sectionSize) else {
            throw .metadataOutsideFile(kind, offset: offset)
        }
        return stride(from: body.startIndex, to: body.endIndex, by: sectionSize).map {
            Array(body[$0..<$0 + sectionSize])
        }
    }
}

extension GUID {
    /// The table at the end of OVMF images.
    fileprivate static let footer = GUID(0x96B5_82DE, 0x1FB2, 0x45F7, 0xBAEA_A366_C55A_082D)
    /// Reset address of application processors.
    fileprivate static let apResetBlock = GUID(0x00F7_71DE, 0x1A7E, 0x4FCB, 0x890E_68C7_7E2F_B44E)
    /// Offset of the SEV metadata from the end of the file.
    static let sevMetadata = GUID(0xDC88_6566, 0x984A, 0x4798, 0xA75E_5585_A7BF_67CC)
    /// Guest physical address of the table of a kernel's hashes.
    static let kernelHashTable = GUID(0x7255_371F, 0x3A3B, 0x4B04, 0x927B_1DA6_EFA8_D454)
    /// Offset of the TDX metadata from the end of the file.
    static let tdxMetadata = GUID(0xE47A_6535, 0x984A, 0x4798, 0x865E_4685_A7BF_8EC2)
}
