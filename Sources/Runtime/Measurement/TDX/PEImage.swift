// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// An executable for UEFI, of which firmware measures all but the signature (Windows Authenticode Portable Executable
/// Signature Format, "Calculating the PE Image Hash").
package struct PEImage: Sendable {
    /// Sections that an image may have.
    static let sectionLimit = 96

    private let bytes: [UInt8]
    /// What is measured, in its order.
    private let ranges: [Range<Int>]

    package init(_ bytes: [UInt8]) throws(KernelError) {
        self.bytes = bytes
        guard bytes.starts(with: "MZ".utf8), let start = bytes.load(UInt32.self, at: 0x3C),
            let signature = bytes.bytes(at: Int(start), count: 4), signature.elementsEqual("PE\0\0".utf8)
        else { throw .noExecutable }
        let file = Int(start) + 4
        let optional = file + 20
        guard let count = bytes.load(UInt16.self, at: file + 2), let size = bytes.load(UInt16.self, at: file + 16),
            let magic = bytes.load(UInt16.self, at: optional), let headers = bytes.load(UInt32.self, at: optional + 60)
        else { throw .truncated }
        // Where the directory of certificates stands in PE32 and in PE32+.
        guard let directories = [0x10B: optional + 92, 0x20B: optional + 108][magic],
            let directoryCount = bytes.load(UInt32.self, at: directories)
        else { throw .unknownFormat(magic) }
        let checksum = optional + 64
        let certificates = directories + 4 + 4 * 8
        let table = optional + Int(size)
        var ranges = [0..<checksum]
        var certificateSize = 0
        if directoryCount > 4 {
            guard certificates + 8 <= table, let start = bytes.load(UInt32.self, at: certificates),
                let size = bytes.load(UInt32.self, at: certificates + 4),
                bytes.bytes(at: Int(start), count: Int(size)) != nil
            else { throw .truncated }
            certificateSize = Int(size)
            ranges += try [Self.range(checksum + 4, certificates), Self.range(certificates + 8, Int(headers))]
        } else {
            ranges.append(try Self.range(checksum + 4, Int(headers)))
        }
        let sections = try Self.sections(Int(count), at: table, of: bytes)
        let end = sections.reduce(Int(headers)) { $0 + $1.count }
        for (first, second) in zip([0..<Int(headers)] + sections, sections)
        where first.upperBound > second.lowerBound {
            throw .overlappingSections
        }
        ranges += sections
        // What follows the sections, such as symbols, is measured but for the signature at its end.
        ranges.append(try Self.range(end, bytes.count - certificateSize))
        guard ranges.allSatisfy({ $0.upperBound <= bytes.count }) else { throw .truncated }
        self.ranges = ranges
    }

    private static func range(_ start: Int, _ end: Int) throws(KernelError) -> Range<Int> {
        guard start <= end else { throw .truncated }
        return start..<end
    }

    /// Where the sections with content stand in the file, in this order.
    private static func sections(_ count: Int, at table: Int, of bytes: [UInt8]) throws(KernelError) -> [Range<Int>] {
        guard count <= sectionLimit else { throw .sectionCount(count) }
        var sections: [Range<Int>] = []
        for header in stride(from: table, to: table + 40 * count, by: 40) {
            guard let size = bytes.load(UInt32.self, at: header + 16),
                let start = bytes.load(UInt32.self, at: header + 20)
            else { throw .truncated }
            if size > 0 { sections.append(Int(start)..<Int(start) + Int(size)) }
        }
        return sections.sorted { $0.lowerBound < $1.lowerBound }
    }

    /// SHA-384 of what is measured.
    package var digest: [UInt8] {
        let digest = DigestContext(.sha384)
        for range in ranges { digest.update(bytes[range]) }
        return digest.finish()
    }
}
