// SPDX-License-Identifier: Apache-2.0

/// A combination of host, hypervisor and confidential computing technology that pods are compiled for.
package struct Platform: Sendable, Hashable {
    /// What a platform is without its variants.
    package enum Family: String, Sendable, CaseIterable {
        case metalQEMUSNP = "Metal-QEMU-SNP"
        case metalQEMUTDX = "Metal-QEMU-TDX"
        case aksCLHSNP = "AKS-CLH-SNP"
    }

    /// How the evidence is made.
    package enum Technology: String, Sendable { case snp, tdx }

    package let family: Family
    package let hasGPU: Bool
    /// Evidence is simulated: for development without the hardware, never for secrets.
    package let isInsecure: Bool

    /// `nil` for a GPU on a platform that has none.
    package init?(_ family: Family, gpu: Bool = false, insecure: Bool = false) {
        if gpu, family == .aksCLHSNP { return nil }
        self.family = family
        hasGPU = gpu
        isInsecure = insecure
    }

    /// Every platform, in the order of documentation.
    package static let all: [Platform] = [false, true].flatMap { insecure in
        Family.allCases.flatMap { family in
            [false, true].compactMap { Platform(family, gpu: $0, insecure: insecure) }
        }
    }

    /// Names of older releases and what they are called now.
    private static let aliases = [
        "k3s-qemu-snp": "metal-qemu-snp", "k3s-qemu-tdx": "metal-qemu-tdx", "rke2-qemu-tdx": "metal-qemu-tdx",
    ]

    /// Reads a name in any case, with the variants `-gpu` and `-insecure` in this order, or an older name of it.
    package init?(name: String) {
        var base = name.asciiLowercased
        let insecure = Self.strip(Self.insecureSuffix, from: &base)
        let gpu = Self.strip("-gpu", from: &base)
        base = Self.aliases[base] ?? base
        guard let family = Family.allCases.first(where: { $0.rawValue.asciiLowercased == base }) else { return nil }
        self.init(family, gpu: gpu, insecure: insecure)
    }

    /// The spelling of manifests, e.g. `Metal-QEMU-SNP-GPU`.
    package var displayName: String {
        family.rawValue + (hasGPU ? "-GPU" : "") + (isInsecure ? "-Insecure" : "")
    }

    /// The spelling of runtime classes and command lines: the same in lower case.
    package var name: String { displayName.asciiLowercased }

    package var technology: Technology { family == .metalQEMUTDX ? .tdx : .snp }

    /// The same platform with GPUs; `nil` where there are none.
    package var withGPU: Platform? { Platform(family, gpu: true, insecure: isInsecure) }

    /// Whether policies are measured as initdata; else the policy itself is, under the annotation of old releases, and
    /// image layers are not bound.
    package var usesInitData: Bool { family != .aksCLHSNP }

    /// Whether VMs are started with an ID block per processor line. Images for other hypervisors have one of their own.
    package var usesIDBlock: Bool { family == .metalQEMUSNP && !isInsecure }

    private static let insecureSuffix = "-insecure"

    /// Whether a name, known or not, is that of a simulated platform.
    package static func isInsecureName(_ name: String) -> Bool { name.asciiLowercased.hasSuffix(insecureSuffix) }

    private static func strip(_ suffix: String, from text: inout String) -> Bool {
        guard text.hasSuffix(suffix) else { return false }
        text.removeLast(suffix.count)
        return true
    }
}
