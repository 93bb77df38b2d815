// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// The digest over everything that a SEV-SNP guest is launched with (SEV-SNP ABI, 8.17.2).
package struct LaunchDigest: Sendable, Hashable {
    /// Length in bytes.
    package static let size = 48
    static let pageSize = 4096
    /// Bytes of a `PAGE_INFO`.
    private static let infoSize = 112

    package private(set) var bytes: [UInt8]

    /// The digest before the first page.
    package init() { bytes = [UInt8](repeating: 0, count: Self.size) }

    /// `nil` unless there are 48 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = bytes
    }

    /// `PAGE_TYPE`.
    enum PageType: UInt8 {
        case normal = 1
        /// The initial registers of a vCPU.
        case vmsa = 2
        case zero = 3
        /// Memory whose content the host may choose.
        case unmeasured = 4
        case secrets = 5
        case cpuid = 6
    }

    /// Takes in one page: the digest becomes the SHA-384 of a `PAGE_INFO` that holds the digest so far.
    ///
    /// - Parameters:
    ///   - contents: SHA-384 of the page; zeros for types whose content is not measured.
    ///   - address: guest physical address.
    mutating func extend(_ type: PageType, contents: [UInt8] = Self().bytes, at address: UInt64) {
        var info: [UInt8] = []
        info.reserveCapacity(Self.infoSize)
        info += bytes
        info += contents
        // IMI_PAGE, the permissions of the lower VMPLs and reserved bytes are zero.
        info += [UInt8(Self.infoSize), 0, type.rawValue, 0, 0, 0, 0, 0]
        for index in 0..<8 { info.append(UInt8(truncatingIfNeeded: address >> (8 * index))) }
        bytes = SHA384.digest(info)
    }
}
