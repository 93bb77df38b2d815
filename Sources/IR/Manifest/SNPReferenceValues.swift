// SPDX-License-Identifier: Apache-2.0

/// Reference values of one AMD SEV-SNP platform and processor line.
package struct SNPReferenceValues: Sendable, Equatable {
    /// Display spelling, e.g. `Metal-QEMU-SNP`; empty in old manifests.
    package var platform: String
    /// `Milan` or `Genoa`.
    package var productName: String
    /// vCPU count that the measurement is for; only manifests of one transitional schema have it.
    package var cpus: Int?
    /// Launch digest, 96 hexadecimal digits; of one vCPU when `apeip` is there.
    package var trustedMeasurement: String
    /// Reset EIP of application processors, 8 hexadecimal digits; empty in old manifests.
    package var apeip: String
    package var minimumTCB: MinimumTCB
    package var guestPolicy: GuestPolicy
    package var platformInfo: PlatformInfo
    package var minimumMitigationVector: UInt64
    /// Chip identities, 128 hexadecimal digits each; `nil` allows any.
    package var allowedChipIDs: [String]?
    /// DER of the root certificates of a simulated platform in hexadecimal; only entries of insecure platforms have it.
    package var insecureRoots: [String]

    package init(
        platform: String = "", productName: String = "", cpus: Int? = nil, trustedMeasurement: String = "",
        apeip: String = "", minimumTCB: MinimumTCB = MinimumTCB(), guestPolicy: GuestPolicy = GuestPolicy(),
        platformInfo: PlatformInfo = PlatformInfo(), minimumMitigationVector: UInt64 = 0,
        allowedChipIDs: [String]? = nil, insecureRoots: [String] = []
    ) {
        self.platform = platform
        self.productName = productName
        self.cpus = cpus
        self.trustedMeasurement = trustedMeasurement
        self.apeip = apeip
        self.minimumTCB = minimumTCB
        self.guestPolicy = guestPolicy
        self.platformInfo = platformInfo
        self.minimumMitigationVector = minimumMitigationVector
        self.allowedChipIDs = allowedChipIDs
        self.insecureRoots = insecureRoots
    }
}

/// The lowest security version numbers that are accepted; `nil` is still to be filled in.
package struct MinimumTCB: Sendable, Equatable {
    package var bootloaderVersion: UInt8?
    package var teeVersion: UInt8?
    package var snpVersion: UInt8?
    package var microcodeVersion: UInt8?

    package init(
        bootloaderVersion: UInt8? = nil, teeVersion: UInt8? = nil, snpVersion: UInt8? = nil,
        microcodeVersion: UInt8? = nil
    ) {
        self.bootloaderVersion = bootloaderVersion
        self.teeVersion = teeVersion
        self.snpVersion = snpVersion
        self.microcodeVersion = microcodeVersion
    }

    /// The fields in the order in which they are written.
    package static var fields: [(name: String, path: WritableKeyPath<MinimumTCB, UInt8?>)] {
        [
            ("BootloaderVersion", \.bootloaderVersion), ("TEEVersion", \.teeVersion), ("SNPVersion", \.snpVersion),
            ("MicrocodeVersion", \.microcodeVersion),
        ]
    }
}

/// The guest policy that a VM must have been launched with (SEV-SNP ABI, table "Guest Policy Structure").
package struct GuestPolicy: Sendable, Equatable {
    package var abiMinor: UInt8
    package var abiMajor: UInt8
    package var smt: Bool
    package var migrateMA = false
    package var debug = false
    package var singleSocket = false
    package var cxlAllowed = false
    package var memAES256XTS = false
    package var raplDis = false
    package var cipherTextHidingDRAM = false
    package var pageSwapDisable = false

    /// The policy that all entries must have, but for the minor ABI version.
    package init(abiMinor: UInt8 = 0, abiMajor: UInt8 = 0, smt: Bool = true) {
        self.abiMinor = abiMinor
        self.abiMajor = abiMajor
        self.smt = smt
    }

    /// The two numbers in the order in which they are written, before the flags.
    package static var versions: [(name: String, path: WritableKeyPath<GuestPolicy, UInt8>)] {
        [("ABIMinor", \.abiMinor), ("ABIMajor", \.abiMajor)]
    }

    /// The flags in the order in which they are written.
    package static var flags: [(name: String, path: WritableKeyPath<GuestPolicy, Bool>)] {
        [
            ("SMT", \.smt), ("MigrateMA", \.migrateMA), ("Debug", \.debug), ("SingleSocket", \.singleSocket),
            ("CXLAllowed", \.cxlAllowed), ("MemAES256XTS", \.memAES256XTS), ("RAPLDis", \.raplDis),
            ("CipherTextHidingDRAM", \.cipherTextHidingDRAM), ("PageSwapDisable", \.pageSwapDisable),
        ]
    }
}

/// What the host must say of itself in the report (SEV-SNP ABI, `PLATFORM_INFO`).
package struct PlatformInfo: Sendable, Equatable {
    package var smtEnabled: Bool
    package var tsmeEnabled = false
    package var eccEnabled = false
    package var raplDisabled = false
    package var ciphertextHidingDRAMEnabled = false
    package var aliasCheckComplete = false
    package var tioEnabled = false

    package init(smtEnabled: Bool = false) { self.smtEnabled = smtEnabled }

    /// The flags in the order in which they are written.
    package static var flags: [(name: String, path: WritableKeyPath<PlatformInfo, Bool>)] {
        [
            ("SMTEnabled", \.smtEnabled), ("TSMEEnabled", \.tsmeEnabled), ("ECCEnabled", \.eccEnabled),
            ("RAPLDisabled", \.raplDisabled), ("CiphertextHidingDRAMEnabled", \.ciphertextHidingDRAMEnabled),
            ("AliasCheckComplete", \.aliasCheckComplete), ("TIOEnabled", \.tioEnabled),
        ]
    }
}
