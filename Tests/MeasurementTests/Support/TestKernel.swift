// SPDX-License-Identifier: Apache-2.0

/// A kernel made by the tests: a pattern with the setup header of Linux, and the headers of an executable for UEFI with
/// sections out of order, trailing bytes and a signature.
struct TestKernel {
    var size = 0x2000
    var magic: UInt16 = 0x20B
    var sections: [(start: UInt32, size: UInt32)] = [(0x1000, 0x800), (0x200, 0xE00)]
    var sectionCount: UInt16?
    var headersSize: UInt32 = 0x200
    var directoryCount: UInt32 = 16
    var certificateSize: UInt32 = 0x100
    var protocolVersion: UInt16 = 0x20C
    var loadFlags: UInt8 = 1
    var extendedFlags: UInt16 = 2
    var initrdLimit: UInt32 = 0x7FFF_FFFF

    var bytes: [UInt8] {
        var bytes = (0..<size).map { UInt8((11 * $0 + 5) % 251) }
        func put(_ value: [UInt8], _ offset: Int) {
            bytes.replaceSubrange(offset..<offset + value.count, with: value)
        }
        put([UInt8](repeating: 0, count: 0x238), 0)
        put(Array("MZ".utf8), 0)
        put(words(0x40), 0x3C)
        put(Array("PE\0\0".utf8), 0x40)
        put(le(UInt16(0x8664)) + le(sectionCount ?? UInt16(sections.count)) + words(0, 0, 0), 0x44)
        put(le(UInt16(240)) + le(UInt16(0x206)), 0x54)
        put(le(magic), 0x58)
        put(words(headersSize, 0x1234_5678), 0x58 + 60)
        put(words(directoryCount), 0x58 + 108)
        put(words(UInt32(size) - 0x100, certificateSize), 0x58 + 112 + 32)
        for (index, section) in sections.enumerated() {
            put(words(section.size, section.start), 0x58 + 240 + 40 * index + 16)
        }
        put(Array("HdrS".utf8) + le(protocolVersion), 0x202)
        put([loadFlags], 0x211)
        put(words(initrdLimit), 0x22C)
        put(le(extendedFlags), 0x236)
        return bytes
    }
}
