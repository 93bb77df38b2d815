// SPDX-License-Identifier: Apache-2.0

/// A Linux kernel for x86 as QEMU hands it to the firmware: with fields of its setup header filled in (Linux, "The
/// Linux/x86 Boot Protocol").
struct LinuxKernel {
    private(set) var bytes: [UInt8]

    /// - Parameters:
    ///   - initrdSize: in bytes; 0 for none.
    ///   - memory: of the guest, in bytes; it decides on where the initrd goes, as high as it can.
    init(_ bytes: [UInt8], initrdSize: Int, memory: UInt64) throws(KernelError) {
        guard bytes.bytes(at: 0x202, count: 4)?.elementsEqual("HdrS".utf8) == true, bytes.count >= 0x238,
            let version = bytes.load(UInt16.self, at: 0x206)
        else { throw .noSetupHeader }
        // All since Linux 2.6.24, which is also the first that firmware can start.
        guard version >= 0x0206, bytes[0x211] & 1 == 1 else { throw .oldProtocol(version) }
        self.bytes = bytes
        self.bytes[0x210] = 0xB0  // type_of_loader: QEMU
        self.bytes[0x211] |= 0x80  // loadflags: CAN_USE_HEAP
        self.bytes.store(Self.commandLineAddress - Self.setupAddress - 0x200, at: 0x224)  // heap_end_ptr
        self.bytes.store(Self.commandLineAddress, at: 0x228)  // cmd_line_ptr
        guard initrdSize > 0 else { return }
        let limit = try initrdLimit(version, memory: memory)
        guard initrdSize <= limit else { throw .initrdTooLarge }
        self.bytes.store(UInt32(truncatingIfNeeded: (limit - initrdSize) & ~0xFFF), at: 0x218)  // ramdisk_image
        self.bytes.store(UInt32(truncatingIfNeeded: initrdSize), at: 0x21C)  // ramdisk_size
    }

    private static let setupAddress: UInt32 = 0x1_0000
    private static let commandLineAddress: UInt32 = 0x2_0000
    /// What QEMU keeps free for ACPI tables at the top of the memory below 4 GiB.
    private static let acpiSize: UInt64 = 0x2_8000
    /// 2.75 GiB: with less memory all of it is below 4 GiB, with more 2 GiB are.
    private static let lowMemory: UInt64 = 0xB000_0000

    /// The highest address that the initrd may end at.
    private func initrdLimit(_ version: UInt16, memory: UInt64) throws(KernelError) -> Int {
        let isLoadableAnywhere = version >= 0x20C && bytes[0x236] & 2 != 0
        let declared = bytes.load(UInt32.self, at: 0x22C) ?? 0
        let wanted: UInt64 = isLoadableAnywhere ? 0xFFFF_FFFF : UInt64(declared)
        let below4GiB = memory >= Self.lowMemory ? 0x8000_0000 : memory
        guard below4GiB > Self.acpiSize else { throw .initrdTooLarge }
        return Int(min(wanted, below4GiB - Self.acpiSize - 1))
    }
}
