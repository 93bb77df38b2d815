// SPDX-License-Identifier: Apache-2.0

package import IR

/// A genuine quote that meets a manifest.
package struct AcceptedTDXQuote: Sendable {
    package let genuine: GenuineTDXQuote
    /// The entry of the reference values that it meets.
    package let entry: ManifestPath
    /// The policy that the guest runs with: a key of the manifest's policies.
    package let policyHash: String
}

extension GenuineTDXQuote {
    static let hostDataSize = 32

    /// The digest of the guest's initdata document, at the front of MRCONFIGID; Kata fills it up with zeros.
    package var hostData: [UInt8] { Array(quote.report.mrConfigID.prefix(Self.hostDataSize)) }
}

extension TDXVerifier {
    /// Compares a genuine quote with a manifest: one entry of the reference values, a policy, and the request.
    package func accept(
        _ genuine: GenuineTDXQuote, _ expectation: Expectation, trace: inout Trace
    ) throws(VerificationFailure) -> AcceptedTDXQuote {
        let path = ManifestPath().key("ReferenceValues").key("tdx")
        let entries = expectation.manifest.referenceValues.tdx.enumerated().map { index, entry in
            let path = path.index(index)
            return Alternatives.Entry(path: path, requirements: entry.requirements(at: path))
        }
        let bindings: [Requirement<GenuineTDXQuote>] = requirements {
            expectation.reportDataRequirement(TDXClaims.reportData) { $0.quote.report.reportData }
            expectation.policyRequirement(TDXClaims.hostData, field: "MRCONFIGID") { $0.hostData }
        }
        // All that falls short is told at once.
        var failed: [Step] = []
        do throws(VerificationFailure) {
            try trace.require(TDXClaims.fixed + bindings, of: genuine)
        } catch {
            failed += error.steps
        }
        var entry: ManifestPath?
        do throws(VerificationFailure) {
            entry = try Alternatives(entries).require(of: genuine, rule: TDXClaims.referenceValues, trace: &trace)
        } catch {
            failed += error.steps
        }
        guard failed.isEmpty, let entry else { throw VerificationFailure(steps: failed) }
        return AcceptedTDXQuote(genuine: genuine, entry: entry, policyHash: .hex(genuine.hostData))
    }
}
