// SPDX-License-Identifier: Apache-2.0

internal import Attestation

extension EndorsementFetcher {
    /// All four parts of the collateral, unless the files have all of them.
    func complete(_ files: inout EndorsementFiles, for bytes: [UInt8], _ run: FetchRun) async {
        guard (try? files.tdx(roots: verifier.tdxRoots)) == nil, let quote = try? TDXQuote(bytes: bytes),
            let platform = Self.platform(of: quote)
        else { return }
        // Each is asked for, so that what is wrong is told at once.
        let rootCRL = await run.get(services.rootRevocationList, judge: Self.judgeList)
        let pckCRL = await run.get(services.revocationList(platform.authority), judge: Self.judgeList)
        let tcbInfo = await document(services.tcbInfo(fmspc: platform.fmspc), "tcbInfo", run)
        let qeIdentity = await document(services.qeIdentity, "enclaveIdentity", run)
        guard let rootCRL, let pckCRL, let tcbInfo, let qeIdentity else { return }
        let collateral = TDXCollateral(
            rootCRL: rootCRL.body, pckCRL: pckCRL.body, tcbInfo: tcbInfo, qeIdentity: qeIdentity)
        try? files.add(collateral.json)
    }

    private func document(
        _ request: EndorsementRequest, _ member: String, _ run: FetchRun
    ) async -> TDXCollateral.SignedDocument? {
        @Sendable func read(_ answer: EndorsementAnswer) throws(CollateralError) -> TDXCollateral.SignedDocument {
            try TDXCollateral.SignedDocument(response: answer.body, member: member, issuerChain: answer.issuerChain)
        }
        let answer = await run.get(request) { answer in
            do throws(CollateralError) { _ = try read(answer) } catch { return .malformed("\(error)") }
            guard (try? PEMFile(answer.issuerChain)) != nil else { return .malformed("no issuers in PEM") }
            return .good
        }
        return answer.flatMap { try? read($0) }
    }

    /// What is asked for anew each time is good in the right form: a bad one does not last.
    @Sendable private static func judgeList(_ answer: EndorsementAnswer) -> EndorsementClient.Verdict {
        (try? RevocationList(der: answer.body)) == nil ? .malformed("no CRL in DER") : .good
    }

    private static func platform(
        of quote: TDXQuote
    ) -> (fmspc: [UInt8], authority: EndorsementServices.PCKAuthority)? {
        let pem = quote.signatureData.certificateChain
        guard let chain = try? PEMFile(pem.last == 0 ? Array(pem.dropLast()) : pem).certificates,
            let value = chain.first?.extension(PCKExtension.oid)?.value, let platform = try? PCKExtension(der: value)
        else { return nil }
        let isProcessor = chain.dropFirst().first?.commonName == "Intel SGX PCK Processor CA"
        return (platform.fmspc, isProcessor ? .processor : .platform)
    }
}
