// SPDX-License-Identifier: Apache-2.0

internal import Attestation

extension EndorsementFetcher {
    /// The VCEK of the chip that made the report, and the CRL of the root. A VLEK is not published: evidence brings it.
    func complete(_ files: inout EndorsementFiles, for attestation: SNPAttestation, _ run: FetchRun) async {
        guard let report = try? SNPReport(attestation.report) else { return }
        let given = files.snp.endorsementKey ?? attestation.endorsements.endorsementKey
        if given == nil, let requests = vcekRequests(report), let first = requests.first {
            let answer = await run.get(first, or: Array(requests.dropFirst())) { [snp = files.snp] answer in
                judge(answer, of: attestation, snp)
            }
            if let answer { try? files.add(answer.body) }
        }
        let key = files.snp.endorsementKey ?? attestation.endorsements.endorsementKey
        guard files.snp.revocationLists.isEmpty, attestation.endorsements.revocationLists.isEmpty,
            let product = key.flatMap({ try? SNPEndorsementKey($0) })?.product ?? report.product
        else { return }
        let list = await run.get(services.revocationList(product, report.signingKey)) { answer in
            judge(answer, product)
        }
        if let list { try? files.add(list.body) }
    }

    /// Reports of version 2 do not say of which product they are, but only two are that old.
    private func vcekRequests(_ report: SNPReport) -> [EndorsementRequest]? {
        guard report.signingKey == .vcek, !report.isChipIDMasked else { return nil }
        let products = report.version < 3 ? [.milan, .genoa] : report.product.map { [$0] } ?? []
        return products.compactMap { product in
            SNPTCBVersion(report.reportedTCB, product).map {
                services.vcek(product, chipID: Array(report.chipID.prefix(product.chipIDSize)), tcb: $0)
            }
        }
    }

    /// A certificate is good when the report verifies with it.
    private func judge(
        _ answer: EndorsementAnswer, of attestation: SNPAttestation, _ given: SNPEndorsements
    ) -> EndorsementClient.Verdict {
        guard let certificate = try? Certificate(der: answer.body) else { return .malformed("no certificate in DER") }
        do throws(SNPEndorsementKeyError) { _ = try SNPEndorsementKey(certificate) } catch {
            return .malformed("\(error.shortfall)")
        }
        let endorsements = SNPEndorsements(
            endorsementKey: certificate, intermediate: given.intermediate ?? attestation.endorsements.intermediate,
            root: given.root ?? attestation.endorsements.root)
        let snp = SNPVerifier(anchors: verifier.snpAnchors, time: verifier.time, revocation: .ifGiven)
        var trace = Trace()
        let isGenuine = (try? snp.verify(attestation.report, endorsements, trace: &trace)) != nil
        return isGenuine ? .good : .doubtful
    }

    /// A CRL is good when the root has signed it and it is current, whatever it lists.
    private func judge(
        _ answer: EndorsementAnswer, _ product: SNPProduct
    ) -> EndorsementClient.Verdict {
        guard let list = try? RevocationList(der: answer.body) else { return .malformed("no CRL in DER") }
        guard let root = verifier.snpAnchors.products[product]?.ark else { return .doubtful }
        do throws(RevocationError) {
            try list.check(root, issuer: root, algorithm: .rsaPSSWithSHA384, at: verifier.time)
        } catch .revoked {
            return .good
        } catch {
            return .doubtful
        }
        return .good
    }
}
