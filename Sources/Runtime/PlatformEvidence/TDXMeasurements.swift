// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// What the TDX module says of this guest to the guest itself, as Linux shows it from 6.16 on
/// (Documentation/ABI/testing/sysfs-devices-virtual-misc-tdx_guest). Unlike a quote, it does not pass through the host.
package struct TDXMeasurements: Sendable {
    /// Bytes of MRCONFIGID.
    private static let size = 48
    private static let hostDataSize = 32

    package var directory: String

    package init(directory: String = "/sys/devices/virtual/misc/tdx_guest/measurements") { self.directory = directory }

    /// The file with MRCONFIGID.
    package var file: String { "\(directory)/mrconfigid" }

    /// The first 32 bytes of MRCONFIGID; `nil` where the kernel does not show it.
    package func hostData() -> [UInt8]? {
        guard let bytes = try? Data(contentsOf: URL(filePath: file)), bytes.count == Self.size else { return nil }
        return Array(bytes.prefix(Self.hostDataSize))
    }
}
