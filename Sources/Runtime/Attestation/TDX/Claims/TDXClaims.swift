// SPDX-License-Identifier: Apache-2.0

package import IR

extension TDXClaims {
    /// What every guest must claim, whatever the manifest says.
    package static let fixed: [Requirement<GenuineTDXQuote>] = requirements {
        Requirement(
            attributes, field: "ATTRIBUTES", of: \.quote.report.tdAttributes, equals: TDAttributes.septVEDisable,
            shown: { .hex($0) })
        zero(owner, "MROWNER") { $0.quote.report.mrOwner }
        zero(ownerConfig, "MROWNERCONFIG") { $0.quote.report.mrOwnerConfig }
        zero(serviceTD, "MRSERVICETD") { $0.quote.report.mrServiceTD ?? [] }
        zero(seamSigner, "MRSIGNERSEAM") { $0.quote.report.mrSignerSeam }
        zero(hostDataPadding, "MRCONFIGID, bytes 32 to 47") {
            Array($0.quote.report.mrConfigID[GenuineTDXQuote.hostDataSize...])
        }
    }

    private static func zero(
        _ rule: Rule, _ field: String, _ value: @escaping @Sendable (GenuineTDXQuote) -> [UInt8]
    ) -> Requirement<GenuineTDXQuote> {
        Requirement(rule) { genuine in
            let found = value(genuine)
            return found.allSatisfy { $0 == 0 } ? nil : Shortfall(field, expected: "zero", found: .hex(found))
        }
    }
}

extension TDXReferenceValues {
    /// What an entry of a manifest requires of a genuine quote.
    ///
    /// An entry that is still to be filled in, or malformed, is met by nothing.
    ///
    /// - Parameter path: where the entry stands.
    package func requirements(at path: ManifestPath) -> [Requirement<GenuineTDXQuote>] {
        Attestation.requirements {
            Self.equal(TDXClaims.mrTD, "MRTD", mrTd, path.key("MrTd")) { $0.quote.report.mrTD }
            Self.equal(TDXClaims.mrSeam, "MRSEAM", mrSeam, path.key("MrSeam")) { $0.quote.report.mrSeam }
            for index in 0..<Self.rtmrCount {
                let expected = rtmrs.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? ""
                Self.equal(TDXClaims.rtmr(index), "RTMR\(index)", expected, path.key("Rtmrs").index(index)) {
                    $0.quote.report.rtmrs[index]
                }
            }
            Self.equal(TDXClaims.xfam, "XFAM", xfam, path.key("Xfam")) {
                [UInt8](littleEndian: $0.quote.report.xfam)
            }
            if minTCBEvaluationDataNumber > 0 {
                evaluationRequirement(at: path.key("MinTCBEvaluationDataNumber"))
            }
            if let allowedPIIDs, !allowedPIIDs.isEmpty {
                Self.platformInstanceRequirement(allowedPIIDs, at: path.key("AllowedPIIDs"))
            }
            if memoryIntegrity {
                Requirement(
                    TDXClaims.memoryIntegrity, field: "SGX Type of the PCK certificate", of: \.platform.sgxType,
                    equals: .scalableWithIntegrity, origin: path.key("MemoryIntegrity"), shown: { "\($0)" })
            }
            if smtDisabled {
                Self.off(TDXClaims.smtDisabled, "SMT Enabled", path.key("SMTDisabled")) { $0.smtEnabled }
            }
            if staticPlatform {
                Self.off(TDXClaims.staticPlatform, "Dynamic Platform", path.key("StaticPlatform")) {
                    $0.dynamicPlatform
                }
            }
        }
    }

    /// - Parameter expected: hexadecimal text of the manifest.
    private static func equal(
        _ rule: Rule, _ field: String, _ expected: String, _ path: ManifestPath,
        _ value: @escaping @Sendable (GenuineTDXQuote) -> [UInt8]
    ) -> Requirement<GenuineTDXQuote> {
        Requirement(
            rule, field: field, of: { .hex(value($0)) }, equals: expected.asciiLowercased, origin: path,
            shown: { $0.isEmpty ? "a value, still to be filled in" : $0 })
    }

    private func evaluationRequirement(at path: ManifestPath) -> Requirement<GenuineTDXQuote> {
        Requirement(TDXClaims.evaluationDataNumber) { [minTCBEvaluationDataNumber] genuine in
            guard genuine.evaluationDataNumber < minTCBEvaluationDataNumber else { return nil }
            return Shortfall(
                "tcbEvaluationDataNumber", expected: "at least \(minTCBEvaluationDataNumber)",
                found: "\(genuine.evaluationDataNumber)", origin: path)
        }
    }

    private static func platformInstanceRequirement(
        _ allowed: [String], at path: ManifestPath
    ) -> Requirement<GenuineTDXQuote> {
        let platforms = Set(allowed.compactMap { Hex.decode($0) })
        return Requirement(TDXClaims.platformInstance) { genuine in
            let found = genuine.platform.platformInstanceID
            if let found, platforms.contains(found) { return nil }
            return Shortfall(
                "Platform Instance ID", expected: "one of \(allowed.count) listed",
                found: found.map { .hex($0) } ?? "none", origin: path)
        }
    }

    private static func off(
        _ rule: Rule, _ field: String, _ path: ManifestPath,
        _ flag: @escaping @Sendable (PCKExtension.Configuration) -> Bool?
    ) -> Requirement<GenuineTDXQuote> {
        Requirement(
            rule, field: "\(field) of the PCK certificate", of: { $0.platform.configuration.flatMap(flag) },
            equals: false, origin: path, shown: { $0.map { .flag($0) } ?? "not stated" })
    }
}
