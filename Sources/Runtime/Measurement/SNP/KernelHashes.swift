// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// What QEMU tells the firmware of a kernel that it hands over, so that the kernel is measured with the firmware.
package struct KernelHashes: Sendable, Hashable {
    private let kernel: [UInt8]
    private let initrd: [UInt8]
    private let commandLine: [UInt8]

    /// - Parameters:
    ///   - initrd: `nil` counts as an empty file.
    ///   - commandLine: without the terminating NUL, which is measured too.
    package init(kernel: [UInt8], initrd: [UInt8]?, commandLine: String) {
        self.kernel = SHA256.digest(kernel)
        self.initrd = SHA256.digest(initrd ?? [])
        self.commandLine = SHA256.digest(Array(commandLine.utf8) + [0])
    }

    /// Length of the table in bytes; it is padded with zeros to a multiple of 16.
    private static let tableSize = 168

    /// A page that holds the table at an offset. `nil` when it would not fit.
    func page(at offset: Int) -> [UInt8]? {
        let table =
            entry(GUID.kernelHashes, size: Self.tableSize)
            + entry(.commandLineHash, commandLine) + entry(.initrdHash, initrd) + entry(.kernelHash, kernel)
        let padded = (Self.tableSize + 15) / 16 * 16
        guard offset >= 0, offset + padded <= LaunchDigest.pageSize else { return nil }
        var page = [UInt8](repeating: 0, count: LaunchDigest.pageSize)
        page.store(table, at: offset)
        return page
    }

    /// GUID, then the length of the whole as 16 bits, then the content.
    private func entry(_ guid: GUID, _ content: [UInt8] = [], size: Int? = nil) -> [UInt8] {
        var header = guid.bytes + [0, 0]
        header.store(UInt16(size ?? header.count + content.count), at: GUID.size)
        return header + content
    }
}

extension GUID {
    fileprivate static let kernelHashes = GUID(0x9438_D606, 0x4F22, 0x4CC9, 0xB479_A793_D411_FD21)
    fileprivate static let kernelHash = GUID(0x4DE7_9437, 0xABD2, 0x427F, 0xB835_D5B1_72D2_045B)
    fileprivate static let initrdHash = GUID(0x44BA_F731, 0x3A2F, 0x4BD7, 0x9AF1_41E2_9169_781D)
    fileprivate static let commandLineHash = GUID(0x97D0_2DD8, 0xBD20, 0x4C94, 0xAA78_E771_4D36_AB2A)
}
