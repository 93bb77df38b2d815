// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import IR

/// The consent to simulated platforms that the commands which verify evidence take.
struct InsecureOption: ParsableArguments {
    @Flag(name: .customLong("INSECURE"), help: "Trust the simulated platform that the manifest names.")
    var insecure = false

    func validate() throws {
        if insecure, consent == nil {
            throw ValidationError("'--INSECURE' also needs the variable \(SimulationConsent.variable)=1")
        }
    }

    private var consent: SimulationConsent? {
        SimulationConsent(environment: Environment[SimulationConsent.variable], command: insecure)
    }

    /// The roots that evidence must lead to: AMD's and Intel's, or with consent those of the simulated platform that the
    /// manifest names, which is announced. `nil` with an error.
    func roots(for manifest: Manifest?, path: String?, _ diagnostics: inout Diagnostics) -> TrustedRoots? {
        guard let values = manifest?.referenceValues, let consent else { return TrustedRoots() }
        do throws(SimulationError) {
            guard let simulated = try SimulatedAnchors(values, consent) else { return TrustedRoots() }
            EvidenceFiles.write(
                ["INSECURE: a simulated platform is trusted; its evidence proves nothing"], &diagnostics)
            return TrustedRoots(snp: simulated.snp, tdx: simulated.tdx)
        } catch {
            diagnostics.error(.malformedManifest, "\(error)", path: path)
            return nil
        }
    }
}

/// What evidence must lead to.
struct TrustedRoots {
    var snp = SNPTrustAnchors.amd
    var tdx = IntelRoot.certificates
}
