// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// Verifies that a TDX quote is genuine and its platform good: signatures, certificates, revocation, and the TCB level.
/// What the quote claims of the guest is compared with a manifest by `TDXClaims`.
package struct TDXVerifier: Sendable {
    /// Trust anchors, of which any one suffices; production uses `IntelRoot.certificates`.
    package var roots: [Certificate]
    /// TCB statuses that are accepted. `Revoked` never is, also when it is listed here.
    package var acceptedStatuses: Set<TCBStatus>

    /// - Parameter acceptedStatuses: widen only for a reason: each other status means a known weakness.
    package init(
        roots: [Certificate] = IntelRoot.certificates, acceptedStatuses: Set<TCBStatus> = [.upToDate]
    ) {
        self.roots = roots
        self.acceptedStatuses = acceptedStatuses
    }

    /// Verifies a quote at a time.
    ///
    /// - Parameters:
    ///   - quote: as the kernel or a quoting service gives it; zeros may follow.
    ///   - trace: takes each step, also those of a verification that fails.
    package func verify(
        quote: [UInt8], collateral: TDXCollateral, at time: Timestamp, trace: inout Trace
    ) throws(VerificationFailure) -> VerifiedTDXQuote {
        let quote = try trace.step(TDXRule.quoteFormat) { () throws(Shortfall) in
            do {
                return try TDXQuote(bytes: quote)
            } catch {
                throw Shortfall("quote", expected: "a TDX quote", found: "\(error)")
            }
        }
        try trace.require(Self.header, of: quote)
        let anchors = Anchors(roots: roots, rootCRL: collateral.rootCRL, time: time)
        let platform = try platform(of: quote, collateral, anchors, &trace)
        try signatures(of: quote, platform.certificate, &trace)
        try trace.require(Self.report, of: quote.report)
        let signedInfo = try anchors.content(of: collateral.tcbInfo, TDXRule.tcbInfo, &trace)
        let info = try document(TDXRule.tcbInfo, at: time, of: \.validity, &trace) { () throws(CollateralError) in
            try TCBInfo(json: signedInfo)
        }
        let signedIdentity = try anchors.content(of: collateral.qeIdentity, TDXRule.qeIdentityDocument, &trace)
        let identity = try document(
            TDXRule.qeIdentityDocument, at: time, of: \.validity, &trace
        ) { () throws(CollateralError) in try QEIdentity(json: signedIdentity) }
        let evaluation = TCBEvaluation(
            pck: platform.description, report: quote.report, qeReport: quote.signatureData.qeReport, info: info,
            identity: identity)
        let result = try evaluation.evaluate(accepting: acceptedStatuses, &trace)
        return VerifiedTDXQuote(
            quote: quote, platform: platform.description, tcb: result,
            evaluationDataNumber: min(info.evaluationDataNumber, identity.evaluationDataNumber))
    }

    /// Reads a document whose signature has been verified, and compares its dates with the time.
    private func document<Document>(
        _ rule: TDXRule.Document, at time: Timestamp, of validity: KeyPath<Document, CollateralValidity>,
        _ trace: inout Trace, _ read: () throws(CollateralError) -> Document
    ) throws(VerificationFailure) -> Document {
        let document = try trace.step(rule.format) { () throws(Shortfall) in
            do throws(CollateralError) {
                return try read()
            } catch {
                throw Shortfall(error.path, expected: "a document of the known form", found: "\(error)")
            }
        }
        let validity = document[keyPath: validity]
        try trace.step(rule.validity) { () throws(Shortfall) in
            guard validity.issueDate <= time else {
                throw Shortfall("issueDate", expected: "at most \(time)", found: "\(validity.issueDate)")
            }
            guard time <= validity.nextUpdate else {
                throw Shortfall("nextUpdate", expected: "at least \(time)", found: "\(validity.nextUpdate)")
            }
        }
        return document
    }

    /// Verifies the chain of signatures from the PCK certificate over the quoting enclave's report to the quote.
    private func signatures(
        of quote: TDXQuote, _ pck: Certificate, _ trace: inout Trace
    ) throws(VerificationFailure) {
        let data = quote.signatureData
        try trace.step(TDXRule.qeSignature) { () throws(Shortfall) in
            try pck.publicKey.require(data.qeReportSignature, over: data.qeReport.bytes, "QE report signature")
        }
        try trace.step(TDXRule.qeBinding) { () throws(Shortfall) in
            let expected =
                SHA256.digest(data.attestationKey + data.authenticationData) + [UInt8](repeating: 0, count: 32)
            let found = data.qeReport.reportData
            guard found == expected else {
                throw Shortfall("QE REPORTDATA", expected: Hex.text(expected), found: Hex.text(found))
            }
        }
        try trace.step(TDXRule.quoteSignature) { () throws(Shortfall) in
            guard let key = PublicKey(p256: data.attestationKey) else {
                throw Shortfall("attestation key", expected: "a point of P-256", found: Hex.text(data.attestationKey))
            }
            try key.require(data.signature, over: quote.signedBytes, "quote signature")
        }
    }
}

/// A quote that is genuine, from a platform whose TCB is accepted.
package struct VerifiedTDXQuote: Sendable, Equatable {
    package let quote: TDXQuote
    package let platform: PCKExtension
    package let tcb: TDXTCB
    /// The lower of TCB info's and QE identity's; which evaluation of Intel's was applied.
    package let evaluationDataNumber: UInt32
}

extension PublicKey {
    /// - Parameter signature: r and s, big-endian, of equal length.
    func require(_ signature: [UInt8], over message: [UInt8], _ field: String) throws(Shortfall) {
        let half = signature.count / 2
        guard kind == .p256 else { throw Shortfall(field, expected: "made with a P-256 key", found: "\(kind)") }
        let verdict = verifyECDSA(r: Array(signature[..<half]), s: Array(signature[half...]), message: message)
        guard verdict == .valid else {
            throw Shortfall(
                field, expected: "a valid signature",
                found: verdict == .outOfRange ? "r or s is out of range" : "an invalid signature")
        }
    }
}
