// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Workload

/// Headers of volumes, which the host writes.
enum VolumeTargets {
    private static let copySize = 16 << 10
    private static let areaStart = 4096

    /// The input as both copies of a header; as the text of both, with binary headers around it that are right.
    static func header(_ bytes: [UInt8]) {
        _ = try? LUKS2Metadata(header: bytes)
        let text = bytes.prefix(copySize - areaStart)
        guard let metadata = try? LUKS2Metadata(header: copy(0, text) + copy(1, text)) else { return }
        precondition(metadata.dataOffset >= UInt64(2 * copySize), "the data lies in the header")
    }

    private static func copy(_ index: UInt8, _ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: copySize)
        func put(_ offset: Int, _ content: some Collection<UInt8>) {
            bytes.replaceSubrange(offset..<offset + content.count, with: content)
        }
        put(0, Array((index == 0 ? "LUKS" : "SKUL").utf8) + [0xBA, 0xBE, 0, 2])
        put(14, [0x40])
        put(72, "sha256".utf8)
        put(262, [index * 0x40])
        put(areaStart, text)
        put(448, SHA256.digest(bytes))
        return bytes
    }
}
