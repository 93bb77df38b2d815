// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Family, model and stepping of a processor as `CPUID` leaf 1 has them in EAX. It is part of what is measured of a
/// vCPU: its RDX at reset.
package struct CPUSignature: Sendable, Hashable {
    package let value: UInt32

    package static let milan = CPUSignature(value: 0xA0_0F11)
    package static let genoa = CPUSignature(value: 0xA1_0F10)
    package static let turin = CPUSignature(value: 0xB0_0F00)

    private init(value: UInt32) { self.value = value }

    /// `nil` when a number is beyond what EAX can hold.
    package init?(family: Int, model: Int, stepping: Int) {
        guard 0...0xF + 0xFF ~= family, 0...0xFF ~= model, 0...0xF ~= stepping else { return nil }
        let base = min(family, 0xF)
        let fields = (family - base) << 20 | (model >> 4) << 16 | base << 8 | (model & 0xF) << 4 | stepping
        value = UInt32(truncatingIfNeeded: fields)
    }

    /// The processor that QEMU and KVM show on hosts of a product line, as manifests name it.
    package init?(product: String) {
        switch product {
        case "Milan": self = .milan
        case "Genoa": self = .genoa
        case "Turin": self = .turin
        default: return nil
        }
    }

    /// A model as QEMU names it, with or without version: `EPYC-v4`, `EPYC-Milan`, `EPYC-Genoa-v2`.
    package init?(model name: String) {
        var parts = name.asciiLowercased.split(separator: "-", omittingEmptySubsequences: false)
        if let last = parts.last, last.first == "v", last.count > 1, last.dropFirst().allSatisfy(\.isASCIIDigit) {
            parts.removeLast()
        }
        switch parts.joined(separator: "-") {
        case "epyc": self.init(family: 23, model: 1, stepping: 2)
        case "epyc-rome": self.init(family: 23, model: 49, stepping: 0)
        case "epyc-milan": self = .milan
        case "epyc-genoa": self = .genoa
        case "epyc-turin": self = .turin
        default: return nil
        }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
