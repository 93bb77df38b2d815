// SPDX-License-Identifier: Apache-2.0

@testable import ATLS
import Attestation
import Digests
import IR
import NIOSSL
import TLSMessages
import TestSupport
import Testing

/// The handshake with another implementation at the other end.
struct OpenSSLTests {
    /// Connects as `openssl s_client` does.
    private func connect(_ port: Int, _ nonce: ATLSNonce, in directory: String, _ more: [String] = []) async throws
        -> String
    {
        try await OpenSSL.run(
            ["s_client", "-connect", "127.0.0.1:\(port)", "-alpn", nonce.applicationProtocol + ",h2"] + more,
            in: directory)
    }

    @Test("s_client gets evidence for its nonce, the server's nonce, and HTTP/2")
    func client() async throws {
        let world = try SimulatedWorld.shared.get()
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let nonce = ATLSNonce()
        try await withServer { _, port, outcomes in
            let text = try await connect(port, nonce, in: directory.path)
            #expect(text.contains("New, TLSv1.3"), "\(text)")
            #expect(text.contains("ALPN protocol: h2"))
            #expect(outcomes.accepted.count == 1)
            let certificate = try PeerCertificate(pem: text)
            let evidence = try certificate.evidence()
            let reportData = nonce.reportData(publicKey: certificate.publicKey)
            _ = try await world.verifier(.coordinator).verify(evidence, reportData: reportData, at: .now())
            // The one authority is the server's nonce.
            let lines = text.split(separator: "\n")
            let title = try #require(lines.firstIndex(of: "Acceptable client certificate CA names"))
            let name = try #require(certificate.nonce).commonName
            // OpenSSL quotes what has a meaning in names.
            #expect(lines[title + 1].filter { !"\\\"".contains($0) } == "CN = " + name)
        }
    }

    @Test("s_client cannot speak TLS 1.2, nor resume a session")
    func versionAndResumption() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        var limits = ATLSLimits()
        limits.idle = .milliseconds(500)
        limits.drain = .milliseconds(500)
        try await withServer(limits: limits) { _, port, outcomes in
            let old = try await connect(port, ATLSNonce(), in: directory.path, ["-tls1_2"])
            #expect(old.contains("alert protocol version"), "\(old)")
            #expect(outcomes.refusals == [.protocolVersion])
            let nonce = ATLSNonce()
            // Tickets come after the handshake, and the server ends the connection.
            let stored = try await connect(port, nonce, in: directory.path, ["-sess_out", "session", "-ign_eof"])
            #expect(stored.contains("New, TLSv1.3"))
            let again = try await connect(port, nonce, in: directory.path, ["-sess_in", "session"])
            #expect(!again.contains("Reused"), "\(again)")
        }
    }

    @Test("s_client with a certificate is known by its key; a chain of two is refused")
    func clientCertificate() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        // The server ends the connection, after it has looked at the certificate.
        var limits = ATLSLimits()
        limits.idle = .milliseconds(500)
        limits.drain = .milliseconds(500)
        try await withServer(limits: limits) { _, port, outcomes in
            let made = try await OpenSSL.run(
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj",
                    "/CN=Contrast", "-days", "1",
                ], in: directory.path)
            let text = try await connect(
                port, ATLSNonce(), in: directory.path, ["-ign_eof", "-cert", "cert.pem", "-key", "key.pem"])
            #expect(text.contains("New, TLSv1.3"), "\(made)\(text)")
            _ = try await connect(
                port, ATLSNonce(), in: directory.path,
                ["-ign_eof", "-cert", "cert.pem", "-key", "key.pem", "-cert_chain", "cert.pem"])
            let refusal = try await outcomes.firstRefusal()
            #expect(outcomes.accepted.first?.publicKey != nil)
            #expect(refusal == .certificate(.count(2)))
        }
    }

    @Test("s_client without a nonce gets an alert")
    func noNonce() async throws {
        try await withServer { _, port, outcomes in
            let text = try await OpenSSL.run(
                ["s_client", "-connect", "127.0.0.1:\(port)", "-alpn", "h2"], in: "/")
            #expect(text.contains("alert no application protocol"), "\(text)")
            #expect(outcomes.refusals == [.nonce(.missing)])
        }
    }
}

extension PeerCertificate {
    /// The first certificate in a text.
    fileprivate init(pem text: String) throws {
        let begin = "-----BEGIN CERTIFICATE-----\n"
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: begin.dropLast()))
        let end = try #require(lines.firstIndex(of: "-----END CERTIFICATE-----"))
        let der = try #require(Base64.decode(lines[(start + 1)..<end].joined().utf8))
        self = try PeerCertificate(chain: [der], at: .now())
    }
}
