// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import CoordinatorAPI
import FoundationEssentials
import GRPCCore

/// Answers with what the server knows of the client.
struct TestUserService: UserAPI.SimpleServiceProtocol {
    /// Called when a request that takes long has started.
    var onRecover: @Sendable () -> Void = {}

    func setManifest(request: SetManifestRequest, context: ServerContext) async throws -> SetManifestResponse {
        var response = SetManifestResponse()
        // The sizes, so that a large request has a small answer.
        response.rootCa = .init("\(request.manifest.count)".utf8)
        response.meshCa = .init(context.peer?.publicKey ?? [])
        return response
    }

    func getManifests(request: GetManifestsRequest, context: ServerContext) async throws -> GetManifestsResponse {
        guard let peer = context.peer else { throw RPCError(code: .internalError, message: "no peer") }
        var response = GetManifestsResponse()
        response.manifests = [.init(peer.publicKey ?? []), .init((peer.address ?? "").utf8)]
        response.policies = context.peer?.claims == nil ? [] : [.init([1])]
        return response
    }

    func recover(request: RecoverRequest, context: ServerContext) async throws -> RecoverResponse {
        onRecover()
        try await Task.sleep(for: .milliseconds(500))
        return RecoverResponse()
    }
}

struct TestMeshService: MeshAPI.SimpleServiceProtocol {
    func newMeshCert(request: NewMeshCertRequest, context: ServerContext) async throws -> NewMeshCertResponse {
        guard let claims = context.peer?.claims as? VerifiedEvidence else {
            throw RPCError(code: .permissionDenied, message: "no evidence")
        }
        var response = NewMeshCertResponse()
        response.certChain = .init((claims.policyHash ?? "").utf8)
        response.workloadSecret = .init(context.peer?.publicKey ?? [])
        return response
    }

    func recover(request: MeshRecoverRequest, context: ServerContext) async throws -> MeshRecoverResponse {
        throw RPCError(code: .unimplemented, message: "not here")
    }
}
