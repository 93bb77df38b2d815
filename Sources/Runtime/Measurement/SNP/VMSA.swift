// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// The registers that a vCPU starts with, as the hypervisor writes them to its save area (AMD64 manual 2, appendix B.4).
struct VMSA {
    /// Guest physical address under which KVM measures every save area.
    static let address: UInt64 = 0xFFFF_FFFF_F000
    /// Where the first vCPU starts.
    static let bootstrapEIP: UInt32 = 0xFFFF_FFF0

    var eip: UInt32
    var signature: CPUSignature
    var features: GuestFeatures
    var hypervisor = Hypervisor.qemu

    private struct Segment {
        var offset: Int
        var selector: UInt16 = 0
        var attributes: UInt16
        var limit: UInt32 = 0xFFFF
        var base: UInt64 = 0
    }

    /// The 4096 bytes.
    var page: [UInt8] {
        var page = [UInt8](repeating: 0, count: LaunchDigest.pageSize)
        let segments = [
            Segment(offset: 0x00, attributes: 0x93),  // ES
            Segment(offset: 0x10, selector: 0xF000, attributes: 0x9B, base: UInt64(eip & 0xFFFF_0000)),  // CS
            Segment(offset: 0x20, attributes: 0x93),  // SS
            Segment(offset: 0x30, attributes: 0x93),  // DS
            Segment(offset: 0x40, attributes: 0x93),  // FS
            Segment(offset: 0x50, attributes: 0x93),  // GS
            Segment(offset: 0x60, attributes: 0),  // GDTR
            Segment(offset: 0x70, attributes: 0x82),  // LDTR
            Segment(offset: 0x80, attributes: 0),  // IDTR
            Segment(offset: 0x90, attributes: 0x8B),  // TR
        ]
        for segment in segments {
            page.store(segment.selector, at: segment.offset)
            page.store(segment.attributes, at: segment.offset + 2)
            page.store(segment.limit, at: segment.offset + 4)
            page.store(segment.base, at: segment.offset + 8)
        }
        page.store(0x1000 as UInt64, at: 0xD0)  // EFER: SVME
        page.store(0x40 as UInt64, at: 0x148)  // CR4: MCE
        page.store(0x10 as UInt64, at: 0x158)  // CR0: ET
        page.store(0x400 as UInt64, at: 0x160)  // DR7
        page.store(0xFFFF_0FF0 as UInt64, at: 0x168)  // DR6
        page.store(0x2 as UInt64, at: 0x170)  // RFLAGS
        page.store(UInt64(eip & 0xFFFF), at: 0x178)  // RIP
        page.store(features.rawValue, at: 0x3B0)  // SEV_FEATURES
        page.store(0x1 as UInt64, at: 0x3E8)  // XCR0
        switch hypervisor {
        case .qemu:
            page.store(0x0007_0406_0007_0406 as UInt64, at: 0x268)  // G_PAT
            page.store(UInt64(signature.value), at: 0x310)  // RDX
            page.store(0x1F80 as UInt32, at: 0x408)  // MXCSR
            page.store(0x37F as UInt16, at: 0x410)  // X87_FCW
        case .gce:
            page.store(0x7_0106 as UInt64, at: 0x268)  // G_PAT
            page.store(0x600 as UInt64, at: 0x310)  // RDX
        }
        return page
    }

    /// SHA-384 of the page.
    var digest: [UInt8] { SHA384.digest(page) }
}

/// `SEV_FEATURES`: what the hypervisor enables for a guest.
package struct GuestFeatures: Sendable, Hashable, RawRepresentable {
    package var rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// SNP and nothing else: what QEMU enables unless it is told otherwise.
    package static let snpActive = GuestFeatures(rawValue: 0x1)
    /// Also swaps the debug registers, as newer kernels of hosts do by themselves.
    package static let debugSwap = GuestFeatures(rawValue: 0x21)
}
