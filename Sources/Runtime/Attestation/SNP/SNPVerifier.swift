// SPDX-License-Identifier: Apache-2.0

/// A report whose signature leads to a trusted root.
package struct GenuineSNPReport: Sendable {
    package let report: SNPReport
    package let endorsementKey: SNPEndorsementKey
    /// The firmware versions, laid out as the product has them.
    package let currentTCB: SNPTCBVersion
    package let committedTCB: SNPTCBVersion
    package let launchTCB: SNPTCBVersion

    package var product: SNPProduct { endorsementKey.product }
    /// What the endorsement key proves: the firmware that has made the report.
    package var reportedTCB: SNPTCBVersion { endorsementKey.tcb }
}

/// Decides whether a report is genuine (AMD 57230, section 4; SEV-SNP ABI, section 7.3).
///
///     var trace = Trace()
///     let genuine = try SNPVerifier(time: now).verify(report, endorsements, trace: &trace)
package struct SNPVerifier: Sendable {
    /// Whether a CRL must be there.
    package enum Revocation: Sendable, Hashable {
        case required
        /// Without one, a step says that nobody looked.
        case ifGiven
    }

    package var anchors: SNPTrustAnchors
    package var time: Timestamp
    package var revocation: Revocation

    package init(anchors: SNPTrustAnchors = .amd, time: Timestamp, revocation: Revocation = .required) {
        self.anchors = anchors
        self.time = time
        self.revocation = revocation
    }

    /// - Parameter bytes: the report as the firmware made it.
    package func verify(
        _ bytes: [UInt8], _ endorsements: SNPEndorsements, trace: inout Trace
    ) throws(VerificationFailure) -> GenuineSNPReport {
        let report = try trace.step(SNPRules.layout) { () throws(Shortfall) in
            do throws(SNPReportError) { return try SNPReport(bytes) } catch { throw error.shortfall }
        }
        let key = try trace.step(SNPRules.endorsementKey) { () throws(Shortfall) in
            guard let certificate = endorsements.endorsementKey else {
                throw Shortfall("endorsement key", expected: "a VCEK or VLEK certificate", found: "none")
            }
            do throws(SNPEndorsementKeyError) { return try SNPEndorsementKey(certificate) } catch {
                throw error.shortfall
            }
        }
        try trace.require(Self.productRequirements(of: key), of: report)
        try verifyChain(key, endorsements, trace: &trace)
        try trace.step(SNPRules.signature) { () throws(Shortfall) in try Self.checkSignature(report, key) }
        try trace.require(Self.keyRequirements(key), of: report)
        return try trace.step(SNPRules.tcbOrder) { () throws(Shortfall) in try Self.genuine(report, key) }
    }

    private static func productRequirements(of key: SNPEndorsementKey) -> [Requirement<SNPReport>] {
        requirements {
            Requirement(SNPRules.product) { report in
                // Version 2 does not say; then only the certificate does.
                guard report.version >= 3, report.product != key.product else { return nil }
                return Shortfall(
                    "CPUID_FAM_ID", expected: "a processor of \(key.product.rawValue), as the certificate says",
                    found: report.product?.rawValue ?? "\(report.cpuid)")
            }
        }
    }

    private func verifyChain(
        _ key: SNPEndorsementKey, _ endorsements: SNPEndorsements, trace: inout Trace
    ) throws(VerificationFailure) {
        let anchor = try trace.step(SNPRules.root) { () throws(Shortfall) in
            guard let anchor = anchors.products[key.product] else {
                throw Shortfall("ARK", expected: "a root for \(key.product.rawValue)", found: "none")
            }
            guard endorsements.root == nil || endorsements.root == anchor.ark else {
                throw Shortfall(
                    "ARK", expected: "the built-in certificate of \(key.product.rawValue)", found: "another certificate"
                )
            }
            return anchor
        }
        let isChip = if case .chip = key.owner { true } else { false }
        let intermediate = try trace.step(SNPRules.path) { () throws(Shortfall) in
            guard let intermediate = endorsements.intermediate ?? (isChip ? anchor.ask : anchor.asvk) else {
                throw Shortfall(isChip ? "ASK" : "ASVK", expected: "a certificate", found: "none")
            }
            do throws(CertificatePathError) {
                try CertificatePath.validate(
                    [key.certificate, intermediate], root: anchor.ark, algorithm: .rsaPSSWithSHA384, at: time)
            } catch {
                let names = [isChip ? "VCEK" : "VLEK", isChip ? "ASK" : "ASVK", "ARK"]
                throw Shortfall(names[error.depth], expected: "a good certificate at \(time)", found: "\(error)")
            }
            return intermediate
        }
        guard revocation == .required || !endorsements.revocationLists.isEmpty else {
            return trace.skip(SNPRules.revocation, because: "no CRL was given")
        }
        try trace.step(SNPRules.revocation) { () throws(Shortfall) in
            try Self.checkRevocation(of: intermediate, by: anchor.ark, endorsements.revocationLists, at: time)
        }
    }

    /// Endorsement keys all have the serial number 0; what AMD revokes is the intermediate certificate.
    private static func checkRevocation(
        of intermediate: Certificate, by root: Certificate, _ lists: [RevocationList], at time: Timestamp
    ) throws(Shortfall) {
        let ofRoot = lists.filter { $0.issuer == root.subject }
        guard let list = ofRoot.max(by: { $0.thisUpdate < $1.thisUpdate }) else {
            throw Shortfall(
                "CRL", expected: "one of \(root.commonName)", found: lists.isEmpty ? "none" : "another issuer's")
        }
        do throws(RevocationError) {
            try list.check(intermediate, issuer: root, algorithm: .rsaPSSWithSHA384, at: time)
        } catch {
            throw Shortfall(
                "CRL", expected: "\(intermediate.commonName) not to be revoked at \(time)", found: "\(error)")
        }
    }

    private static func checkSignature(_ report: SNPReport, _ key: SNPEndorsementKey) throws(Shortfall) {
        let verdict = key.certificate.publicKey.verifyECDSA(r: report.r, s: report.s, message: report.signedBytes)
        switch verdict {
        case .valid: return
        case .invalid:
            throw Shortfall("SIGNATURE", expected: "one by the endorsement key", found: "one that does not verify")
        case .outOfRange:
            throw Shortfall("SIGNATURE", expected: "numbers above zero and below the order of P-384", found: "others")
        }
    }

    private static func keyRequirements(_ key: SNPEndorsementKey) -> [Requirement<SNPReport>] {
        requirements {
            Requirement(SNPRules.signingKey) { report in
                let isChip = if case .chip = key.owner { true } else { false }
                guard report.signingKey != (isChip ? .vcek : .vlek) else { return nil }
                return Shortfall("SIGNING_KEY", expected: isChip ? "VCEK" : "VLEK", found: "\(report.signingKey)")
            }
            Requirement(SNPRules.reportedTCB) { report in
                guard report.reportedTCB != key.tcb.raw else { return nil }
                let found = SNPTCBVersion(report.reportedTCB, key.product)
                let different = zip(key.tcb.components, found?.components ?? []).filter { $0.value != $1.value }
                let names = different.map { $0.0.name }.joined(separator: ", ")
                return Shortfall(
                    names.isEmpty ? "REPORTED_TCB" : "REPORTED_TCB (\(names))", expected: "\(key.tcb)",
                    found: found.map { "\($0)" } ?? "0x\(String(report.reportedTCB, radix: 16))")
            }
            if case .chip(let id) = key.owner {
                Requirement(SNPRules.chip) { report in
                    let expected = id + [UInt8](repeating: 0, count: 64 - id.count)
                    guard !report.isChipIDMasked, report.chipID != expected else { return nil }
                    return Shortfall("CHIP_ID", expected: .hex(expected), found: .hex(report.chipID))
                }
            }
        }
    }

    /// Reads the firmware versions as the product lays them out; none may be newer than the current ones.
    private static func genuine(_ report: SNPReport, _ key: SNPEndorsementKey) throws(Shortfall) -> GenuineSNPReport {
        func version(_ raw: UInt64, _ field: String) throws(Shortfall) -> SNPTCBVersion {
            guard let version = SNPTCBVersion(raw, key.product) else {
                throw Shortfall(field, expected: "reserved bytes of zero", found: "0x\(String(raw, radix: 16))")
            }
            return version
        }
        let current = try version(report.currentTCB, "CURRENT_TCB")
        let committed = try version(report.committedTCB, "COMMITTED_TCB")
        let launch = try version(report.launchTCB, "LAUNCH_TCB")
        for (field, other) in [("COMMITTED_TCB", committed), ("REPORTED_TCB", key.tcb)] {
            if let (found, newest) = current.componentsBelow(other).first {
                throw Shortfall(
                    "\(field) (\(found.name))", expected: "at most \(found.value), as CURRENT_TCB",
                    found: "\(newest.value)")
            }
        }
        return GenuineSNPReport(
            report: report, endorsementKey: key, currentTCB: current, committedTCB: committed, launchTCB: launch)
    }
}
