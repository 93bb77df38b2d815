// SPDX-License-Identifier: Apache-2.0

package import IR

/// What a verified quote must claim of its guest and platform.
package enum TDXClaims {
    /// What every guest must claim, whatever the manifest says.
    package static let fixed: [Requirement<VerifiedTDXQuote>] = Attestation.requirements {
        Requirement(
            attributes, field: "ATTRIBUTES", of: { $0.quote.report.tdAttributes },
            equals: TDAttributes.septVEDisable, shown: TDXVerifier.hex)
        zero(owner, "MROWNER") { $0.quote.report.mrOwner }
        zero(ownerConfig, "MROWNERCONFIG") { $0.quote.report.mrOwnerConfig }
        zero(serviceTD, "MRSERVICETD") { $0.quote.report.mrServiceTD ?? [] }
        zero(seamSigner, "MRSIGNERSEAM") { $0.quote.report.mrSignerSeam }
        zero(hostDataPadding, "MRCONFIGID, bytes 32 to 47") { Array($0.quote.report.mrConfigID[hostDataSize...]) }
    }

    /// The entries of a manifest for TDX, of which any one suffices.
    package static func alternatives(_ values: ReferenceValues) -> Alternatives<VerifiedTDXQuote> {
        Alternatives(
            values.tdx.enumerated().map { index, entry in
                let path = ManifestPath().key("ReferenceValues").key("tdx").index(index)
                return Alternatives.Entry(path: path, requirements: requirements(of: entry, at: path))
            })
    }

    /// What one entry of a manifest demands. A value that is no hexadecimal text of its field's length matches nothing.
    package static func requirements(
        of entry: TDXReferenceValues, at path: ManifestPath
    ) -> [Requirement<VerifiedTDXQuote>] {
        Attestation.requirements {
            equal(mrTD, "MRTD", entry.mrTd, path.key("MrTd")) { $0.quote.report.mrTD }
            equal(mrSeam, "MRSEAM", entry.mrSeam, path.key("MrSeam")) { $0.quote.report.mrSeam }
            rtmrs(entry.rtmrs ?? [], path.key("Rtmrs"))
            equal(xfam, "XFAM", entry.xfam, path.key("Xfam")) { [UInt8](littleEndian: $0.quote.report.xfam) }
            if entry.minTCBEvaluationDataNumber > 0 {
                evaluation(entry.minTCBEvaluationDataNumber, path.key("MinTCBEvaluationDataNumber"))
            }
            if let allowed = entry.allowedPIIDs, !allowed.isEmpty {
                platformInstance(allowed, path.key("AllowedPIIDs"))
            }
            if entry.memoryIntegrity {
                Requirement(
                    memoryIntegrity, field: "SGX type of the PCK certificate", of: { $0.platform.sgxType },
                    equals: .scalableWithIntegrity, origin: path.key("MemoryIntegrity"), shown: { "\($0)" })
            }
            if entry.smtDisabled {
                off(smtDisabled, "SMT Enabled", path.key("SMTDisabled")) { $0.smtEnabled }
            }
            if entry.staticPlatform {
                off(staticPlatform, "Dynamic Platform", path.key("StaticPlatform")) { $0.dynamicPlatform }
            }
        }
    }

    /// The guest was started with one of these initdata documents.
    ///
    /// - Parameter policies: keys of the manifest's policies, SHA-256 in hexadecimal.
    package static func hostData(oneOf policies: [String]) -> Requirement<VerifiedTDXQuote> {
        Requirement(hostData) { subject in
            let found = Hex.text(subject.hostData)
            guard !policies.contains(where: { $0.asciiLowercased == found }) else { return nil }
            return Shortfall(
                "MRCONFIGID", expected: "one of the \(policies.count) policies", found: found,
                origin: ManifestPath().key("Policies"))
        }
    }

    /// The guest put these 64 bytes into its quote.
    package static func reportData(_ expected: [UInt8]) -> Requirement<VerifiedTDXQuote> {
        Requirement(
            reportData, field: "REPORTDATA", of: { $0.quote.report.reportData }, equals: expected, shown: Hex.text)
    }

    static let hostDataSize = 32
}

extension VerifiedTDXQuote {
    /// The digest of the guest's initdata document, 32 bytes at the front of MRCONFIGID; Kata fills it up with zeros.
    package var hostData: [UInt8] { Array(quote.report.mrConfigID.prefix(TDXClaims.hostDataSize)) }
}

extension TDXClaims {
    private static func zero(
        _ rule: Rule, _ field: String, _ value: @escaping @Sendable (VerifiedTDXQuote) -> [UInt8]
    ) -> Requirement<VerifiedTDXQuote> {
        Requirement(rule) { subject in
            let found = value(subject)
            return found.allSatisfy { $0 == 0 } ? nil : Shortfall(field, expected: "zero", found: Hex.text(found))
        }
    }

    /// - Parameter expected: hexadecimal text from the manifest.
    private static func equal(
        _ rule: Rule, _ field: String, _ expected: String, _ path: ManifestPath,
        _ value: @escaping @Sendable (VerifiedTDXQuote) -> [UInt8]
    ) -> Requirement<VerifiedTDXQuote> {
        Requirement(
            rule, field: field, of: { Hex.text(value($0)) }, equals: expected.asciiLowercased, origin: path,
            shown: { $0.isEmpty ? "nothing" : $0 })
    }

    private static func rtmrs(_ expected: [String], _ path: ManifestPath) -> [Requirement<VerifiedTDXQuote>] {
        (0..<TDXReferenceValues.rtmrCount).map { index in
            equal(rtmr(index), "RTMR\(index)", expected.count > index ? expected[index] : "", path.index(index)) {
                $0.quote.report.rtmrs[index]
            }
        }
    }

    private static func evaluation(_ minimum: UInt32, _ path: ManifestPath) -> Requirement<VerifiedTDXQuote> {
        Requirement(evaluationDataNumber) { subject in
            guard subject.evaluationDataNumber < minimum else { return nil }
            return Shortfall(
                "tcbEvaluationDataNumber", expected: "at least \(minimum)", found: "\(subject.evaluationDataNumber)",
                origin: path)
        }
    }

    private static func platformInstance(
        _ allowed: [String], _ path: ManifestPath
    ) -> Requirement<VerifiedTDXQuote> {
        Requirement(platformInstance) { subject in
            let found = subject.platform.platformInstanceID.map { Hex.text($0) }
            guard let found, allowed.contains(where: { $0.asciiLowercased == found }) else {
                return Shortfall(
                    "Platform Instance ID", expected: allowed.joined(separator: " or "), found: found ?? "none",
                    origin: path)
            }
            return nil
        }
    }

    private static func off(
        _ rule: Rule, _ field: String, _ path: ManifestPath,
        _ flag: @escaping @Sendable (PCKExtension.Configuration) -> Bool?
    ) -> Requirement<VerifiedTDXQuote> {
        Requirement(
            rule, field: "\(field) of the PCK certificate", of: { $0.platform.configuration.flatMap(flag) },
            equals: false, origin: path, shown: { $0.map { "\($0)" } ?? "not stated" })
    }
}
