// SPDX-License-Identifier: Apache-2.0

internal import ATLS
internal import Attestation
internal import Coordinator
internal import Digests
internal import Identity
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// TLS of the transit engine: the Coordinator shows a certificate of the mesh CA, and clients must show one too. A new
/// manifest has a new mesh CA, so each state has a context of its own.
final class TransitTLS: Sendable {
    private let states: StateGuard
    private let policyHash: String
    private let certificates: CertificatePolicy
    private let made = Mutex<(state: ServingState, context: NIOSSLContext)?>(nil)

    /// - Parameter policyHash: the Coordinator's own, whose names its certificate gets.
    init(_ states: StateGuard, policyHash: String, certificates: CertificatePolicy) {
        self.states = states
        self.policyHash = policyHash
        self.certificates = certificates
    }

    /// For a new connection; throws while no manifest is served.
    func handler() throws -> NIOSSLServerHandler {
        let state = try states.state()
        let context = try made.withLock { made in
            if let made, made.state === state { return made.context }
            let context = try NIOSSLContext(configuration: try configuration(state))
            made = (state, context)
            return context
        }
        return NIOSSLServerHandler(context: context)
    }

    private func configuration(_ state: ServingState) throws -> TLSConfiguration {
        let key = try ECDSAPrivateKey(generating: .p256)
        let chain = try state.certificate(
            spki: key.spki, policyHash: policyHash, at: .now(), policy: certificates)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(chain).map { .certificate($0) },
            privateKey: .privateKey(
                try key.pkcs8PEM().withBytes { try NIOSSLPrivateKey(bytes: Array($0), format: .pem) }))
        tls.minimumTLSVersion = .tlsv13
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(state.authority.meshPEM))
        return tls
    }
}
