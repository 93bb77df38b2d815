// SPDX-License-Identifier: Apache-2.0

internal import IR

extension SNPReport {
    /// Reads a report: its length, and every field that has only one or a few allowed values.
    package init(_ bytes: [UInt8]) throws(SNPReportError) {
        guard bytes.count == Self.size else { throw .length(bytes.count) }
        // What follows is only known once the version is.
        let version = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        guard (2...5).contains(version) else { throw .version(version) }
        do throws(ByteReaderError) {
            try self.init(layout: bytes)
        } catch {
            guard case .reserved(let offset) = error else { throw .length(bytes.count) }
            throw .reserved(offset: offset)
        }
        guard signatureAlgorithm == 1 else { throw .signatureAlgorithm(signatureAlgorithm) }
        guard SigningKey(rawValue: flags >> 2 & 7) != nil else { throw .signingKey(flags >> 2 & 7) }
        guard flags >> 5 == 0 else { throw .reservedBits(field: "SIGNING_KEY", value: UInt64(flags)) }
        guard GuestPolicy(abiValue: policy) != nil else { throw .reservedBits(field: "POLICY", value: policy) }
        guard PlatformInfo(abiValue: platformInfo) != nil else {
            throw .reservedBits(field: "PLATFORM_INFO", value: platformInfo)
        }
        if version < 3, cpuid != CPUID(family: 0, model: 0, stepping: 0) {
            throw .notInVersion(field: "CPUID_FAM_ID", version: version)
        }
        if version < 5, launchMitigations != 0 { throw .notInVersion(field: "LAUNCH_MIT_VECTOR", version: version) }
        if version < 5, currentMitigations != 0 { throw .notInVersion(field: "CURRENT_MIT_VECTOR", version: version) }
    }

    private init(layout bytes: [UInt8]) throws(ByteReaderError) {
        var reader = ByteReader(bytes)
        version = try reader.littleEndian("VERSION")
        guestSVN = try reader.littleEndian("GUEST_SVN")
        policy = try reader.littleEndian("POLICY")
        familyID = try reader.bytes(16, "FAMILY_ID")
        imageID = try reader.bytes(16, "IMAGE_ID")
        vmpl = try reader.littleEndian("VMPL")
        signatureAlgorithm = try reader.littleEndian("SIGNATURE_ALGO")
        currentTCB = try reader.littleEndian("CURRENT_TCB")
        platformInfo = try reader.littleEndian("PLATFORM_INFO")
        flags = try reader.littleEndian("SIGNING_KEY")
        try reader.zeros(4)
        reportData = try reader.bytes(64, "REPORT_DATA")
        measurement = try reader.bytes(48, "MEASUREMENT")
        hostData = try reader.bytes(32, "HOST_DATA")
        idKeyDigest = try reader.bytes(48, "ID_KEY_DIGEST")
        authorKeyDigest = try reader.bytes(48, "AUTHOR_KEY_DIGEST")
        reportID = try reader.bytes(32, "REPORT_ID")
        migrationAgentReportID = try reader.bytes(32, "REPORT_ID_MA")
        reportedTCB = try reader.littleEndian("REPORTED_TCB")
        cpuid = CPUID(
            family: try reader.byte("CPUID_FAM_ID"), model: try reader.byte("CPUID_MOD_ID"),
            stepping: try reader.byte("CPUID_STEP"))
        try reader.zeros(21)
        chipID = try reader.bytes(64, "CHIP_ID")
        committedTCB = try reader.littleEndian("COMMITTED_TCB")
        current = try Firmware(&reader)
        committed = try Firmware(&reader)
        launchTCB = try reader.littleEndian("LAUNCH_TCB")
        launchMitigations = try reader.littleEndian("LAUNCH_MIT_VECTOR")
        currentMitigations = try reader.littleEndian("CURRENT_MIT_VECTOR")
        try reader.zeros(152)
        r = try Self.number(&reader, "R")
        s = try Self.number(&reader, "S")
        try reader.zeros(0x170)
        try reader.end()
        self.bytes = bytes
    }

    /// A number of the signature: 72 bytes, least significant first, of which P-384 uses 48.
    private static func number(_ reader: inout ByteReader, _ field: String) throws(ByteReaderError) -> [UInt8] {
        let number = try reader.bytes(48, field)
        try reader.zeros(24)
        return number.reversed()
    }
}

extension SNPReport.Firmware {
    fileprivate init(_ reader: inout ByteReader) throws(ByteReaderError) {
        build = try reader.byte("BUILD")
        minor = try reader.byte("MINOR")
        major = try reader.byte("MAJOR")
        try reader.zeros(1)
    }
}
