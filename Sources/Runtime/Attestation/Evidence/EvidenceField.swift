// SPDX-License-Identifier: Apache-2.0

internal import IR

/// A field of evidence as it is shown.
package struct EvidenceField: Sendable, Hashable {
    /// In the words of the specification.
    package var name: String
    package var value: String
    /// What the value means, where that is not plain.
    package var meaning: String?

    init(_ name: String, _ value: String, _ meaning: String? = nil) {
        self.name = name
        self.value = value
        self.meaning = meaning
    }
}

extension SNPReport {
    /// All fields, in their order.
    package var fields: [EvidenceField] {
        [
            EvidenceField("VERSION", "\(version)"), EvidenceField("GUEST_SVN", "\(guestSVN)"),
            EvidenceField("POLICY", .hex(policy), policyMeaning), EvidenceField("FAMILY_ID", .hex(familyID)),
            EvidenceField("IMAGE_ID", .hex(imageID)),
            EvidenceField("VMPL", vmpl == .max ? .hex(vmpl) : "\(vmpl)", vmpl == .max ? "the host has asked" : nil),
            EvidenceField("CURRENT_TCB", .hex(currentTCB), meaning(of: currentTCB)),
            EvidenceField("PLATFORM_INFO", .hex(platformInfo), platformMeaning),
            EvidenceField("AUTHOR_KEY_EN", .flag(hasAuthorKey)), EvidenceField("MASK_CHIP_KEY", .flag(masksChipKey)),
            EvidenceField("SIGNING_KEY", "\(flags >> 2 & 7)", "\(signingKey)".uppercased()),
            EvidenceField("REPORT_DATA", .hex(reportData)), EvidenceField("MEASUREMENT", .hex(measurement)),
            EvidenceField("HOST_DATA", .hex(hostData)), EvidenceField("ID_KEY_DIGEST", .hex(idKeyDigest)),
            EvidenceField("AUTHOR_KEY_DIGEST", .hex(authorKeyDigest)), EvidenceField("REPORT_ID", .hex(reportID)),
            EvidenceField("REPORT_ID_MA", .hex(migrationAgentReportID)),
            EvidenceField("REPORTED_TCB", .hex(reportedTCB), meaning(of: reportedTCB)),
            EvidenceField("CPUID", version < 3 ? "-" : "\(cpuid)", product?.rawValue),
            EvidenceField("CHIP_ID", .hex(chipID), isChipIDMasked ? "masked" : nil),
            EvidenceField("COMMITTED_TCB", .hex(committedTCB), meaning(of: committedTCB)),
            EvidenceField("CURRENT_VERSION", "\(current)"), EvidenceField("COMMITTED_VERSION", "\(committed)"),
            EvidenceField("LAUNCH_TCB", .hex(launchTCB), meaning(of: launchTCB)),
            EvidenceField("LAUNCH_MIT_VECTOR", .hex(launchMitigations)),
            EvidenceField("CURRENT_MIT_VECTOR", .hex(currentMitigations)),
        ]
    }

    private var policyMeaning: String? {
        guard let policy = GuestPolicy(abiValue: policy) else { return nil }
        let flags = GuestPolicy.flags.filter { policy[keyPath: $0.path] }.map(\.name)
        return (["ABI \(policy.abiMajor).\(policy.abiMinor)"] + flags).joined(separator: ", ")
    }

    private var platformMeaning: String? {
        guard let info = PlatformInfo(abiValue: platformInfo) else { return nil }
        let flags = PlatformInfo.flags.filter { info[keyPath: $0.path] }.map(\.name)
        return flags.isEmpty ? nil : flags.joined(separator: ", ")
    }

    /// Version 2 does not name the product; it is older than Turin, whose layout is another.
    private func meaning(of tcb: UInt64) -> String? {
        guard let layout = product ?? (version < 3 ? .milan : nil) else { return nil }
        return SNPTCBVersion(tcb, layout).map { "\($0)" }
    }
}

extension TDXQuote {
    /// Header and body in their order, then what the PCK certificate says of the platform.
    package var fields: [EvidenceField] {
        var fields = [
            EvidenceField("VERSION", "\(header.version)"),
            EvidenceField("TEE_TYPE", .hex(header.teeType)),
            EvidenceField("QE_VENDOR_ID", .hex(header.qeVendorID)),
            EvidenceField("TEE_TCB_SVN", .hex(report.teeTCBSVN)), EvidenceField("MRSEAM", .hex(report.mrSeam)),
            EvidenceField("MRSIGNERSEAM", .hex(report.mrSignerSeam)),
            EvidenceField("SEAMATTRIBUTES", .hex(report.seamAttributes)),
            EvidenceField("TDATTRIBUTES", .hex(report.tdAttributes)), EvidenceField("XFAM", .hex(report.xfam)),
            EvidenceField("MRTD", .hex(report.mrTD)), EvidenceField("MRCONFIGID", .hex(report.mrConfigID)),
            EvidenceField("MROWNER", .hex(report.mrOwner)), EvidenceField("MROWNERCONFIG", .hex(report.mrOwnerConfig)),
        ]
        fields += report.rtmrs.enumerated().map { EvidenceField("RTMR\($0.offset)", .hex($0.element)) }
        fields.append(EvidenceField("REPORTDATA", .hex(report.reportData)))
        fields += report.teeTCBSVN2.map { [EvidenceField("TEE_TCB_SVN2", .hex($0))] } ?? []
        fields += report.mrServiceTD.map { [EvidenceField("MRSERVICETD", .hex($0))] } ?? []
        return fields + signatureData.fields
    }
}

extension Certificate {
    /// What it is called and until when it is good.
    package var fields: [EvidenceField] {
        [
            EvidenceField("certificate", "'\(commonName)'"), EvidenceField("  not before", "\(notBefore)"),
            EvidenceField("  not after", "\(notAfter)"),
        ]
    }
}

extension RevocationList {
    package var fields: [EvidenceField] {
        [
            EvidenceField("CRL", "of \(thisUpdate)"),
            EvidenceField("  next update", nextUpdate.map { "\($0)" } ?? "not stated"),
        ]
    }
}

extension SNPEndorsementKey {
    /// What the certificate says of the key.
    package var fields: [EvidenceField] {
        let owner =
            switch owner {
            case .chip(let id): EvidenceField("  chip", .hex(id))
            case .provider(let name): EvidenceField("  provider", "'\(name)'")
            }
        return certificate.fields + [
            EvidenceField("  product", product.rawValue), EvidenceField("  firmware", .hex(tcb.raw), "\(tcb)"), owner,
        ]
    }
}

extension SNPAttestation {
    /// The report's fields and what the message holds beside it.
    package func fields() throws(SNPReportError) -> [EvidenceField] {
        var fields = try SNPReport(report).fields
        if let certificate = endorsements.endorsementKey {
            fields += (try? SNPEndorsementKey(certificate).fields) ?? certificate.fields
        }
        for certificate in [endorsements.intermediate, endorsements.root] { fields += certificate?.fields ?? [] }
        for list in endorsements.revocationLists { fields += list.fields }
        return fields
    }
}
