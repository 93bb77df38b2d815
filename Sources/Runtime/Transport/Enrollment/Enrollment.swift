// SPDX-License-Identifier: Apache-2.0

internal import ATLS
package import Attestation
package import ClientConnection
internal import Client
package import Digests
internal import IR
internal import InitDataFormat
package import Workload

/// Why a workload does not get an identity.
package enum EnrollmentError: Error, Sendable, Equatable {
    case call(CallError)
    /// The Coordinator has no manifest yet.
    case noManifest
    /// The Coordinator has not sent the document that was measured with this workload: the workload is not of its
    /// deployment.
    case unknownWorkload(hostData: String)
    /// What was measured with this workload and cannot be used.
    case measured(String)
    /// What issues certificates is of another deployment than what showed its manifest, or another manifest was set
    /// between the two.
    case otherDeployment
    /// It is not the one that the workload was made for.
    case refused(CoordinatorRefusal)
    /// Its manifest names simulated platforms in a way that cannot be used.
    case simulation(SimulationError)
    /// Its answer cannot be used.
    case answer(IssuedIdentity.Fault)
    case certificates(IssuedChain.Fault)
}

extension EnrollmentError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .call(let error): "\(error)"
        case .noManifest: "the Coordinator has no manifest yet"
        case .unknownWorkload(let hostData):
            "the Coordinator's manifests have no document \(hostData), which was measured with this workload"
        case .measured(let problem): problem
        case .otherDeployment: "the certificates are not of the manifest that the Coordinator has shown"
        case .refused(let refusal): "\(refusal)"
        case .simulation(let error): "\(error)"
        case .answer(let fault): "\(fault)"
        case .certificates(let fault): "\(fault)"
        }
    }
}

/// Gets a workload its identity from the Coordinator that it was made for.
///
/// What a workload knows of its Coordinator is measured: the keys of owners, or hashes of policies. The document that says
/// it is one of the deployment's, and the Coordinator has it; any other that it may send is recognised by its hash. The manifest by which
/// the Coordinator's evidence is verified comes from the Coordinator itself, so it counts only once an owner's signature
/// of it was checked, or with the measured policies alone in the Coordinator's role.
package struct Enrollment: Sendable {
    package var userAPI: Endpoint
    package var meshAPI: Endpoint
    /// Of the workload's own evidence: SHA-256 of the document that was measured with it.
    package var hostData: [UInt8]
    package var issuer: any EvidenceIssuer
    /// That a manifest of simulated platforms may be believed.
    package var simulation: SimulationConsent?
    /// What gets endorsements that the Coordinator's evidence does not bring along.
    package var endorsements: ManifestVerifier.Completion = { _ in EndorsementFiles() }

    package init(
        userAPI: Endpoint, meshAPI: Endpoint, hostData: [UInt8], issuer: any EvidenceIssuer,
        simulation: SimulationConsent? = nil
    ) {
        self.userAPI = userAPI
        self.meshAPI = meshAPI
        self.hostData = hostData
        self.issuer = issuer
        self.simulation = simulation
    }

    /// What a workload has got.
    package struct Enrolled: Sendable {
        package var identity: IssuedIdentity
        /// Of the workload.
        package var certificate: Certificate
        package var root: Certificate
        /// By what the Coordinator was recognised.
        package var expectation: CoordinatorExpectation
    }

    /// Asks once.
    ///
    /// - Parameters:
    ///   - key: PEM of the private key to be certified.
    ///   - known: the root CA that the workload has already; the Coordinator must have it too.
    package func enroll(
        key: SecretBytes, known: Certificate? = nil, at time: Timestamp = .now()
    ) async throws(EnrollmentError) -> Enrolled {
        let (requirement, manifest, expectation) = try await requirement()
        let connection = CoordinatorConnection(
            meshAPI, ATLSClientConfiguration(server: requirement, identity: .evidence(issuer, key: key)))
        let issued: IssuedCertificates
        do throws(CallError) {
            issued = try await connection.newMeshCertificate()
        } catch {
            throw .call(error)
        }
        try await check(issued, isOf: manifest, requirement)
        let chain: IssuedChain
        do throws(IssuedChain.Fault) {
            chain = try IssuedChain(issued, known: known, at: time)
        } catch {
            throw .certificates(error)
        }
        do throws(IssuedIdentity.Fault) {
            let identity = try IssuedIdentity(
                meshCA: issued.meshCA, certificateChain: issued.chain, rootCA: issued.rootCA, privateKey: key,
                workloadSecret: issued.workloadSecret)
            return Enrolled(identity: identity, certificate: chain.leaf, root: chain.root, expectation: expectation)
        } catch {
            throw .answer(error)
        }
    }

    /// A guest that is fit to be the Coordinator of a manifest may serve another one, under a seed that others know. One
    /// that shows evidence must say that it serves this manifest, and with the CAs that have issued the certificates; a mesh
    /// CA belongs to one manifest.
    private func check(
        _ issued: IssuedCertificates, isOf manifest: [UInt8]?, _ requirement: ServerRequirement
    ) async throws(EnrollmentError) {
        guard let manifest else { return }
        let connection = CoordinatorConnection(userAPI, ATLSClientConfiguration(server: requirement, identity: .none))
        let active = try await active(connection)
        guard active.bytes == manifest, active.rootCA == issued.rootCA, active.meshCA == issued.meshCA else {
            throw .otherDeployment
        }
    }

    private func active(_ connection: CoordinatorConnection) async throws(EnrollmentError) -> ActiveManifest {
        let active: ActiveManifest?
        do throws(CallError) {
            active = try await connection.activeManifest(document: hostData)
        } catch {
            throw .call(error)
        }
        guard let active else { throw .noManifest }
        return active
    }

    /// By what the Coordinator is recognised, from the workload's own document.
    private func expectation(_ documents: [[UInt8]]) throws(EnrollmentError) -> CoordinatorExpectation {
        do {
            guard let document = try MeasuredDocument(among: documents, hostData: hostData) else {
                throw EnrollmentError.unknownWorkload(hostData: Hex.text(hostData))
            }
            return try CoordinatorExpectation(document.coordinatorInfo())
        } catch let error as EnrollmentError {
            throw error
        } catch let error as InitDataError {
            throw .measured(error.message)
        } catch {
            throw .measured("\(error)")
        }
    }

    /// Also gives the manifest by which the Coordinator is to be verified; `nil` when any will do.
    private func requirement() async throws(EnrollmentError) -> (
        ServerRequirement, manifest: [UInt8]?, CoordinatorExpectation
    ) {
        // Whoever answers is asked for manifest and documents; they are checked before they are used.
        let connection = CoordinatorConnection(userAPI, ATLSClientConfiguration(server: .none, identity: .none))
        let active = try await active(connection)
        let expectation = try expectation(active.documents)
        if expectation == .anyone { return (.none, nil, expectation) }
        var manifest: Manifest
        do throws(CoordinatorRefusal) {
            manifest = try expectation.manifest(active.bytes) { active.isSigned(by: $0) }
        } catch {
            throw .refused(error)
        }
        if case .policies(let hashes) = expectation {
            let texts = Set(hashes.map { Hex.text($0) })
            manifest.policies = manifest.policies.filter { texts.contains($0.key) }
        }
        var verifier = ManifestVerifier(manifest: manifest, policy: .coordinator, endorsements: endorsements)
        if let simulation {
            do throws(SimulationError) {
                if let anchors = try SimulatedAnchors(manifest.referenceValues, simulation) {
                    verifier.snpAnchors = anchors.snp
                    verifier.tdxRoots = anchors.tdx
                }
            } catch {
                throw .simulation(error)
            }
        }
        return (.attested(verifier), active.bytes, expectation)
    }
}
