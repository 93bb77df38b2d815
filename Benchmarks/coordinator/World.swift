// SPDX-License-Identifier: Apache-2.0

import Attestation
import CoordinatorAPI
import Digests
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import IR
import InitDataFormat
import SimulatedPlatform

/// A simulated platform, whose keys are in a file, and the manifest of a deployment on it.
struct World: Sendable {
    /// Of the Coordinator and of a workload.
    let documents = ["coordinator", "web"].map { InitData(data: [InitData.policyKey: "package \($0)"]).document }
    let manifest: Manifest
    private let platform: SimulatedSNPPlatform
    private let entry: SNPReferenceValues

    var hashes: [[UInt8]] { documents.map { SHA256.digest($0) } }

    init(directory: String) throws {
        let file = URL(fileURLWithPath: directory + "/platform.pem")
        if let pem = try? Data(contentsOf: file) {
            platform = try SimulatedSNPPlatform(pem: Array(pem))
        } else {
            let now = Int64(Date().timeIntervalSince1970)
            platform = try SimulatedSNPPlatform(
                .milan, notBefore: Timestamp(seconds: now - 86_400), notAfter: Timestamp(seconds: now + 86_400))
            try platform.pem().withBytes { try Data($0).write(to: file) }
        }
        entry = SNPReferenceValues(
            platform: "Metal-QEMU-SNP-Insecure", productName: "Milan",
            trustedMeasurement: String(repeating: "11", count: 48),
            minimumTCB: MinimumTCB(bootloaderVersion: 4, teeVersion: 2, snpVersion: 24, microcodeVersion: 219),
            platformInfo: PlatformInfo(smtEnabled: true), insecureRoots: [platform.root])
        var manifest = Manifest(policies: [
            Hex.text(SHA256.digest(documents[0])): PolicyEntry(sans: ["coordinator"], role: "coordinator"),
            Hex.text(SHA256.digest(documents[1])): PolicyEntry(sans: ["web"], workloadSecretID: "web"),
        ])
        manifest.referenceValues.snp = [entry]
        self.manifest = manifest
    }

    /// Makes the evidence of one of the guests, within this process.
    func issuer(_ guest: Int) -> any EvidenceIssuer {
        Issuer(platform: platform, entry: entry, hostData: hashes[guest])
    }

    private struct Issuer: EvidenceIssuer {
        var platform: SimulatedSNPPlatform
        var entry: SNPReferenceValues
        var hostData: [UInt8]

        func issue(reportData: [UInt8]) async throws -> EvidenceDocument {
            let attestation = try platform.attest(as: entry, hostData: hostData, reportData: reportData)
            return EvidenceDocument(kind: .snp, bytes: attestation.protobuf ?? [])
        }
    }
}

/// A request, so that the handshake is known to be over.
func ping(_ client: GRPCClient<HTTP2ClientTransport.Posix>) async throws {
    _ = try await MeshAPI.Client(wrapping: client).newMeshCert(NewMeshCertRequest())
}
