// SPDX-License-Identifier: Apache-2.0

import Measurement
import Testing

/// What is wrong with an image is said for its own reason.
@Suite struct FirmwareTests {
    private func error(_ bytes: [UInt8]) -> FirmwareError? {
        #expect(throws: FirmwareError.self) {
            let firmware = try Firmware(bytes)
            _ = try SNPLaunch(firmware: firmware, kernel: nil, signature: .milan).digests()
            _ = try TDXLaunch(firmware: firmware).mrtd()
        }
    }

    private func error(_ change: (inout TestFirmware) -> Void) -> FirmwareError? {
        var firmware = TestFirmware()
        change(&firmware)
        return error(firmware.bytes)
    }

    @Test func refusesSizesThatAreNoWholePages() {
        let bytes = TestFirmware().bytes
        for size in [0, 1, 4095, 4097, bytes.count - 1] { #expect(error(Array(bytes.suffix(size))) == .size(size)) }
        let large = 64 << 20 + 4096
        #expect(error([UInt8](repeating: 0, count: large)) == .size(large))
    }

    @Test func refusesImagesWithoutFooter() {
        #expect(error([UInt8](repeating: 0xFF, count: 4096)) == .noFooter)
        // As after the variables of a whole flash: the table is not at the end.
        #expect(error(TestFirmware().bytes + [UInt8](repeating: 0, count: 4096)) == .noFooter)
        #expect(error(TestFirmware().patched(-33, [0])) == .noFooter)
    }

    @Test func refusesEntriesWithWrongSizes() {
        let end = TestFirmware().size - 32
        for size in [0, 17] as [UInt16] {
            #expect(error(TestFirmware().patched(-50, le(size))) == .footerEntry(offset: end))
        }
        #expect(error(TestFirmware().patched(-50, le(UInt16(TestFirmware().size)))) == .footerEntry(offset: end))
        // The table ends within its first entry, or that entry is longer than the table.
        #expect(error(TestFirmware().patched(-50, le(UInt16(20)))) == .footerEntry(offset: end - 18))
        #expect(error(TestFirmware().patched(-68, le(UInt16(17)))) == .footerEntry(offset: end - 18))
        #expect(error(TestFirmware().patched(-68, le(UInt16.max))) == .footerEntry(offset: end - 18))
    }

    @Test func refusesTwoEntriesOfOneKind() {
        let bytes = TestFirmware().patched(-66, TestFirmware.guid(TestFirmware.sevMetadata))
        #expect(error(bytes) == .duplicateEntry("dc886566-984a-4798-a75e-5585a7bf67cc"))
    }

    @Test func refusesMissingMetadata() {
        var firmware = TestFirmware()
        let sev = firmware.bytes.count - 32 - 18 - 22 - 26 - 22 - 22
        #expect(error(firmware.patched(sev + 6, [0])) == .noMetadata(.sev))
        #expect(error(firmware.patched(sev + 28, [0])) == .noMetadata(.tdx))
        firmware.sev = []
        #expect(throws: Never.self) {
            try SNPLaunch(firmware: firmware.parsed(), kernel: nil, signature: .milan).digests()
        }
    }

    @Test func refusesMetadataOutsideTheFile() {
        let sev = TestFirmware().size - 32 - 18 - 22 - 26 - 22 - 22
        for offset in [0, 15, 12289, UInt32.max] as [UInt32] {
            let bytes = TestFirmware().patched(sev, le(offset))
            #expect(error(bytes) == .metadataOutsideFile(.sev, offset: offset))
        }
        // The header is within the file, the sections are not.
        var bytes = TestFirmware().patched(sev, le(UInt32(16)))
        bytes.replaceSubrange(
            bytes.count - 16..<bytes.count, with: Array("ASEV".utf8) + words(28, 1, 1))
        #expect(error(bytes) == .metadataOutsideFile(.sev, offset: 16))
    }

    @Test func refusesMetadataWithAnotherHeader() {
        #expect(error(TestFirmware().patched(-1024, [0])) == .metadataHeader(.sev))
        #expect(error(TestFirmware().patched(-1024 + 8, [2])) == .metadataHeader(.sev))
        #expect(error(TestFirmware().patched(-2048, [0])) == .metadataHeader(.tdx))
    }

    @Test func refusesCountsThatContradictLengths() {
        for count in [0, 4, 6, 257, UInt32.max] as [UInt32] {
            let bytes = TestFirmware().patched(-1024 + 12, le(count))
            #expect(error(bytes) == .metadataSize(.sev, declared: 76, sections: count))
        }
        let bytes = TestFirmware().patched(-2048 + 4, le(UInt32(175)))
        #expect(error(bytes) == .metadataSize(.tdx, declared: 175, sections: 5))
        let many = TestFirmware().patched(-1024 + 4, words(16 + 257 * 12, 1, 257))
        #expect(error(many) == .metadataSize(.sev, declared: 16 + 257 * 12, sections: 257))
    }

    @Test func refusesUnknownSections() {
        for type in [0, 5, 0xF, 0x11, UInt32.max] as [UInt32] {
            #expect(error { $0.sev[1].type = type } == .unknownSection(.sev, type: type))
        }
        for type in [4, UInt32.max] as [UInt32] {
            #expect(error { $0.tdx[1].type = type } == .unknownSection(.tdx, type: type))
        }
    }

    @Test func refusesSectionsOfWrongSize() {
        #expect(error { $0.sev[0].size = 0x3001 } == .sectionSize(.sev, index: 0))
        #expect(error { $0.sev[0].address += 1 } == .sectionSize(.sev, index: 0))
        for index in [1, 2, 4] {
            for size in [0, 0x2000] as [UInt32] {
                #expect(error { $0.sev[index].size = size } == .sectionSize(.sev, index: index))
            }
        }
        #expect(error { $0.tdx[0].size = 0x1000 } == .sectionSize(.tdx, index: 0))
        #expect(error { $0.tdx[0].size = 0x2001 } == .sectionSize(.tdx, index: 0))
        #expect(error { $0.tdx[0].address = .max - 0xFFF } == .sectionSize(.tdx, index: 0))
    }

    @Test func refusesSectionsOutsideTheFile() {
        #expect(error { $0.tdx[0].offset = 0x1001 } == .sectionOutsideFile(.tdx, index: 0))
        #expect(error { $0.tdx[0].offset = .max } == .sectionOutsideFile(.tdx, index: 0))
    }

    @Test func refusesMoreMemoryThanFirmwareNeeds() {
        #expect(error { $0.sev[0].size = 0xFFFF_F000 } == .tooManyPages(.sev, limit: 1 << 16))
        #expect(error { $0.tdx[2].size = .max - 0xFFF } == .tooManyPages(.tdx, limit: 1 << 16))
        #expect(
            error { firmware in
                firmware.tdx[2].size = 0x8000 << 12
                firmware.tdx[3].size = 0x8000 << 12
            } == .tooManyPages(.tdx, limit: 1 << 16))
    }
}
