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
/// manifest has a new mesh CA, so each state has a context of its own; a state that lasts gets the next one before the
/// certificate ends.
final class TransitTLS: Sendable {
    private let states: StateGuard
    private let clock: @Sendable () -> Timestamp
    private let made = Mutex<Made?>(nil)

    private struct Made {
        var state: ServingState
        var context: NIOSSLContext
        var issued: Timestamp
    }

    init(_ states: StateGuard, clock: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.states = states
        self.clock = clock
    }

    /// When the certificate in use was made; `nil` before the first connection.
    var issued: Timestamp? { made.withLock { $0?.issued } }

    /// For a new connection; throws while no manifest is served.
    func handler() throws -> NIOSSLServerHandler {
        let state = try states.state()
        let now = clock()
        let context = try made.withLock { made in
            if let made, made.state === state, isGood(made.issued, at: now) { return made.context }
            let context = try NIOSSLContext(configuration: try configuration(state, at: now))
            made = Made(state: state, context: context, issued: now)
            return context
        }
        return NIOSSLServerHandler(context: context)
    }

    /// Whether a certificate of this issue need not be renewed yet. A clock that has gone back may have been wrong then.
    private func isGood(_ issued: Timestamp, at now: Timestamp) -> Bool {
        issued.seconds <= now.seconds
            && now.seconds < issued.seconds + states.configuration.certificates.leafLifetime / 3 * 2
    }

    private func configuration(_ state: ServingState, at time: Timestamp) throws -> TLSConfiguration {
        let key = try ECDSAPrivateKey(generating: .p256)
        let chain = try state.certificate(
            spki: key.spki, policyHash: states.configuration.policyHash, at: time,
            policy: states.configuration.certificates)
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
