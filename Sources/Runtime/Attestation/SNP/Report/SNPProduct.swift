// SPDX-License-Identifier: Apache-2.0

/// A line of AMD processors: it decides which root signs, and how security versions are laid out.
package enum SNPProduct: String, Sendable, Hashable, CaseIterable {
    case milan = "Milan"
    /// Also Bergamo and Siena.
    case genoa = "Genoa"
    case turin = "Turin"

    /// By family and model of CPUID, as reports of version 3 and later have them; `nil` for others (AMD 57230, table 1).
    package init?(family: UInt8, model: UInt8) {
        switch (family, model) {
        case (0x19, 0x00...0x0F): self = .milan
        case (0x19, 0x10...0x1F), (0x19, 0xA0...0xAF): self = .genoa
        case (0x1A, 0x00...0x11): self = .turin
        default: return nil
        }
    }

    /// By the product name of a certificate, whose stepping may follow: `Milan-B0`.
    package init?(certificateName: String) {
        self.init(rawValue: String(certificateName.prefix { $0 != "-" }))
    }

    /// Bytes of a chip's identity; a report has zeros after them.
    package var chipIDSize: Int { self == .turin ? 8 : 64 }
}
