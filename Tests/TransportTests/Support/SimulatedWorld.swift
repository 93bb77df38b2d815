// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import IR
import SimulatedPlatform

/// A simulated platform, a manifest that pins it, and a guest of either role.
struct SimulatedWorld {
    static let coordinator = [UInt8](repeating: 0xC0, count: 32)
    static let workload = [UInt8](repeating: 0xA0, count: 32)

    /// Made once: RSA keys take long.
    static let shared: Result<SimulatedWorld, any Error> = Result { try SimulatedWorld() }

    let platform: SimulatedSNPPlatform
    let manifest: Manifest
    let entry: SNPReferenceValues
    let anchors: SNPTrustAnchors

    init() throws {
        let now = Timestamp.now().seconds
        platform = try SimulatedSNPPlatform(
            .milan, notBefore: Timestamp(seconds: now - 86_400), notAfter: Timestamp(seconds: now + 86_400),
            rsaBits: 2048)
        entry = SNPReferenceValues(
            platform: "Metal-QEMU-SNP-Insecure", productName: "Milan",
            trustedMeasurement: String(repeating: "11", count: 48),
            minimumTCB: MinimumTCB(bootloaderVersion: 4, teeVersion: 2, snpVersion: 24, microcodeVersion: 219),
            platformInfo: PlatformInfo(smtEnabled: true), insecureRoots: [platform.root])
        var manifest = Manifest(policies: [
            Hex.text(Self.coordinator): PolicyEntry(sans: ["coordinator"], role: "coordinator"),
            Hex.text(Self.workload): PolicyEntry(sans: ["web"]),
        ])
        manifest.referenceValues.snp = [entry]
        self.manifest = manifest
        let consent = SimulationConsent(environment: "1", command: true)
        anchors =
            try consent.flatMap { try SimulatedAnchors(manifest.referenceValues, $0)?.snp } ?? SNPTrustAnchors([:])
    }

    func verifier(_ policy: ExpectedPolicy) -> ManifestVerifier {
        ManifestVerifier(manifest: manifest, policy: policy, snpAnchors: anchors)
    }

    func issuer(_ hostData: [UInt8]) -> SimulatedIssuer {
        SimulatedIssuer(platform: platform, entry: entry, hostData: hostData)
    }
}

/// The simulated platform as guests see it, with what an attacker would change.
struct SimulatedIssuer: EvidenceIssuer {
    struct Failure: Error {}

    var platform: SimulatedSNPPlatform
    var entry: SNPReferenceValues
    var hostData: [UInt8]
    var kind = EvidenceDocument.Kind.snp
    var fails = false
    /// What is attested in place of what was asked.
    var reportData: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    /// What is sent in place of the document.
    var document: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    var delay = Duration.zero

    func issue(reportData: [UInt8]) async throws -> EvidenceDocument {
        if delay > .zero { try await Task.sleep(for: delay) }
        if fails { throw Failure() }
        let attestation = try platform.attest(as: entry, hostData: hostData, reportData: self.reportData(reportData))
        return EvidenceDocument(kind: kind, bytes: document(attestation.protobuf ?? []))
    }
}
