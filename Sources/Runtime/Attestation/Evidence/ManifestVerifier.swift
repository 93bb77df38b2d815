// SPDX-License-Identifier: Apache-2.0

package import IR

/// Accepts peers whose evidence meets a manifest; any entry of its reference values may match.
package struct ManifestVerifier: PeerVerifier {
    /// Gets what evidence does not bring along, such as Intel's collateral.
    package typealias Completion = @Sendable (Evidence) async -> EndorsementFiles

    package var manifest: Manifest
    package var policy: ExpectedPolicy
    package var snpAnchors: SNPTrustAnchors
    package var tdxRoots: [Certificate]
    private let endorsements: Completion

    /// - Parameters:
    ///   - policy: which of the manifest's policies the peer must run with.
    ///   - snpAnchors: AMD's roots; simulated ones only for a manifest of simulated platforms.
    ///   - tdxRoots: Intel's root; the same holds.
    package init(
        manifest: Manifest, policy: ExpectedPolicy, snpAnchors: SNPTrustAnchors = .amd,
        tdxRoots: [Certificate] = IntelRoot.certificates,
        endorsements: @escaping Completion = { _ in EndorsementFiles() }
    ) {
        self.manifest = manifest
        self.policy = policy
        self.snpAnchors = snpAnchors
        self.tdxRoots = tdxRoots
        self.endorsements = endorsements
    }

    package func verify(
        _ document: EvidenceDocument, reportData: [UInt8], at time: Timestamp
    ) async throws(EvidenceRefusal) -> any PeerClaims {
        let evidence = try Self.evidence(document)
        let files = await endorsements(evidence)
        var verifier = EvidenceVerifier(time: time, snpAnchors: snpAnchors, tdxRoots: tdxRoots)
        // A host could keep the list from whoever asks.
        verifier.snpRevocation = .required
        let expectation = Expectation(manifest: manifest, policy: policy, reportData: reportData)
        var trace = Trace()
        do throws(VerificationFailure) {
            return try verifier.verify(evidence, files, expectation, trace: &trace)
        } catch {
            throw .failed(error)
        }
    }

    private static func evidence(_ document: EvidenceDocument) throws(EvidenceRefusal) -> Evidence {
        let evidence: Evidence
        do throws(EvidenceError) {
            evidence = try Evidence(document.bytes)
        } catch {
            throw .malformed(error.reasons.joined(separator: "; "))
        }
        switch (evidence, document.kind) {
        case (.snp, .snp), (.tdx, .tdx): return evidence
        case (.snp, .tdx): throw .malformed("it is of SEV-SNP, but its object identifier is that of TDX")
        case (.tdx, .snp): throw .malformed("it is of TDX, but its object identifier is that of SEV-SNP")
        }
    }
}
