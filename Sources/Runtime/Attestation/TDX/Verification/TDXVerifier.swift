// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// Decides whether a TDX quote is genuine and its platform good: signatures, certificates, revocation, and the TCB level.
///
///     var trace = Trace()
///     let verifier = TDXVerifier(time: now)
///     let genuine = try verifier.verify(quote, collateral, trace: &trace)
///     let accepted = try verifier.accept(genuine, Expectation(manifest: manifest), trace: &trace)
package struct TDXVerifier: Sendable {
    /// Trust anchors, of which any one suffices.
    package var roots: [Certificate]
    package var time: Timestamp
    /// TCB statuses that are accepted. `Revoked` never is, also when it is listed here.
    package var acceptedStatuses: Set<TCBStatus>

    /// - Parameter acceptedStatuses: widen only for a reason: each other status means a known weakness.
    package init(
        roots: [Certificate] = IntelRoot.certificates, time: Timestamp, acceptedStatuses: Set<TCBStatus> = [.upToDate]
    ) {
        self.roots = roots
        self.time = time
        self.acceptedStatuses = acceptedStatuses
    }

    /// Verifies a quote.
    ///
    /// - Parameters:
    ///   - bytes: as the kernel or a quoting service gives it; zeros may follow.
    ///   - trace: takes each step, also those of a verification that fails.
    package func verify(
        _ bytes: [UInt8], _ collateral: TDXCollateral, trace: inout Trace
    ) throws(VerificationFailure) -> GenuineTDXQuote {
        let signed = try signatures(of: bytes, &trace)
        let anchors = Anchors(roots: roots, rootCRL: collateral.rootCRL, time: time)
        try anchors.requireNotRevoked(signed.chain, pckCRL: collateral.pckCRL, &trace)
        try trace.require(Self.report, of: signed.quote.report)
        let info = try document(
            try anchors.content(of: collateral.tcbInfo, TDXRules.tcbInfo, &trace), TDXRules.tcbInfo, of: \.validity,
            &trace, TCBInfo.init(json:))
        let identity = try document(
            try anchors.content(of: collateral.qeIdentity, TDXRules.qeIdentityDocument, &trace),
            TDXRules.qeIdentityDocument, of: \.validity, &trace, QEIdentity.init(json:))
        let evaluation = TCBEvaluation(
            pck: signed.platform, report: signed.quote.report, qeReport: signed.quote.signatureData.qeReport,
            info: info, identity: identity)
        return GenuineTDXQuote(
            quote: signed.quote, platform: signed.platform,
            tcb: try evaluation.evaluate(accepting: acceptedStatuses, &trace),
            evaluationDataNumber: min(info.evaluationDataNumber, identity.evaluationDataNumber))
    }

    /// Verifies what can be without collateral: that a platform of the root's signed the quote. Whether that platform is
    /// revoked or out of date stays open, so that the result is good for looking at and not for trusting.
    package func verifySignatures(
        _ bytes: [UInt8], trace: inout Trace
    ) throws(VerificationFailure) -> (quote: TDXQuote, platform: PCKExtension) {
        let signed = try signatures(of: bytes, &trace)
        return (signed.quote, signed.platform)
    }

    /// A quote that a platform of a trusted root signed.
    private struct SignedQuote {
        let quote: TDXQuote
        let chain: PCKChain
        let platform: PCKExtension
    }

    private func signatures(of bytes: [UInt8], _ trace: inout Trace) throws(VerificationFailure) -> SignedQuote {
        let quote = try trace.step(TDXRules.quoteFormat) { () throws(Shortfall) in
            do {
                return try TDXQuote(bytes: bytes)
            } catch {
                throw Shortfall("quote", expected: "a TDX quote", found: "\(error)")
            }
        }
        try trace.require(Self.header, of: quote)
        let anchors = Anchors(roots: roots, time: time)
        let chain = try anchors.chain(of: quote, &trace)
        let platform = try trace.step(TDXRules.pckExtension) { () throws(Shortfall) in try chain.platform }
        try checkSignatures(of: quote, chain.pck, &trace)
        return SignedQuote(quote: quote, chain: chain, platform: platform)
    }

    /// Reads a document whose signature has been verified, and compares its dates with the time.
    private func document<Document>(
        _ bytes: [UInt8], _ rule: TDXRules.Document, of validity: KeyPath<Document, CollateralValidity>,
        _ trace: inout Trace, _ read: ([UInt8]) throws(CollateralError) -> Document
    ) throws(VerificationFailure) -> Document {
        let document = try trace.step(rule.format) { () throws(Shortfall) in
            do throws(CollateralError) {
                return try read(bytes)
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

    /// Checks the chain of signatures from the PCK certificate over the quoting enclave's report to the quote.
    private func checkSignatures(
        of quote: TDXQuote, _ pck: Certificate, _ trace: inout Trace
    ) throws(VerificationFailure) {
        let data = quote.signatureData
        try trace.step(TDXRules.qeSignature) { () throws(Shortfall) in
            try pck.publicKey.require(data.qeReportSignature, over: data.qeReport.bytes, "QE report signature")
        }
        try trace.step(TDXRules.qeBinding) { () throws(Shortfall) in
            let expected =
                SHA256.digest(data.attestationKey + data.authenticationData) + [UInt8](repeating: 0, count: 32)
            let found = data.qeReport.reportData
            guard found == expected else {
                throw Shortfall("QE REPORTDATA", expected: .hex(expected), found: .hex(found))
            }
        }
        try trace.step(TDXRules.quoteSignature) { () throws(Shortfall) in
            guard let key = PublicKey(p256: data.attestationKey) else {
                throw Shortfall("attestation key", expected: "a point of P-256", found: .hex(data.attestationKey))
            }
            try key.require(data.signature, over: quote.signedBytes, "quote signature")
        }
    }
}

/// A quote that is genuine, from a platform whose TCB is accepted.
package struct GenuineTDXQuote: Sendable, Equatable {
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
