// SPDX-License-Identifier: Apache-2.0

/// The launch digests of one guest for 1, 2, … vCPUs.
///
/// Each vCPU beyond the first adds one page to what is measured, the same for all, so each element costs one hash over
/// 112 bytes more than the one before:
///
///     let digests = VCPULaunchDigests(oneVCPU: trusted, apResetEIP: eip, signature: .milan)
///     let count = digests.vCPUs(of: measurement)
package struct VCPULaunchDigests: Sequence, Sendable {
    /// vCPU counts that digests are derived for.
    package static let counts = 1...220

    private let oneVCPU: LaunchDigest
    /// SHA-384 of the save area of an application processor.
    private let applicationProcessor: [UInt8]

    /// - Parameters:
    ///   - oneVCPU: launch digest of the guest with one vCPU.
    ///   - apResetEIP: where the firmware has the other vCPUs start.
    package init(
        oneVCPU: LaunchDigest, apResetEIP: UInt32, signature: CPUSignature, features: GuestFeatures = .snpActive,
        hypervisor: Hypervisor = .qemu
    ) {
        self.oneVCPU = oneVCPU
        applicationProcessor =
            VMSA(eip: apResetEIP, signature: signature, features: features, hypervisor: hypervisor).digest
    }

    package func makeIterator() -> Iterator {
        Iterator(digest: oneVCPU, applicationProcessor: applicationProcessor)
    }

    /// The digest for a number of vCPUs; `nil` beyond `counts`.
    package subscript(vCPUs count: Int) -> LaunchDigest? {
        Self.counts.contains(count) ? dropFirst(count - 1).first { _ in true } : nil
    }

    /// For how many vCPUs a guest must have been launched to have this digest; `nil` when for none.
    package func vCPUs(of measurement: LaunchDigest) -> Int? {
        zip(Self.counts, self).first { $0.1 == measurement }?.0
    }

    package struct Iterator: IteratorProtocol, Sendable {
        private var digest: LaunchDigest
        private let applicationProcessor: [UInt8]
        private var count = 0

        fileprivate init(digest: LaunchDigest, applicationProcessor: [UInt8]) {
            self.digest = digest
            self.applicationProcessor = applicationProcessor
        }

        /// The digest for one vCPU more than the last time.
        package mutating func next() -> LaunchDigest? {
            guard count < counts.upperBound else { return nil }
            if count > 0 { digest.extend(.vmsa, contents: applicationProcessor, at: VMSA.address) }
            count += 1
            return digest
        }
    }
}
