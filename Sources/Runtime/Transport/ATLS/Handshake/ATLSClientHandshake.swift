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

    init(_ configuration: ATLSClientConfiguration) throws {
        self.configuration = configuration
        nonce = configuration.makeNonce()
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        tls.applicationProtocols = [nonce.applicationProtocol, ApplicationProtocol.http2]
        tls.trustRoots = .certificates([])
        // The handler's verdict replaces the rest of it.
        tls.certificateVerification = .noHostnameVerification
        switch configuration.identity {
        case .none: break
        case .key(let pem):
            let key = try LeafKey(pem: pem)
            tls.certificateChain = [.certificate(try key.certificate(at: configuration.clock()))]
            tls.privateKey = .privateKey(try key.tlsKey())
        case .evidence(let issuer, let pem):
            // TLS asks for the certificate after it has the verdict on the server's, which holds the nonce.
            tls.sslContextCallback = { [state, configuration] _, promise in
                promise.completeWithTask {
                    try await Self.certificate(issuer, pem, state, at: configuration.clock())
                }
            }
        }
        context = try NIOSSLContext(configuration: tls)
    }

    /// A certificate with evidence for the server.
    private static func certificate(
        _ issuer: any EvidenceIssuer, _ pem: SecretBytes?, _ state: HandshakeState, at time: Timestamp
    ) async throws -> NIOSSLContextConfigurationOverride {
        do {
            guard let nonce = state.current.serverNonce else { throw ATLSError.noServerNonce }
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

    func handler() throws -> NIOSSLClientHandler {
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
