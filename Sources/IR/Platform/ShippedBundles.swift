// SPDX-License-Identifier: Apache-2.0

extension Bundle {
    /// The bundle that is part of the program, for any platform.
    ///
    /// It holds what is public: the fixed parts of the reference values and the configuration of images. Launch
    /// measurements, and the TCB of the hosts, come with a release or from the user; until then they are empty, and
    /// the manifest says so.
    package static func shipped(
        for platform: Platform, sha256: ([UInt8]) -> [UInt8], diagnostics: inout Diagnostics
    ) -> Bundle? {
        read(shippedSource(for: platform), sha256: sha256, diagnostics: &diagnostics)
    }

    /// The same as a document.
    package static func shippedSource(for platform: Platform) -> SourceFile {
        SourceFile(path: "bundle \(platform.name)", bytes: Array(shippedText(for: platform).utf8))
    }

    private static func shippedText(for platform: Platform) -> String {
        let (hypervisor, referenceValues) =
            switch platform.family {
            case .metalQEMUSNP: ("qemu", shippedMetalSNP)
            case .metalQEMUTDX: ("qemu", shippedMetalTDX)
            case .aksCLHSNP: ("cloud-hypervisor", shippedAKS)
            }
        return """
            {
              "version": 1,
              "platform": "\(platform.displayName)",
              "runtime": {
                "components": {},
                "defaultMemoryMiB": \(platform.hasGPU ? 1024 : 512),
                "gpu": \(platform.hasGPU),
                "hypervisor": "\(hypervisor)",
                "kernelCommandLine": "",
                "launchDigests": {},
                "simulated": \(platform.isInsecure)
              },
              "referenceValues": \(referenceValues),
              "images": \(shippedImages)
            }
            """
    }
}
