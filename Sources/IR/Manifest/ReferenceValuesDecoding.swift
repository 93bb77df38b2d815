// SPDX-License-Identifier: Apache-2.0

extension ManifestReader {
    /// The object `ReferenceValues` of a manifest, or `referenceValues` of a bundle.
    mutating func referenceValues(_ cursor: Cursor?) -> ReferenceValues {
        guard let cursor else { return ReferenceValues() }
        let members = members(of: cursor, known: ["snp", "tdx", "TrustedMeasurement", "aks", "bareMetalTDX"])
        var values = ReferenceValues()
        if let snp = members["snp"], snp.value.object != nil {
            values.snp = [cloudEntry(snp: snp, measurement: members["TrustedMeasurement"])]
        } else {
            for item in items(of: members["snp"]) { values.snp.append(snpEntry(item)) }
        }
        for item in items(of: members["tdx"]) { values.tdx.append(tdxEntry(item)) }
        if let aks = members["aks"] {
            let parts = self.members(of: aks, known: ["SNP", "TrustedMeasurement"])
            values.snp.append(cloudEntry(snp: parts["SNP"], measurement: parts["TrustedMeasurement"]))
        }
        if let bareMetal = members["bareMetalTDX"] {
            let parts = self.members(of: bareMetal, known: ["TrustedMeasurement"])
            values.tdx.append(
                TDXReferenceValues(
                    platform: "Metal-QEMU-TDX", mrTd: text(parts["TrustedMeasurement"]), xfam: "e702060000000000"))
        }
        return values
    }

    /// The one SNP entry of releases 0.8 and 0.9, which knew a single cloud: its VMs were Milan machines, launched with
    /// minor ABI version 31.
    private mutating func cloudEntry(snp: Cursor?, measurement: Cursor?) -> SNPReferenceValues {
        let parts = snp.map { members(of: $0, known: ["MinimumTCB"]) } ?? [:]
        return SNPReferenceValues(
            platform: "AKS-CLH-SNP", productName: "Milan", trustedMeasurement: text(measurement),
            minimumTCB: minimumTCB(parts["MinimumTCB"]), guestPolicy: GuestPolicy(abiMinor: 31),
            platformInfo: PlatformInfo(smtEnabled: true))
    }

    private mutating func snpEntry(_ cursor: Cursor) -> SNPReferenceValues {
        let members = members(
            of: cursor,
            known: [
                "Platform", "ProductName", "CPUs", "TrustedMeasurement", "APEIP", "MinimumTCB", "GuestPolicy",
                "PlatformInfo", "MinimumMitigationVector", "AllowedChipIDs", "InsecureRoots",
            ])
        return SNPReferenceValues(
            platform: text(members["Platform"]), productName: text(members["ProductName"]),
            cpus: number(members["CPUs"], UInt16.self).map { Int($0) },
            trustedMeasurement: text(members["TrustedMeasurement"]), apeip: text(members["APEIP"]),
            minimumTCB: minimumTCB(members["MinimumTCB"]), guestPolicy: guestPolicy(members["GuestPolicy"]),
            platformInfo: platformInfo(members["PlatformInfo"]),
            minimumMitigationVector: number(members["MinimumMitigationVector"], UInt64.self) ?? 0,
            allowedChipIDs: texts(members["AllowedChipIDs"]), insecureRoots: texts(members["InsecureRoots"]) ?? [])
    }

    private mutating func tdxEntry(_ cursor: Cursor) -> TDXReferenceValues {
        let members = members(
            of: cursor,
            known: [
                "Platform", "MinTCBEvaluationDataNumber", "MrTd", "MrSeam", "Rtmrs", "Rtrms", "Xfam", "AllowedPIIDs",
                "MemoryIntegrity", "SMTDisabled", "StaticPlatform", "InsecureRoots",
            ])
        return TDXReferenceValues(
            platform: text(members["Platform"]),
            minTCBEvaluationDataNumber: number(members["MinTCBEvaluationDataNumber"], UInt32.self) ?? 0,
            mrTd: text(members["MrTd"]), mrSeam: text(members["MrSeam"]),
            rtmrs: texts(members["Rtmrs"] ?? members["Rtrms"]), xfam: text(members["Xfam"]),
            allowedPIIDs: texts(members["AllowedPIIDs"]), memoryIntegrity: flag(members["MemoryIntegrity"]),
            smtDisabled: flag(members["SMTDisabled"]), staticPlatform: flag(members["StaticPlatform"]),
            insecureRoots: texts(members["InsecureRoots"]) ?? [])
    }

    private mutating func minimumTCB(_ cursor: Cursor?) -> MinimumTCB {
        var tcb = MinimumTCB()
        guard let cursor else { return tcb }
        let members = members(of: cursor, known: MinimumTCB.fields.map(\.name))
        for (name, path) in MinimumTCB.fields { tcb[keyPath: path] = number(members[name], UInt8.self) }
        return tcb
    }

    /// Manifests from before this field was there have the policy that was fixed then.
    private mutating func guestPolicy(_ cursor: Cursor?) -> GuestPolicy {
        guard let cursor else { return GuestPolicy() }
        var policy = GuestPolicy(smt: false)
        let members = members(of: cursor, known: GuestPolicy.versions.map(\.name) + GuestPolicy.flags.map(\.name))
        for (name, path) in GuestPolicy.versions { policy[keyPath: path] = number(members[name], UInt8.self) ?? 0 }
        for (name, path) in GuestPolicy.flags { policy[keyPath: path] = flag(members[name]) }
        return policy
    }

    private mutating func platformInfo(_ cursor: Cursor?) -> PlatformInfo {
        var info = PlatformInfo()
        guard let cursor else { return info }
        let members = members(of: cursor, known: PlatformInfo.flags.map(\.name))
        for (name, path) in PlatformInfo.flags { info[keyPath: path] = flag(members[name]) }
        return info
    }
}
