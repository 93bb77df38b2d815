// SPDX-License-Identifier: Apache-2.0

/// The fields of one 512-byte header block; POSIX ustar, GNU tar and version 7.
struct TarHeader {
    static let size = 512

    var name: [UInt8]
    var linkName: [UInt8]
    var size: Int
    var type: UInt8
    /// Whether blocks with a map of holes follow; GNU's old form of sparse files.
    var hasSparseExtension: Bool

    /// `nil` for a block of zeros.
    init?(_ block: [UInt8]) throws(ImageError) {
        guard block.contains(where: { $0 != 0 }) else { return nil }
        guard Self.hasChecksum(block) else { throw ImageError(.malformed, "a header of the tar has a wrong checksum") }
        guard let size = Self.number(block[124..<136]), size <= Descriptor.sizeLimit else {
            throw ImageError(.malformed, "a header of the tar has a size that is no number in range")
        }
        self.size = size
        type = block[156]
        linkName = Self.text(block[157..<257])
        name = Self.text(block[0..<100])
        let magic = Array(block[257..<263])
        let isStar = magic == Array("ustar\0".utf8) && Array(block[508..<512]) == Array("tar\0".utf8)
        if magic == Array("ustar\0".utf8) {
            let prefix = Self.text(isStar ? block[345..<476] : block[345..<500])
            if !prefix.isEmpty { name = prefix + [UInt8(ascii: "/")] + name }
        }
        hasSparseExtension = type == UInt8(ascii: "S") && block[482] != 0
    }

    /// The sum of all bytes with the checksum's own taken as spaces; some old tools summed signed bytes.
    private static func hasChecksum(_ block: [UInt8]) -> Bool {
        guard let told = octal(block[148..<156]) else { return false }
        var unsigned = 0
        var signed = 0
        for (index, byte) in block.enumerated() {
            let byte = (148..<156).contains(index) ? 0x20 : byte
            unsigned += Int(byte)
            signed += Int(Int8(bitPattern: byte))
        }
        return told == unsigned || told == signed
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] {
        Array(field.prefix { $0 != 0 })
    }

    /// Octal digits, or GNU's big-endian binary with the first bit set. `nil` when negative or beyond 63 bits.
    static func number(_ field: ArraySlice<UInt8>) -> Int? {
        guard let first = field.first, first & 0x80 != 0 else { return octal(field) }
        guard first & 0x40 == 0 else { return nil }
        var value = Int(first & 0x3F)
        for byte in field.dropFirst() {
            guard value < 1 << 55 else { return nil }
            value = value << 8 | Int(byte)
        }
        return value
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        var digits = field.drop { $0 == 0x20 || $0 == 0 }
        while digits.last == 0x20 || digits.last == 0 { digits.removeLast() }
        if let end = digits.firstIndex(of: 0) { digits = digits[..<end] }
        var value = 0
        for digit in digits {
            guard (0x30...0x37).contains(digit), value < 1 << 59 else { return nil }
            value = value << 3 | Int(digit & 7)
        }
        return value
    }
}

/// What a PAX extended header says of the entry after it.
struct PAXRecords {
    var path: [UInt8]?
    var linkPath: [UInt8]?
    var size: Int?
    var isSparse = false

    /// Records of the form `length key=value\n`; an empty value takes nothing away from the header.
    init(_ bytes: [UInt8]) throws(ImageError) {
        var sparseName: [UInt8]?
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: 0x20), space - rest.startIndex <= 7,
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 2, length <= rest.count
            else { throw Self.damaged }
            let end = rest.startIndex + length
            let record = rest[(space + 1)..<(end - 1)]
            guard rest[end - 1] == 0x0A, let equals = record.firstIndex(of: UInt8(ascii: "=")),
                equals > record.startIndex
            else {
                throw Self.damaged
            }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            let value = Array(record[(equals + 1)...])
            rest = rest[end...]
            guard !value.isEmpty else { continue }
            switch key {
            case "path": path = try Self.name(value)
            case "linkpath": linkPath = try Self.name(value)
            case "size":
                guard let size = Int(String(decoding: value, as: UTF8.self)), (0...Descriptor.sizeLimit) ~= size
                else { throw Self.damaged }
                self.size = size
            case "GNU.sparse.name":
                sparseName = try Self.name(value)
                isSparse = true
            default: if key.hasPrefix("GNU.sparse.") { isSparse = true }
            }
        }
        path = sparseName ?? path
    }

    private static func name(_ value: [UInt8]) throws(ImageError) -> [UInt8] {
        guard !value.contains(0) else { throw damaged }
        return value
    }

    private static let damaged = ImageError(.malformed, "an extended header of the tar is damaged")
}
