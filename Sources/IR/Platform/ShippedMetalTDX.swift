// SPDX-License-Identifier: Apache-2.0

extension Bundle {
    /// Bare metal, QEMU, TDX. The extended features are those that QEMU gives a guest.
    static let shippedMetalTDX = """
        {
          "tdx": [
            {
              "MrTd": "",
              "MrSeam": "",
              "Rtmrs": ["", "", "", ""],
              "Xfam": "e702060000000000",
              "MemoryIntegrity": false,
              "SMTDisabled": false,
              "StaticPlatform": false
            }
          ]
        }
        """
}
