// SPDX-License-Identifier: Apache-2.0

extension Bundle {
    /// Azure Kubernetes Service, Cloud Hypervisor, SEV-SNP on Milan machines, with the TCB that this cloud guarantees.
    static let shippedAKS = """
        {
          "snp": [
            {
              "ProductName": "Milan",
              "TrustedMeasurement": "",
              "MinimumTCB": { "BootloaderVersion": 3, "TEEVersion": 0, "SNPVersion": 8, "MicrocodeVersion": 115 },
              "GuestPolicy": { "ABIMinor": 31, "ABIMajor": 0, "SMT": true },
              "PlatformInfo": { "SMTEnabled": true },
              "MinimumMitigationVector": 0
            }
          ]
        }
        """
}
