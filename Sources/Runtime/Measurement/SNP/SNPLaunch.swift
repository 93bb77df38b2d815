// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// Everything that decides on the launch digest of a SEV-SNP guest but its number of vCPUs.
package struct SNPLaunch: Sendable {
    package var firmware: Firmware
    /// `nil` when the firmware finds its own kernel.
    package var kernel: KernelHashes?
    package var signature: CPUSignature
    package var features: GuestFeatures
    package var hypervisor: Hypervisor

    package init(
        firmware: Firmware, kernel: KernelHashes?, signature: CPUSignature, features: GuestFeatures = .snpActive,
        hypervisor: Hypervisor = .qemu
    ) {
        self.firmware = firmware
        self.kernel = kernel
        self.signature = signature
        self.features = features
        self.hypervisor = hypervisor
    }

    /// The launch digests for 1, 2, … vCPUs.
    package func digests() throws(FirmwareError) -> VCPULaunchDigests {
        guard let apResetEIP = firmware.apResetEIP else { throw .noResetVector }
        var digest = LaunchDigest()
        for (index, start) in stride(from: 0, to: firmware.bytes.count, by: LaunchDigest.pageSize).enumerated() {
            let page = firmware.bytes[start..<start + LaunchDigest.pageSize]
            digest.extend(
                .normal, contents: SHA384.digest(page),
                at: firmware.address + UInt64(index * LaunchDigest.pageSize))
        }
        let sections = try firmware.sevSections()
        if kernel != nil, !sections.contains(where: { $0.type == .kernelHashes }) { throw .noKernelHashes }
        for section in sections { try extend(&digest, section) }
        let bootstrap = VMSA(
            eip: VMSA.bootstrapEIP, signature: signature, features: features, hypervisor: hypervisor)
        digest.extend(.vmsa, contents: bootstrap.digest, at: VMSA.address)
        return VCPULaunchDigests(
            oneVCPU: digest, apResetEIP: apResetEIP, signature: signature, features: features, hypervisor: hypervisor)
    }

    private func extend(_ digest: inout LaunchDigest, _ section: SEVSection) throws(FirmwareError) {
        switch section.type {
        case .memory:
            let type = hypervisor == .gce ? LaunchDigest.PageType.unmeasured : .zero
            for address in section.pages { digest.extend(type, at: address) }
        case .callingArea:
            for address in section.pages { digest.extend(.zero, at: address) }
        case .secrets: digest.extend(.secrets, at: section.address)
        case .cpuid: digest.extend(.cpuid, at: section.address)
        case .kernelHashes:
            guard let kernel else { return digest.extend(.zero, at: section.address) }
            guard let table = firmware.number(.kernelHashTable),
                let offset = Int(exactly: Int64(table) - Int64(section.address)),
                let page = kernel.page(at: offset)
            else { throw .noKernelHashes }
            digest.extend(.normal, contents: SHA384.digest(page), at: section.address)
        }
    }
}

/// A range of guest memory that the firmware wants prepared (OVMF, SEV metadata).
struct SEVSection {
    enum Kind: UInt32 {
        case memory = 1
        case secrets = 2
        case cpuid = 3
        /// Of a secure VM service module, which is not there.
        case callingArea = 4
        case kernelHashes = 0x10
    }

    var type: Kind
    var address: UInt64
    var size: UInt64

    /// Guest physical addresses of the pages.
    var pages: StrideTo<UInt64> {
        stride(from: address, to: address + size, by: LaunchDigest.pageSize)
    }
}

extension Firmware {
    /// The sections of the SEV metadata in their order, which is the one in which they are measured.
    func sevSections() throws(FirmwareError) -> [SEVSection] {
        let descriptors = try metadata(.sev, at: .sevMetadata, signature: "ASEV", sectionSize: 12)
        var pages: UInt64 = 0
        var sections: [SEVSection] = []
        for (index, descriptor) in descriptors.enumerated() {
            let fields = [0, 4, 8].map { descriptor.load(UInt32.self, at: $0) ?? 0 }
            guard let type = SEVSection.Kind(rawValue: fields[2]) else {
                throw .unknownSection(.sev, type: fields[2])
            }
            let section = SEVSection(type: type, address: UInt64(fields[0]), size: UInt64(fields[1]))
            let isOnePage = type == .secrets || type == .cpuid || type == .kernelHashes
            guard section.size % UInt64(Self.pageSize) == 0, section.address % UInt64(Self.pageSize) == 0,
                !isOnePage || section.size == Self.pageSize
            else { throw .sectionSize(.sev, index: index) }
            pages += section.size / UInt64(Self.pageSize)
            guard pages <= pageLimit else { throw .tooManyPages(.sev, limit: pageLimit) }
            sections.append(section)
        }
        return sections
    }
}
