// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// One of the two copies of the binary header at the start of a LUKS2 device, with its area of JSON.
///
/// Layout of the LUKS2 On-Disk Format Specification, version 1.1.2, section 2.1; integers are big-endian.
struct LUKS2Header: Equatable {
    /// Bytes of the binary header and its JSON area together, as `cryptsetup` makes them unless told otherwise.
    static let size = 16 << 10
    /// Where the area of JSON starts.
    static let binarySize = 4096
    /// Where the keyslots' areas may start: both copies come before.
    static let areasStart = 2 * size

    /// Which copy.
    enum Copy: String, CaseIterable {
        case primary, secondary

        var magic: [UInt8] { Array((self == .primary ? "LUKS" : "SKUL").utf8) + [0xBA, 0xBE] }
        /// In bytes from the start of the device.
        var offset: Int { self == .primary ? 0 : size }
    }

    /// Grows with each change of the header.
    let sequence: UInt64
    let uuid: [UInt8]
    /// The text alone, without the zeros that fill its area.
    let json: [UInt8]

    /// Reads a copy; every field is checked.
    ///
    /// - Parameter bytes: the first `size` bytes of the copy.
    init(_ bytes: ArraySlice<UInt8>, _ copy: Copy) throws(VolumeRefusal) {
        let bytes = Array(bytes)
        func refuse(_ field: String, _ problem: String) -> VolumeRefusal {
            VolumeRefusal("\(copy.rawValue) header: \(field)", problem)
        }
        guard bytes.count == Self.size else { throw refuse("size", "cut short") }
        func number(_ offset: Int, _ count: Int) -> UInt64 {
            bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
        }
        func isZero(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { $0 == 0 } }

        guard bytes.starts(with: copy.magic) else { throw refuse("magic", "not that of LUKS") }
        guard number(6, 2) == 2 else { throw refuse("version", "\(number(6, 2)), expected 2") }
        guard number(8, 8) == UInt64(Self.size) else { throw refuse("size", "\(number(8, 8)), expected \(Self.size)") }
        guard isZero(24..<72) else { throw refuse("label", "not empty") }
        guard bytes[72..<104] == (Array("sha256".utf8) + [UInt8](repeating: 0, count: 26))[...] else {
            throw refuse("checksum algorithm", "not sha256")
        }
        guard isZero(208..<256) else { throw refuse("subsystem", "not empty") }
        guard number(256, 8) == UInt64(copy.offset) else {
            throw refuse("offset", "\(number(256, 8)), expected \(copy.offset)")
        }
        guard isZero(264..<448), isZero(480..<Self.binarySize) else { throw refuse("padding", "not zero") }

        var unsigned = bytes
        unsigned.replaceSubrange(448..<512, with: repeatElement(0, count: 64))
        guard SHA256.digest(unsigned) == Array(bytes[448..<480]) else { throw refuse("checksum", "wrong") }

        let area = bytes[Self.binarySize...]
        guard let end = area.firstIndex(of: 0), area[end...].allSatisfy({ $0 == 0 }) else {
            throw refuse("JSON area", "not a text that ends with zeros")
        }
        sequence = number(16, 8)
        uuid = Array(bytes[168..<208])
        json = Array(area[..<end])
    }
}

/// Why the header of a volume is not one that this program has made, and so not one that it will use.
package struct VolumeRefusal: Error, Sendable, Equatable {
    /// Where, e.g. `segments.0.encryption`.
    package var field: String
    package var problem: String

    init(_ field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }
}

extension VolumeRefusal: CustomStringConvertible {
    package var description: String { "the volume's header is refused: \(field): \(problem)" }
}
