// SPDX-License-Identifier: Apache-2.0

/// The security versions of a platform's firmware (SEV-SNP ABI 1.58, section 2.2).
///
/// There is no order on the whole: each component is compared by itself.
package struct SNPTCBVersion: Sendable, Hashable {
    /// Firmware management controller; Turin only.
    package var fmc: UInt8?
    package var bootloader: UInt8
    package var tee: UInt8
    package var snp: UInt8
    package var microcode: UInt8

    package init(fmc: UInt8? = nil, bootloader: UInt8, tee: UInt8, snp: UInt8, microcode: UInt8) {
        self.fmc = fmc
        self.bootloader = bootloader
        self.tee = tee
        self.snp = snp
        self.microcode = microcode
    }

    /// Reads the eight bytes of a report, little-endian as a number; `nil` when a reserved byte is not zero.
    package init?(_ raw: UInt64, _ product: SNPProduct) {
        func byte(_ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: raw >> (8 * index)) }
        if product == .turin {
            guard (4...6).allSatisfy({ byte($0) == 0 }) else { return nil }
            self.init(fmc: byte(0), bootloader: byte(1), tee: byte(2), snp: byte(3), microcode: byte(7))
        } else {
            guard (2...5).allSatisfy({ byte($0) == 0 }) else { return nil }
            self.init(bootloader: byte(0), tee: byte(1), snp: byte(6), microcode: byte(7))
        }
    }

    /// The eight bytes of a report as a number.
    package var raw: UInt64 {
        let bytes: [(value: UInt8, index: UInt64)] =
            if let fmc {
                [(fmc, 0), (bootloader, 1), (tee, 2), (snp, 3), (microcode, 7)]
            } else {
                [(bootloader, 0), (tee, 1), (snp, 6), (microcode, 7)]
            }
        return bytes.reduce(0) { $0 | UInt64($1.value) << (8 * $1.index) }
    }

    /// One component: by the name of a certificate's extension, and by that of a manifest where it has one.
    package struct Component: Sendable {
        package let name: String
        package let manifestName: String?
        package let value: UInt8
    }

    /// The components in the order in which manifests have them.
    package var components: [Component] {
        let all = [
            Component(name: "blSPL", manifestName: "BootloaderVersion", value: bootloader),
            Component(name: "teeSPL", manifestName: "TEEVersion", value: tee),
            Component(name: "snpSPL", manifestName: "SNPVersion", value: snp),
            Component(name: "ucodeSPL", manifestName: "MicrocodeVersion", value: microcode),
        ]
        return all + (fmc.map { [Component(name: "fmcSPL", manifestName: nil, value: $0)] } ?? [])
    }

    /// The components of which this has a lower version than the other. Both must be of one product.
    package func componentsBelow(_ other: SNPTCBVersion) -> [(found: Component, required: Component)] {
        zip(components, other.components).filter { $0.value < $1.value }
    }
}

extension SNPTCBVersion: CustomStringConvertible {
    package var description: String {
        components.map { "\($0.name.dropLast(3)) \($0.value)" }.joined(separator: ", ")
    }
}
