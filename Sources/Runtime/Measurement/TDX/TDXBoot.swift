// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// What a TDX guest measures of a kernel that QEMU hands to its firmware: RTMR 1 has the kernel and how far the boot
/// came, RTMR 2 has what the kernel is started with. Both depend on files alone but for where QEMU puts the initrd.
///
/// RTMR 0 has what is not in any file: tables that QEMU makes for the guest's shape. RTMR 3 is left to the guest.
package struct TDXBoot: Sendable {
    private let kernel: PEImage
    private let commandLine: String
    private let initrd: [UInt8]?

    /// Whether the firmware marks the end of its own measurements in RTMR 1 too, as newer ones do.
    package var hasSeparator = true

    /// - Parameters:
    ///   - memory: of the guest, in bytes.
    package init(kernel: [UInt8], initrd: [UInt8]?, commandLine: String, memory: UInt64) throws(KernelError) {
        guard !commandLine.contains("vga=") else { throw .videoMode }
        let patched = try LinuxKernel(kernel, initrdSize: initrd?.count ?? 0, memory: memory)
        self.kernel = try PEImage(patched.bytes)
        self.initrd = initrd
        self.commandLine = commandLine
    }

    package var rtmr1: MeasurementRegister {
        var register = MeasurementRegister()
        register.extend(kernel.digest)
        register.extend(SHA384.digest(Array("Calling EFI Application from Boot Option".utf8)))
        if hasSeparator { register.extend(SHA384.digest([0, 0, 0, 0])) }
        register.extend(SHA384.digest(Array("Exit Boot Services Invocation".utf8)))
        register.extend(SHA384.digest(Array("Exit Boot Services Returned with Success".utf8)))
        return register
    }

    /// The command line as UTF-16 with a terminating NUL, then the initrd, to which OVMF points in the command line.
    package var rtmr2: MeasurementRegister {
        var register = MeasurementRegister()
        let text = commandLine + (initrd == nil ? "" : " initrd=initrd") + "\0"
        register.extend(SHA384.digest(text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }))
        if let initrd { register.extend(SHA384.digest(initrd)) }
        return register
    }
}
