// SPDX-License-Identifier: Apache-2.0

package import IR

/// A genuine report that meets a manifest.
package struct AcceptedSNPReport: Sendable {
    package let genuine: GenuineSNPReport
    /// The entry of the reference values that it meets.
    package let entry: ManifestPath
    /// The policy that the guest runs with: a key of the manifest's policies.
    package let policyHash: String
}

extension SNPVerifier {
    /// Compares a genuine report with a manifest: one entry of the reference values, a policy, and the request.
    package func accept(
        _ genuine: GenuineSNPReport, _ expectation: Expectation, trace: inout Trace
    ) throws(VerificationFailure) -> AcceptedSNPReport {
        let path = ManifestPath().key("ReferenceValues").key("snp")
        let entries = expectation.manifest.referenceValues.snp.enumerated().map { index, entry in
            let path = path.index(index)
            return Alternatives.Entry(path: path, requirements: entry.requirements(at: path))
        }
        let bindings: [Requirement<GenuineSNPReport>] = requirements {
            expectation.reportDataRequirement(SNPRules.reportData) { $0.report.reportData }
            expectation.policyRequirement(SNPRules.hostData, field: "HOST_DATA") { $0.report.hostData }
        }
        // All that falls short is told at once.
        var failed: [Step] = []
        do throws(VerificationFailure) {
            try trace.require(bindings, of: genuine)
        } catch {
            failed += error.steps
        }
        var entry: ManifestPath?
        do throws(VerificationFailure) {
            entry = try Alternatives(entries).require(of: genuine, rule: SNPRules.referenceValues, trace: &trace)
        } catch {
            failed += error.steps
        }
        guard failed.isEmpty, let entry else { throw VerificationFailure(steps: failed) }
        return AcceptedSNPReport(genuine: genuine, entry: entry, policyHash: .hex(genuine.report.hostData))
    }
}
