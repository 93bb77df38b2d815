// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import Digests
internal import History
internal import IR
internal import Identity

/// The API of workloads and of other Coordinators (port 7777). Its callers have been verified by their evidence.
package struct MeshService: Sendable {
    private let states: StateGuard

    package init(_ states: StateGuard) { self.states = states }

    /// A certificate for the caller's TLS key, with the names of its policy and the address that it is seen at.
    ///
    /// - Parameter time: of issue.
    package func newMeshCert(
        for peer: AttestedPeer, at time: Timestamp
    ) async throws(CoordinatorError) -> NewMeshCertResponse {
        let entry = try entry(of: peer)
        let state = peer.state
        var names = (entry.sans ?? []).compactMap(SubjectName.init)
        if let address = peer.address.flatMap(IPAddress.bytes), !names.contains(.address(address)) {
            names.append(.address(address))
        }
        let hasSecret = !entry.workloadSecretID.isEmpty
        let identity = hasSecret ? [CertificateExtension.workloadSecretID(entry.workloadSecretID)] : []
        let leaf = CertificateAuthority.Leaf(
            spki: peer.publicKey, names: names, fallbackName: peer.policyHash, extensions: peer.claims + identity)
        do {
            return NewMeshCertResponse(
                meshCA: state.authority.meshPEM,
                certificateChain: try state.authority.issue(leaf, at: time, policy: states.configuration.certificates),
                rootCA: state.authority.rootPEM,
                workloadSecret: hasSecret ? try state.engine.workloadSecret(id: entry.workloadSecretID) : nil)
        } catch {
            throw .internal(error)
        }
    }

    /// What another Coordinator of the same manifest needs to serve it.
    package func recover(_ peer: AttestedPeer) async throws(CoordinatorError) -> PeerState {
        guard try entry(of: peer).role == PolicyEntry.coordinatorRole else {
            throw .notAuthorized("its policy does not have the role 'coordinator'")
        }
        let state = peer.state
        do throws(CryptoError) {
            return PeerState(
                seed: state.engine.seed, salt: state.engine.salt, meshKeyPEM: try state.authority.meshKey.sec1PEM(),
                manifest: state.manifestBytes, latestTransition: state.latest.transitionHash)
        } catch {
            throw .internal(error)
        }
    }

    /// The caller's entry in the manifest, which must still be the one that is served.
    private func entry(of peer: AttestedPeer) throws(CoordinatorError) -> PolicyEntry {
        guard try states.state() === peer.state else {
            throw CoordinatorError(
                .unavailable, .manifestConflict, "the manifest has changed during the handshake; connect again")
        }
        guard let entry = peer.state.manifest.policies[peer.policyHash] else {
            throw .notAuthorized("its policy is not in the manifest")
        }
        return entry
    }
}
