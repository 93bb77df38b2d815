// SPDX-License-Identifier: Apache-2.0

internal import ATLS
internal import Coordinator
internal import CoordinatorAPI
internal import Digests
internal import FoundationEssentials
internal import GRPCCore
internal import History
internal import Identity

/// The user API on the wire.
struct UserAPIAdapter: UserAPI.SimpleServiceProtocol {
    let users: UserService
    let calls: CallLog

    func setManifest(
        request: CoordinatorAPI.SetManifestRequest, context: ServerContext
    ) async throws -> CoordinatorAPI.SetManifestResponse {
        try await calls.answer(.setManifest, context) { () async throws(CoordinatorError) in
            let result = try await users.setManifest(
                Coordinator.SetManifestRequest(
                    manifest: Array(request.manifest), policies: request.policies.map { Array($0) },
                    packedPolicies: Array(request.packedPolicies),
                    previousTransitionHash: Array(request.previousTransitionHash),
                    signature: Array(request.signature)),
                from: Peer(context))
            var response = CoordinatorAPI.SetManifestResponse()
            response.rootCa = Data(result.rootCA)
            response.meshCa = Data(result.meshCA)
            if let document = result.seedShares {
                response.seedSharesDoc.salt = Data(document.salt)
                response.seedSharesDoc.seedShares = document.shares.map { share in
                    var message = CoordinatorAPI.SeedShare()
                    message.publicKey = share.publicKey
                    message.encryptedSeed = Data(share.encryptedSeed)
                    return message
                }
            }
            return response
        }
    }

    func getManifests(
        request: GetManifestsRequest, context: ServerContext
    ) async throws -> CoordinatorAPI.GetManifestsResponse {
        try await calls.answer(.getManifests, context) { () async throws(CoordinatorError) in
            let document = request.document.isEmpty ? nil : Array(request.document)
            let result = try await users.getManifests(document: document, isPacked: request.packed)
            var response = CoordinatorAPI.GetManifestsResponse()
            response.manifests = result.manifests.map { Data($0) }
            response.policies = result.policies.map { Data($0) }
            response.packedManifests = Data(result.packed?.manifests ?? [])
            response.packedPolicies = Data(result.packed?.policies ?? [])
            response.rootCa = Data(result.rootCA)
            response.meshCa = Data(result.meshCA)
            response.latestTransition.transitionHash = Data(result.latestTransition.transitionHash)
            response.latestTransition.signature = Data(result.latestTransition.signature)
            response.previousTransitionHash = Data(result.previousTransition ?? [])
            response.trustsFirstUse = result.trustsFirstUse
            response.ownerSignature = Data(result.ownerSignature ?? [])
            return response
        }
    }

    func recover(
        request: CoordinatorAPI.RecoverRequest, context: ServerContext
    ) async throws -> CoordinatorAPI.RecoverResponse {
        try await calls.answer(.recover, context) { () async throws(CoordinatorError) in
            var seed = Array(request.seed)
            var salt = Array(request.salt)
            try await users.recover(
                Coordinator.RecoverRequest(
                    seed: SecretBytes(zeroing: &seed), salt: SecretBytes(zeroing: &salt), force: request.force),
                from: Peer(context))
            return CoordinatorAPI.RecoverResponse()
        }
    }
}

extension Peer {
    fileprivate init(_ context: ServerContext) {
        self.init(publicKey: context.peer?.publicKey, address: context.peer?.address)
    }
}
