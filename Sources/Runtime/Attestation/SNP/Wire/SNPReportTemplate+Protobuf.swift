// SPDX-License-Identifier: Apache-2.0

/// The message `sevsnp.Report`: a report field by field.
extension SNPReportTemplate {
    func write(to writer: inout ProtobufWriter) {
        writer.integer(1, version)
        writer.integer(2, guestSVN)
        writer.integer(3, policy)
        writer.bytes(4, familyID)
        writer.bytes(5, imageID)
        writer.integer(6, vmpl)
        writer.integer(7, signatureAlgorithm)
        writer.fixed64(8, currentTCB)
        writer.fixed64(9, platformInfo)
        writer.integer(10, flags)
        writer.bytes(11, reportData)
        writer.bytes(12, measurement)
        writer.bytes(13, hostData)
        writer.bytes(14, idKeyDigest)
        writer.bytes(15, authorKeyDigest)
        writer.bytes(16, reportID)
        writer.bytes(17, migrationAgentReportID)
        writer.fixed64(18, reportedTCB)
        writer.bytes(19, chipID)
        writer.fixed64(20, committedTCB)
        for (offset, part) in (current.prefix(3) + committed.prefix(3)).enumerated() {
            writer.integer(21 + UInt32(offset), part)
        }
        writer.fixed64(27, launchTCB)
        writer.bytes(28, signature)
        if cpuid.count == 3 {
            writer.integer(29, Self.signature(family: cpuid[0], model: cpuid[1], stepping: cpuid[2]))
        }
        writer.fixed64(30, launchMitigations)
        writer.fixed64(31, currentMitigations)
    }

    /// Reads the fields that are there, each with its length.
    mutating func read(_ reader: ProtobufReader) throws(ProtobufError) {
        var reader = reader
        while let field = try reader.next() {
            switch field.number {
            case 1: version = try field.integer()
            case 2: guestSVN = try field.integer()
            case 3: policy = try field.integer()
            case 4: familyID = try field.bytes(count: 16)
            case 5: imageID = try field.bytes(count: 16)
            case 6: vmpl = try field.integer()
            case 7: signatureAlgorithm = try field.integer()
            case 8: currentTCB = try field.integer()
            case 9: platformInfo = try field.integer()
            case 10: flags = try field.integer()
            case 11: reportData = try field.bytes(count: 64)
            case 12: measurement = try field.bytes(count: 48)
            case 13: hostData = try field.bytes(count: 32)
            case 14: idKeyDigest = try field.bytes(count: 48)
            case 15: authorKeyDigest = try field.bytes(count: 48)
            case 16: reportID = try field.bytes(count: 32)
            case 17: migrationAgentReportID = try field.bytes(count: 32)
            case 18: reportedTCB = try field.integer()
            case 19: chipID = try field.bytes(count: 64)
            case 20: committedTCB = try field.integer()
            case 21...23: try Self.set(&current, Int(field.number) - 21, field.integer())
            case 24...26: try Self.set(&committed, Int(field.number) - 24, field.integer())
            case 27: launchTCB = try field.integer()
            case 28: signature = try field.bytes(count: 512)
            case 29:
                guard let parts = Self.cpuid(signature: try field.integer()) else { throw .value(field: 29) }
                cpuid = parts
            case 30: launchMitigations = try field.integer()
            case 31: currentMitigations = try field.integer()
            default: break
            }
        }
    }

    private static func set(_ parts: inout [UInt8], _ index: Int, _ value: UInt8) {
        parts += [UInt8](repeating: 0, count: max(0, 3 - parts.count))
        parts[index] = value
    }

    /// EAX of CPUID leaf 1: stepping, model, family, extended model and extended family.
    private static func signature(family: UInt8, model: UInt8, stepping: UInt8) -> UInt32 {
        let base = min(family, 0xF)
        return UInt32(family - base) << 20 | UInt32(model >> 4) << 16 | UInt32(base) << 8 | UInt32(model & 0xF) << 4
            | UInt32(stepping & 0xF)
    }

    /// `nil` when a family has no byte to itself, or a reserved bit is set.
    private static func cpuid(signature: UInt32) -> [UInt8]? {
        guard signature & 0xF000_F000 == 0,
            let family = UInt8(exactly: (signature >> 8 & 0xF) + (signature >> 20 & 0xFF))
        else { return nil }
        let model = UInt8(signature >> 12 & 0xF0) | UInt8(signature >> 4 & 0xF)
        return [family, model, UInt8(signature & 0xF)]
    }
}
