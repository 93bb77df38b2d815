// SPDX-License-Identifier: Apache-2.0

internal import ATLS
internal import Attestation
internal import Coordinator
internal import CoordinatorAPI
internal import Digests
internal import FoundationEssentials
internal import GRPCCore

/// The mesh API on the wire.
struct MeshAPIAdapter: MeshAPI.SimpleServiceProtocol {
    let mesh: MeshService
    let calls: CallLog

    func newMeshCert(
        request: NewMeshCertRequest, context: ServerContext
    ) async throws -> CoordinatorAPI.NewMeshCertResponse {
        try await calls.answer(.newMeshCert, context) { () async throws(CoordinatorError) in
            let result = try await mesh.newMeshCert(for: try AttestedPeer(context), at: .now())
            var response = CoordinatorAPI.NewMeshCertResponse()
            response.meshCacert = Data(result.meshCA)
            response.certChain = Data(result.certificateChain)
            response.rootCacert = Data(result.rootCA)
            response.workloadSecret = result.workloadSecret?.withBytes { Data($0) } ?? Data()
            return response
        }
    }

    func recover(request: MeshRecoverRequest, context: ServerContext) async throws -> MeshRecoverResponse {
        try await calls.answer(.recoverPeer, context) { () async throws(CoordinatorError) in
            let result = try await mesh.recover(try AttestedPeer(context))
            var response = MeshRecoverResponse()
            response.seed = result.seed.withBytes { Data($0) }
            response.salt = result.salt.withBytes { Data($0) }
            response.meshCakey = result.meshKeyPEM.withBytes { Data($0) }
            response.latestManifest = Data(result.manifest)
            response.latestTransition = Data(result.latestTransition ?? [])
            return response
        }
    }
}

extension AttestedPeer {
    /// The client of a request, which the handshake has verified.
    fileprivate init(_ context: ServerContext) throws(CoordinatorError) {
        guard let peer = context.peer, let publicKey = peer.publicKey, let claims = peer.claims as? MeshClaims,
            let attested = AttestedPeer(
                publicKey: publicKey, address: peer.address, evidence: claims.evidence, state: claims.state)
        else {
            throw CoordinatorError(.permissionDenied, .permissionDenied, "peer not authorized: it has not attested")
        }
        self = attested
    }
}

/// What a peer's evidence has shown, and by the manifest of which state.
struct MeshClaims: PeerClaims {
    var evidence: VerifiedEvidence
    var state: ServingState
}

/// Verifies peers against the manifest that is served when their handshake takes place.
struct MeshVerifier: PeerVerifier {
    let states: StateGuard
    /// Makes the verifier of a manifest; throws when its roots cannot be used.
    let verifier: @Sendable (ServingState) throws(EvidenceRefusal) -> ManifestVerifier

    func verify(
        _ document: EvidenceDocument, reportData: [UInt8], at time: Timestamp
    ) async throws(EvidenceRefusal) -> any PeerClaims {
        let state: ServingState
        do throws(CoordinatorError) {
            state = try states.state()
        } catch {
            throw .notReady(error.message)
        }
        let claims = try await verifier(state).verify(document, reportData: reportData, at: time)
        guard let evidence = claims as? VerifiedEvidence else { throw .malformed("its claims are of another kind") }
        return MeshClaims(evidence: evidence, state: state)
    }
}
