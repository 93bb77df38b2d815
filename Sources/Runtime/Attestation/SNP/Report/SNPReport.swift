// SPDX-License-Identifier: Apache-2.0

package import IR

/// A SEV-SNP attestation report (SEV-SNP ABI 1.58, table 23): read and well-formed, not yet trusted.
package struct SNPReport: Sendable, Hashable {
    /// Length in bytes, of all versions.
    package static let size = 0x4A0
    /// How many bytes the signature covers.
    package static let signedSize = 0x2A0

    /// Which key has signed (`SIGNING_KEY`); other numbers are refused.
    package enum SigningKey: UInt32, Sendable, Hashable {
        case vcek = 0
        case vlek = 1
        case none = 7
    }

    /// Version of a firmware.
    package struct Firmware: Sendable, Hashable, CustomStringConvertible {
        package var build: UInt8
        package var minor: UInt8
        package var major: UInt8
        package var description: String { "\(major).\(minor), build \(build)" }
    }

    /// CPUID family, model and stepping.
    package struct CPUID: Sendable, Hashable, CustomStringConvertible {
        package var family: UInt8
        package var model: UInt8
        package var stepping: UInt8
        package var description: String { "family \(family), model \(model), stepping \(stepping)" }
    }

    /// 2 to 5.
    package let version: UInt32
    package let guestSVN: UInt32
    package let policy: UInt64
    package let familyID: [UInt8]
    package let imageID: [UInt8]
    /// Privilege level of who asked; 0xFFFFFFFF when the host did.
    package let vmpl: UInt32
    package let currentTCB: UInt64
    package let platformInfo: UInt64
    /// The field that holds `SIGNING_KEY`, `MASK_CHIP_KEY` and `AUTHOR_KEY_EN`.
    package let flags: UInt32
    let signatureAlgorithm: UInt32
    package let reportData: [UInt8]
    package let measurement: [UInt8]
    package let hostData: [UInt8]
    package let idKeyDigest: [UInt8]
    package let authorKeyDigest: [UInt8]
    package let reportID: [UInt8]
    package let migrationAgentReportID: [UInt8]
    package let reportedTCB: UInt64
    /// Zeros in version 2.
    package let cpuid: CPUID
    package let chipID: [UInt8]
    package let committedTCB: UInt64
    package let current: Firmware
    package let committed: Firmware
    package let launchTCB: UInt64
    /// Zero before version 5.
    package let launchMitigations: UInt64
    package let currentMitigations: UInt64
    /// The signature's numbers, big-endian, 48 bytes each.
    package let r: [UInt8]
    package let s: [UInt8]
    /// All bytes as they came.
    package let bytes: [UInt8]

    /// What the signature covers.
    package var signedBytes: [UInt8] { Array(bytes.prefix(Self.signedSize)) }

    /// By CPUID; `nil` in version 2, and for processors that are not known.
    package var product: SNPProduct? { SNPProduct(family: cpuid.family, model: cpuid.model) }

    /// `AUTHOR_KEY_EN`.
    package var hasAuthorKey: Bool { flags & 1 != 0 }
    /// `MASK_CHIP_KEY`.
    package var masksChipKey: Bool { flags & 2 != 0 }
    package var signingKey: SigningKey { SigningKey(rawValue: flags >> 2 & 7) ?? .none }

    /// Whether the chip does not tell its identity.
    package var isChipIDMasked: Bool { chipID.allSatisfy { $0 == 0 } }
}

/// Why bytes are not a report.
package enum SNPReportError: Error, Sendable, Equatable {
    case length(Int)
    case version(UInt32)
    case signatureAlgorithm(UInt32)
    case signingKey(UInt32)
    /// A reserved byte that is not zero.
    case reserved(offset: Int)
    /// Reserved bits of a field that do not have their only value.
    case reservedBits(field: String, value: UInt64)
    /// A field that reports of this version do not have is not zero.
    case notInVersion(field: String, version: UInt32)
}

extension SNPReportError {
    package var shortfall: Shortfall {
        switch self {
        case .length(let count):
            Shortfall("report", expected: "\(SNPReport.size) bytes", found: "\(count)")
        case .version(let version):
            Shortfall("VERSION", expected: "2 to 5", found: "\(version)")
        case .signatureAlgorithm(let algorithm):
            Shortfall("SIGNATURE_ALGO", expected: "1 (ECDSA on P-384 with SHA-384)", found: "\(algorithm)")
        case .signingKey(let key):
            Shortfall("SIGNING_KEY", expected: "0 (VCEK), 1 (VLEK) or 7 (none)", found: "\(key)")
        case .reserved(let offset):
            Shortfall("reserved byte 0x\(String(offset, radix: 16))", expected: "zero", found: "another value")
        case .reservedBits(let field, let value):
            Shortfall(field, expected: "reserved bits as specified", found: "0x\(String(value, radix: 16))")
        case .notInVersion(let field, let version):
            Shortfall(field, expected: "zero in a report of version \(version)", found: "another value")
        }
    }
}

extension GuestPolicy {
    /// Bits that a report's policy may have; bit 17 must be one.
    private static let reservedOne: UInt64 = 1 << 17
    private static let known: UInt64 = 1 << 26 - 1

    /// Reads `POLICY` of a report (SEV-SNP ABI 1.58, table 10); `nil` when a reserved bit has another value than its only one.
    package init?(abiValue value: UInt64) {
        guard value & Self.reservedOne != 0, value & ~Self.known == 0 else { return nil }
        func bit(_ index: UInt64) -> Bool { value >> index & 1 == 1 }
        self.init(
            abiMinor: UInt8(truncatingIfNeeded: value), abiMajor: UInt8(truncatingIfNeeded: value >> 8), smt: bit(16))
        migrateMA = bit(18)
        debug = bit(19)
        singleSocket = bit(20)
        cxlAllowed = bit(21)
        memAES256XTS = bit(22)
        raplDis = bit(23)
        cipherTextHidingDRAM = bit(24)
        pageSwapDisable = bit(25)
    }
}

extension PlatformInfo {
    /// Reads `PLATFORM_INFO` of a report (SEV-SNP ABI 1.58, table 24); `nil` when a reserved bit is set.
    package init?(abiValue value: UInt64) {
        guard value & ~0b1011_1111 == 0 else { return nil }
        func bit(_ index: UInt64) -> Bool { value >> index & 1 == 1 }
        self.init(smtEnabled: bit(0))
        tsmeEnabled = bit(1)
        eccEnabled = bit(2)
        raplDisabled = bit(3)
        ciphertextHidingDRAMEnabled = bit(4)
        aliasCheckComplete = bit(5)
        tioEnabled = bit(7)
    }

    /// The flags as `PLATFORM_INFO` has them.
    package var abiValue: UInt64 {
        let bits = [
            (smtEnabled, 0), (tsmeEnabled, 1), (eccEnabled, 2), (raplDisabled, 3), (ciphertextHidingDRAMEnabled, 4),
            (aliasCheckComplete, 5), (tioEnabled, 7),
        ]
        return bits.reduce(0) { $0 | ($1.0 ? 1 << UInt64($1.1) : 0) }
    }
}
