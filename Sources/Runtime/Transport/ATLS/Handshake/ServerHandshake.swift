// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import NIOCore
internal import NIOSSL
internal import TLSMessages

/// What a server needs to answer one ClientHello.
///
/// Each connection has a context of its own: session tickets of one mean nothing to another, so that no client can
/// resume past the verification.
struct ServerHandshake: Sendable {
    let context: NIOSSLContext
    let state: HandshakeState
    private let configuration: ATLSServerConfiguration
    /// That the client's evidence must hold.
    private let nonce: ATLSNonce

    /// Checks what the client offers, before anything is spent on it.
    static func nonce(of hello: ClientHello) throws(ATLSError) -> ATLSNonce {
        guard hello.supportedVersions.contains(ClientHello.tls13) else { throw .protocolVersion }
        let nonce: ATLSNonce
        do throws(ATLSNonceError) { nonce = try ATLSNonce(offered: hello.applicationProtocols) } catch {
            throw .nonce(error)
        }
        guard hello.applicationProtocols.contains(Array(ApplicationProtocol.http2.utf8)) else {
            throw .applicationProtocol
        }
        return nonce
    }

    /// Makes a key, evidence for it and the certificate with both.
    init(answering clientNonce: ATLSNonce, _ configuration: ATLSServerConfiguration) async throws(ATLSError) {
        self.configuration = configuration
        state = HandshakeState()
        nonce = ATLSNonce()
        do {
            let key = try LeafKey()
            let evidence = try await configuration.issuer.issue(
                reportData: clientNonce.reportData(publicKey: key.publicKey))
            context = try Self.context(key, evidence, nonce, configuration)
        } catch {
            throw .issuer("\(error)")
        }
    }

    private static func context(
        _ key: LeafKey, _ evidence: EvidenceDocument, _ nonce: ATLSNonce, _ configuration: ATLSServerConfiguration
    ) throws -> NIOSSLContext {
        let time = configuration.clock()
        let certificate = try key.certificate(evidence: evidence, nonce: nonce, at: time)
        // Its name is the nonce; it signs nothing.
        let authority = try key.certificate(name: nonce.commonName, at: time)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(try key.tlsKey()))
        tls.minimumTLSVersion = .tlsv13
        tls.applicationProtocols = [ApplicationProtocol.http2]
        tls.trustRoots = .certificates([authority])
        tls.sendCANameList = true
        switch configuration.clients {
        case .keyIfGiven: tls.certificateVerification = .optionalVerification
        case .attested: tls.certificateVerification = .noHostnameVerification
        }
        return try NIOSSLContext(configuration: tls)
    }

    /// The handler that speaks TLS from here on. Its verdict on certificates replaces all that TLS would check of them.
    func handler() -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: context) { chain, promise in
            let verifier: (any PeerVerifier)? =
                if case .attested(let verifier) = configuration.clients { verifier } else { nil }
            state.verifies(
                in: promise.completeWithTask { [state, nonce, configuration] in
                    await state.verify(chain, verifier, nonce: nonce, at: configuration.clock())
                })
        }
    }
}
