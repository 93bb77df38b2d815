// SPDX-License-Identifier: Apache-2.0

package import IR

/// What a verification of evidence has shown.
package struct VerifiedEvidence: Sendable {
    package enum Genuine: Sendable {
        case snp(GenuineSNPReport)
        case tdx(GenuineTDXQuote)
        /// A quote whose platform nobody has judged, since there was no collateral.
        case unjudgedTDX(TDXQuote)
    }

    package var genuine: Genuine
    /// The entry of the reference values that the evidence meets; `nil` when it was compared with nothing.
    package var entry: ManifestPath?
    /// The policy that the guest runs with.
    package var policyHash: String?
}

/// Verifies evidence of either kind with endorsements from files: whether it is genuine, and whether it meets a manifest.
package struct EvidenceVerifier: Sendable {
    package static let collateral = Rule(
        "tdx.collateral", "the platform is neither out of date nor revoked, by Intel's collateral",
        clause: "Intel PCS API v4")

    package var time: Timestamp
    package var snpAnchors: SNPTrustAnchors
    package var tdxRoots: [Certificate]
    /// Of a TDX platform; see `TDXVerifier.acceptedStatuses`.
    package var tcbStatuses: Set<TCBStatus>
    /// Whether AMD's list of revoked certificates must be there; that of Intel always must.
    package var snpRevocation = SNPVerifier.Revocation.ifGiven

    package init(
        time: Timestamp, snpAnchors: SNPTrustAnchors = .amd, tdxRoots: [Certificate] = IntelRoot.certificates,
        tcbStatuses: Set<TCBStatus> = [.upToDate]
    ) {
        self.time = time
        self.snpAnchors = snpAnchors
        self.tdxRoots = tdxRoots
        self.tcbStatuses = tcbStatuses
    }

    /// - Parameter expectation: what to compare the evidence with; `nil` asks only whether it is genuine.
    package func verify(
        _ evidence: Evidence, _ files: EndorsementFiles, _ expectation: Expectation?, trace: inout Trace
    ) throws(VerificationFailure) -> VerifiedEvidence {
        switch evidence {
        case .snp(let attestation):
            let verifier = SNPVerifier(anchors: snpAnchors, time: time, revocation: snpRevocation)
            let endorsements = attestation.endorsements.merging(files.snp)
            let genuine = try verifier.verify(attestation.report, endorsements, trace: &trace)
            guard let expectation else { return VerifiedEvidence(genuine: .snp(genuine)) }
            let accepted = try verifier.accept(genuine, expectation, trace: &trace)
            return VerifiedEvidence(genuine: .snp(genuine), entry: accepted.entry, policyHash: accepted.policyHash)
        case .tdx(let quote):
            let verifier = TDXVerifier(roots: tdxRoots, time: time, acceptedStatuses: tcbStatuses)
            guard let collateral = try collateral(files, isRequired: expectation != nil, &trace) else {
                let (quote, _) = try verifier.verifySignatures(quote, trace: &trace)
                return VerifiedEvidence(genuine: .unjudgedTDX(quote))
            }
            let genuine = try verifier.verify(quote, collateral, trace: &trace)
            guard let expectation else { return VerifiedEvidence(genuine: .tdx(genuine)) }
            let accepted = try verifier.accept(genuine, expectation, trace: &trace)
            return VerifiedEvidence(genuine: .tdx(genuine), entry: accepted.entry, policyHash: accepted.policyHash)
        }
    }

    private func collateral(
        _ files: EndorsementFiles, isRequired: Bool, _ trace: inout Trace
    ) throws(VerificationFailure) -> TDXCollateral? {
        let given: Result<TDXCollateral?, EndorsementError> = Result { () throws(EndorsementError) in
            try files.tdx(roots: tdxRoots)
        }
        if !isRequired, case .success(nil) = given {
            trace.skip(Self.collateral, because: "not all collateral was given")
            return nil
        }
        return try trace.step(Self.collateral) { () throws(Shortfall) in
            switch given {
            case .success(.some(let collateral)): return collateral
            case .success(nil):
                throw Shortfall("collateral", expected: "TCB info, QE identity and both CRLs", found: "not all of them")
            case .failure(let error):
                throw Shortfall("collateral", expected: "TCB info and QE identity", found: "\(error)")
            }
        }
    }
}

extension SNPEndorsements {
    /// These, with others in place of those that they have.
    package func merging(_ other: SNPEndorsements) -> SNPEndorsements {
        SNPEndorsements(
            endorsementKey: other.endorsementKey ?? endorsementKey, intermediate: other.intermediate ?? intermediate,
            root: other.root ?? root, revocationLists: revocationLists + other.revocationLists)
    }
}
