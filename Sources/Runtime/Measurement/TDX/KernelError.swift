// SPDX-License-Identifier: Apache-2.0

/// Why the start of a kernel cannot be measured.
package enum KernelError: Error, Sendable, Equatable {
    case noSetupHeader
    /// Version of the boot protocol.
    case oldProtocol(UInt16)
    case initrdTooLarge
    /// QEMU changes the kernel by it.
    case videoMode
    /// There is no PE header.
    case noExecutable
    /// Magic number of the optional header.
    case unknownFormat(UInt16)
    case sectionCount(Int)
    case overlappingSections
    case truncated
}

extension KernelError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSetupHeader: "the kernel has no setup header of Linux for x86"
        case .oldProtocol(let version):
            "the kernel has version \(version >> 8).\(version & 0xFF) of the boot protocol and cannot be measured"
        case .initrdTooLarge: "the initrd does not fit into the memory of the guest"
        case .videoMode: "the command line sets a video mode ('vga='), with which the kernel cannot be measured"
        case .noExecutable: "the kernel is no executable for UEFI: it has no PE header"
        case .unknownFormat(let magic): "the kernel is an executable of the unknown format \(magic)"
        case .sectionCount(let count):
            "the kernel has \(count) sections, expected at most \(PEImage.sectionLimit)"
        case .overlappingSections: "two parts of the kernel overlap"
        case .truncated: "the kernel ends within its headers or sections"
        }
    }
}
