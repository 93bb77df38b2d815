// SPDX-License-Identifier: Apache-2.0

internal import CoordinatorAPI
package import Digests
internal import FoundationEssentials
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix

/// What a workload gets from the Coordinator.
package struct IssuedCertificates: Sendable {
    /// PEM.
    package var meshCA: [UInt8]
    /// PEM of the workload's certificate and the intermediate one.
    package var chain: [UInt8]
    /// PEM.
    package var rootCA: [UInt8]
    /// `nil` where the manifest gives the workload none.
    package var workloadSecret: SecretBytes?
}

extension CoordinatorConnection {
    /// A certificate for the key of the connection, which must show evidence for it.
    package func newMeshCertificate() async throws(CallError) -> IssuedCertificates {
        var response = try await call {
            try await MeshAPI.Client(wrapping: $0).newMeshCert(
                request: ClientRequest(message: CoordinatorAPI.NewMeshCertRequest()))
        }
        var secret = Array(response.workloadSecret)
        response.workloadSecret = Data()
        return IssuedCertificates(
            meshCA: Array(response.meshCacert), chain: Array(response.certChain), rootCA: Array(response.rootCacert),
            workloadSecret: secret.isEmpty ? nil : SecretBytes(zeroing: &secret))
    }
}
