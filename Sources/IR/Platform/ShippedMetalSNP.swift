// SPDX-License-Identifier: Apache-2.0

extension Bundle {
    /// Bare metal, QEMU, SEV-SNP: one entry per processor line.
    static let shippedMetalSNP = """
        { "snp": [\(snpEntry(product: "Milan")), \(snpEntry(product: "Genoa"))] }
        """

    private static func snpEntry(product: String) -> String {
        """
        {
          "ProductName": "\(product)",
          "TrustedMeasurement": "",
          "MinimumTCB": {},
          "GuestPolicy": { "ABIMinor": 0, "ABIMajor": 0, "SMT": true },
          "PlatformInfo": { "SMTEnabled": true },
          "MinimumMitigationVector": 0
        }
        """
    }
}
