// SPDX-License-Identifier: Apache-2.0

extension TDXQuote.SignatureData {
    /// What the PCK certificate is and says; nothing when it cannot be read.
    var fields: [EvidenceField] {
        guard let certificate = try? Anchors.chain(certificateChain, count: 3, "PCK certificate chain").first else {
            return []
        }
        let extensionValue = certificate.extension(PCKExtension.oid)?.value
        return certificate.fields + (extensionValue.flatMap { try? PCKExtension(der: $0) }?.fields ?? [])
    }
}

extension PCKExtension {
    /// What a manifest or Intel's collateral is compared with.
    fileprivate var fields: [EvidenceField] {
        var fields = [
            EvidenceField("  FMSPC", .hex(fmspc)), EvidenceField("  PCE-ID", .hex(pceID)),
            EvidenceField("  TCB components", .hex(componentSVNs)), EvidenceField("  PCESVN", "\(pceSVN)"),
            EvidenceField("  SGX Type", "\(sgxType.rawValue)", sgxType.meaning),
        ]
        if let platformInstanceID { fields.append(EvidenceField("  Platform Instance ID", .hex(platformInstanceID))) }
        let flags = [
            ("  Dynamic Platform", configuration?.dynamicPlatform), ("  Cached Keys", configuration?.cachedKeys),
            ("  SMT Enabled", configuration?.smtEnabled),
        ]
        for (name, flag) in flags { fields += flag.map { [EvidenceField(name, .flag($0))] } ?? [] }
        return fields
    }
}

extension PCKExtension.SGXType {
    fileprivate var meaning: String {
        switch self {
        case .standard: "standard"
        case .scalable: "scalable"
        case .scalableWithIntegrity: "scalable, memory with cryptographic integrity"
        }
    }
}
