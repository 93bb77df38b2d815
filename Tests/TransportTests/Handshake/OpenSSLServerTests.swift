// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import Crypto
import Digests
import FoundationEssentials
import SwiftASN1
import TLSMessages
import TestSupport
import Testing
import X509

/// Clients that attest to a server of another make, which tells its nonce in the CertificateRequest alone.
struct OpenSSLServerTests {
    private let clientNonce = ATLSNonce()
    private let serverNonce = ATLSNonce()

    /// Connects to `openssl s_server` until it is there and the attempt has shown something.
    ///
    /// - Returns: what the client's platform was asked to attest, and why the last attempt failed.
    private func attest(_ key: SecretBytes, _ options: [String]) async throws -> (asked: [[UInt8]], error: (any Error)?)
    {
        let world = try SimulatedWorld.shared.get()
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let server = TestCertificate()
        let evidence = try await world.issuer(SimulatedWorld.coordinator).issue(
            reportData: clientNonce.reportData(publicKey: server.publicKey))
        let authority = try TestCertificate().certificate(name: serverNonce.commonName)
        let files = [
            "cert.pem": try server.certificate(evidence: [evidence]).serializeAsPEM().pemString,
            "key.pem": server.key.pemRepresentation, "ca.pem": try authority.serializeAsPEM().pemString,
        ]
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(directory.path)/\(name)")) }

        let asked = Recorder()
        var issuer = world.issuer(SimulatedWorld.workload)
        issuer.reportData = { asked.add($0) }
        var configuration = try ATLSClientConfiguration.simulated(.evidence(issuer, key: key))
        configuration.makeNonce = { [clientNonce] in clientNonce }
        // Below the ports that the system gives to clients.
        let port = Int.random(in: 20_000..<32_000)
        async let output = OpenSSL.run(
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-naccept", "1", "-cert", "cert.pem", "-key", "key.pem",
                "-Verify", "1", "-alpn", "h2", "-tls1_3",
            ] + options, in: directory.path, pause: 6)
        var failure: (any Error)?
        for _ in 0..<100 where asked.all.isEmpty && failure as? ATLSError != .noServerNonce {
            do { _ = try await getManifests(port, configuration) } catch { failure = error }
            try await Task.sleep(for: .milliseconds(50))
        }
        let said = try await output
        if asked.all.isEmpty, failure as? ATLSError == nil { Issue.record("\(said)") }
        return (asked.all, failure)
    }

    @Test(
        "the nonce is found, whatever the cipher",
        arguments: ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
    func nonce(_ cipher: String) async throws {
        let key = try GeneratedKey(.workloadOwner)
        let (asked, error) = try await attest(key.pem, ["-CAfile", "ca.pem", "-ciphersuites", cipher])
        #expect(asked == [serverNonce.reportData(publicKey: key.publicKey.der)], "\(String(describing: error))")
    }

    @Test("also after another ClientHello was asked for")
    func retry() async throws {
        let key = try GeneratedKey(.workloadOwner)
        let (asked, error) = try await attest(key.pem, ["-CAfile", "ca.pem", "-groups", "P-384"])
        #expect(asked == [serverNonce.reportData(publicKey: key.publicKey.der)], "\(String(describing: error))")
    }

    @Test("a server that sends no nonce gets no evidence")
    func noNonce() async throws {
        let (asked, error) = try await attest(try GeneratedKey(.workloadOwner).pem, ["-no-CAfile", "-no-CApath"])
        #expect(asked.isEmpty)
        #expect(error as? ATLSError == .noServerNonce, "\(String(describing: error))")
    }
}
