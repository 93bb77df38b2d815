// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Digests
internal import NIOCore
internal import NIOSSL
internal import TLSMessages

/// What a client needs for one connection. Its nonce is new, so that evidence for another connection is worth nothing.
struct ATLSClientHandshake: Sendable {
    let state = HandshakeState()
    private let configuration: ATLSClientConfiguration
    private let nonce: ATLSNonce
    private let context: NIOSSLContext
    /// What the server has sent, for a client that must attest.
    private let flight: ServerFlight?

    init(_ configuration: ATLSClientConfiguration) throws {
        self.configuration = configuration
        nonce = configuration.makeNonce()
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        tls.applicationProtocols = [nonce.applicationProtocol, ApplicationProtocol.http2]
        tls.trustRoots = .certificates([])
        // The handler's verdict replaces the rest of it.
        tls.certificateVerification = .noHostnameVerification
        let flight = if case .evidence = configuration.identity { ServerFlight() } else { ServerFlight?.none }
        self.flight = flight
        switch configuration.identity {
        case .none: break
        case .key(let pem):
            let key = try LeafKey(pem: pem)
            tls.certificateChain = [.certificate(try key.certificate(at: configuration.clock()))]
            tls.privateKey = .privateKey(try key.tlsKey())
        case .evidence(let issuer, let pem):
            tls.keyLogCallback = { flight?.append(keyLog: $0) }
            // TLS asks for the certificate after it has the verdict on the server's, and has checked its Finished.
            tls.sslContextCallback = { [state, configuration] _, promise in
                promise.completeWithTask {
                    let sent = flight?.takeNonce()
                    return try await Self.certificate(issuer, pem, state, sent, at: configuration.clock())
                }
            }
        }
        context = try NIOSSLContext(configuration: tls)
    }

    /// A certificate with evidence for the server.
    ///
    /// - Parameter sent: the nonce of the server's CertificateRequest, where its certificate holds none.
    private static func certificate(
        _ issuer: any EvidenceIssuer, _ pem: SecretBytes?, _ state: HandshakeState, _ sent: ATLSNonce?,
        at time: Timestamp
    ) async throws -> NIOSSLContextConfigurationOverride {
        do {
            guard let nonce = state.current.serverNonce ?? sent else { throw ATLSError.noServerNonce }
            let key = try LeafKey(pem: pem)
            let evidence = try await issuer.issue(reportData: nonce.reportData(publicKey: key.publicKey))
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = [.certificate(try key.certificate(evidence: evidence, at: time))]
            override.privateKey = .privateKey(try key.tlsKey())
            return override
        } catch {
            state.refuse(error as? ATLSError ?? .issuer("\(error)"))
            throw error
        }
    }

    /// TLS, and what stands in front of it.
    func handlers() throws -> [any ChannelHandler] {
        try (flight.map { [ServerFlightTap($0)] } ?? []) + [handler()]
    }

    private func handler() throws -> NIOSSLClientHandler {
        let verifier: (any PeerVerifier)? =
            if case .attested(let verifier) = configuration.server { verifier } else { nil }
        return try NIOSSLClientHandler(context: context, serverHostname: nil) {
            [state, nonce, configuration] chain, promise in
            promise.completeWithTask {
                await state.verify(chain, verifier, nonce: nonce, at: configuration.clock())
            }
        }
    }
}
