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

/// What one Coordinator tells another of the same manifest. Nothing of it has been checked.
package struct PeerSecrets: Sendable {
    package var seed: SecretBytes
    package var salt: SecretBytes
    /// PEM of SEC1.
    package var meshKeyPEM: SecretBytes
    package var manifest: [UInt8]
    /// Hash of the transition that led to the manifest; `nil` from releases that do not tell.
    package var latestTransition: [UInt8]?
}

extension CoordinatorConnection {
    /// What a Coordinator needs to serve; the connection must show the evidence of one.
    package func recoverySecrets() async throws(CallError) -> PeerSecrets {
        var response = try await call {
            try await MeshAPI.Client(wrapping: $0).recover(
                request: ClientRequest(message: CoordinatorAPI.MeshRecoverRequest()))
        }
        var (seed, salt, key) = (Array(response.seed), Array(response.salt), Array(response.meshCakey))
        (response.seed, response.salt, response.meshCakey) = (Data(), Data(), Data())
        return PeerSecrets(
            seed: SecretBytes(zeroing: &seed), salt: SecretBytes(zeroing: &salt),
            meshKeyPEM: SecretBytes(zeroing: &key), manifest: Array(response.latestManifest),
            latestTransition: response.latestTransition.isEmpty ? nil : Array(response.latestTransition))
    }

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
