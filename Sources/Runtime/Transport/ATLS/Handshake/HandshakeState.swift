// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import NIOCore
internal import NIOSSL
internal import Synchronization
internal import TLSMessages

/// What one handshake has shown so far. TLS asks for verdicts from other threads than those that verify.
final class HandshakeState: Sendable {
    struct Shown: Sendable {
        var publicKey: [UInt8]?
        var claims: (any PeerClaims)?
        /// For the client's evidence, as the server's certificate has it.
        var serverNonce: ATLSNonce?
    }

    private let shown = Mutex(Shown())
    /// The first reason to refuse the peer: what follows from it says less.
    private let failure = Mutex<ATLSError?>(nil)

    private let verification = Mutex<Task<Void, Never>?>(nil)

    var current: Shown { shown.withLock { $0 } }
    var error: ATLSError? { failure.withLock { $0 } }

    func refuse(_ error: ATLSError) {
        failure.withLock { $0 = $0 ?? error }
    }

    /// Remembers the task that verifies the peer, for `cancel`.
    func verifies(in task: Task<Void, Never>) { verification.withLock { $0 = task } }

    /// Nobody waits for the verification any more.
    func cancel() { verification.withLock { $0 }?.cancel() }

    /// Verifies the peer's certificates and keeps what they show.
    ///
    /// - Parameters:
    ///   - verifier: of the evidence; `nil` where none is asked for.
    ///   - nonce: that the evidence must hold.
    func verify(
        _ chain: [NIOSSLCertificate], _ verifier: (any PeerVerifier)?, nonce: ATLSNonce, at time: Timestamp
    ) async -> NIOSSLVerificationResult {
        do throws(ATLSError) {
            try await check(chain, verifier, nonce, time)
            return .certificateVerified
        } catch {
            refuse(error)
            return .failed
        }
    }

    private func check(
        _ chain: [NIOSSLCertificate], _ verifier: (any PeerVerifier)?, _ nonce: ATLSNonce, _ time: Timestamp
    ) async throws(ATLSError) {
        var result = Shown()
        let document: EvidenceDocument?
        do throws(PeerCertificateError) {
            let certificate = try PeerCertificate(chain: chain.map { (try? $0.toDERBytes()) ?? [] }, at: time)
            result.publicKey = certificate.publicKey
            result.serverNonce = certificate.nonce
            document = verifier == nil ? nil : try certificate.evidence()
        } catch {
            throw .certificate(error)
        }
        if let verifier, let document {
            let reportData = nonce.reportData(publicKey: result.publicKey ?? [])
            do throws(EvidenceRefusal) {
                result.claims = try await verifier.verify(document, reportData: reportData, at: time)
            } catch {
                throw .evidence(error)
            }
        }
        shown.withLock { [result] in $0 = result }
    }
}

/// Attested TLS knows no other protocol above it.
enum ApplicationProtocol {
    static let http2 = "h2"
}
