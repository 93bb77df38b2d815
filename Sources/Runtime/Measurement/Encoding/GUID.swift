// SPDX-License-Identifier: Apache-2.0

internal import IR

/// A GUID as firmware stores it: the first three groups least significant byte first, the others as written.
struct GUID: Hashable {
    static let size = 16

    let bytes: [UInt8]

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }

    /// - Parameters:
    ///   - tail: the fourth and fifth group.
    init(_ first: UInt32, _ second: UInt16, _ third: UInt16, _ tail: UInt64) {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        bytes.store(first, at: 0)
        bytes.store(second, at: 4)
        bytes.store(third, at: 6)
        bytes.store(tail.byteSwapped, at: 8)
        self.bytes = bytes
    }
}

extension GUID: CustomStringConvertible {
    var description: String {
        let groups = [bytes[..<4].reversed(), bytes[4..<6].reversed(), bytes[6..<8].reversed()].map(Hex.text)
        return (groups + [Hex.text(bytes[8..<10]), Hex.text(bytes[10...])]).joined(separator: "-")
    }
}
