// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// What decides on the build-time measurement of a TDX guest (MRTD): the firmware alone, and in which order the
/// hypervisor adds and measures its pages.
package struct TDXLaunch: Sendable {
    /// The order of the two operations that make up MRTD.
    package enum PageOrder: String, Sendable, CaseIterable {
        /// Each page is added, then measured: current QEMU and KVM.
        case interleaved
        /// All pages of a section are added, then all are measured: older ones.
        case separate
    }

    package var firmware: Firmware
    package var order: PageOrder

    package init(firmware: Firmware, order: PageOrder = .interleaved) {
        self.firmware = firmware
        self.order = order
    }

    /// The 48 bytes of MRTD: one SHA-384 over a block for each page that is added (TDH.MEM.PAGE.ADD) and for each 256
    /// bytes that are measured (TDH.MR.EXTEND).
    package func mrtd() throws(FirmwareError) -> [UInt8] {
        let digest = DigestContext(.sha384)
        for section in try firmware.tdxSections() {
            switch order {
            case .interleaved:
                for page in 0..<section.pageCount {
                    add(page, of: section, digest)
                    extend(page, of: section, digest)
                }
            case .separate:
                for page in 0..<section.pageCount { add(page, of: section, digest) }
                for page in 0..<section.pageCount { extend(page, of: section, digest) }
            }
        }
        return digest.finish()
    }

    private func add(_ page: Int, of section: TDXSection, _ digest: DigestContext) {
        guard section.isAdded else { return }
        digest.update(Self.block("MEM.PAGE.ADD", address: section.address(of: page)))
    }

    private func extend(_ page: Int, of section: TDXSection, _ digest: DigestContext) {
        guard section.isMeasured else { return }
        let content = section.content(of: page, in: firmware)
        for offset in stride(from: 0, to: Firmware.pageSize, by: Self.chunkSize) {
            digest.update(Self.block("MR.EXTEND", address: section.address(of: page) + UInt64(offset)))
            digest.update(content[offset..<offset + Self.chunkSize])
        }
    }

    private static let chunkSize = 256

    /// Name of the operation, guest physical address, zeros: 128 bytes.
    private static func block(_ name: String, address: UInt64) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 128)
        block.store(Array(name.utf8), at: 0)
        block.store(address, at: 16)
        return block
    }
}

/// A range of guest memory that the firmware wants prepared (TDX virtual firmware design guide, metadata).
struct TDXSection {
    private static let measured: UInt32 = 1 << 0
    /// The guest adds the pages itself.
    private static let augmented: UInt32 = 1 << 1

    /// Where its content stands in the file; pages beyond it are zero.
    var data: Range<Int>
    var address: UInt64
    var pageCount: Int
    var attributes: UInt32

    var isAdded: Bool { attributes & Self.augmented == 0 }
    var isMeasured: Bool { attributes & Self.measured != 0 }

    func address(of page: Int) -> UInt64 { address + UInt64(page * Firmware.pageSize) }

    /// The 4096 bytes of a page.
    func content(of page: Int, in firmware: Firmware) -> [UInt8] {
        let start = min(data.lowerBound + page * Firmware.pageSize, data.upperBound)
        let present = firmware.bytes[start..<min(start + Firmware.pageSize, data.upperBound)]
        return present + [UInt8](repeating: 0, count: Firmware.pageSize - present.count)
    }
}

extension Firmware {
    /// The sections of the TDX metadata in their order, which is the one in which they are measured.
    func tdxSections() throws(FirmwareError) -> [TDXSection] {
        let descriptors = try metadata(.tdx, at: .tdxMetadata, signature: "TDVF", sectionSize: 32)
        var pages: UInt64 = 0
        var sections: [TDXSection] = []
        for (index, descriptor) in descriptors.enumerated() {
            let small = [0, 4, 24, 28].map { descriptor.load(UInt32.self, at: $0) ?? 0 }
            let address = descriptor.load(UInt64.self, at: 8) ?? 0
            let size = descriptor.load(UInt64.self, at: 16) ?? 0
            guard Self.tdxSectionTypes.contains(small[2]) else { throw .unknownSection(.tdx, type: small[2]) }
            let page = UInt64(Self.pageSize)
            guard size % page == 0, address % page == 0, UInt64(small[1]) <= size, address <= 1 << 52 else {
                throw .sectionSize(.tdx, index: index)
            }
            guard bytes.bytes(at: Int(small[0]), count: Int(small[1])) != nil else {
                throw .sectionOutsideFile(.tdx, index: index)
            }
            guard size / page <= pageLimit, pages + size / page <= pageLimit else {
                throw .tooManyPages(.tdx, limit: pageLimit)
            }
            pages += size / page
            sections.append(
                TDXSection(
                    data: Int(small[0])..<Int(small[0]) + Int(small[1]), address: address,
                    pageCount: Int(size / page), attributes: small[3]))
        }
        return sections
    }

    /// Boot firmware, configuration, hand-off blocks, temporary memory.
    private static let tdxSectionTypes: ClosedRange<UInt32> = 0...3
}
