// SPDX-License-Identifier: Apache-2.0

import ATLS
import TLSMessages
import Testing

/// What a client may send before TLS starts, and what it gets for it.
struct RefusedOffersTests {
    private static func alert(_ number: UInt8) -> [UInt8] { [21, 3, 3, 0, 2, 2, number] }

    private static let nonce = ATLSNonce().applicationProtocol

    private func expect(
        _ bytes: [UInt8], refused error: ATLSError, answer: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await withServer { _, port, outcomes in
            let received = try await RawConnection.open(port).exchange([bytes])
            #expect(received == answer, sourceLocation: sourceLocation)
            let refusal = try await outcomes.firstRefusal()
            #expect(refusal == error, sourceLocation: sourceLocation)
        }
    }

    @Test(
        "offers without one good nonce are refused",
        arguments: [
            ([], ATLSNonceError.missing),
            (["h2"], .missing),
            ([Self.nonce, ATLSNonce().applicationProtocol, "h2"], .several),
            (["atls:v2:nonce:00", "h2"], .unknownVersion),
            (["atls:v1:nonce:" + String(repeating: "0", count: 62), "h2"], .malformed),
            (["atls:v1:nonce:" + String(repeating: "0", count: 66), "h2"], .malformed),
            (["atls:v1:nonce:" + String(repeating: "A", count: 64), "h2"], .malformed),
        ])
    func nonces(_ protocols: [String], _ error: ATLSNonceError) async throws {
        var hello = HelloBytes()
        hello.protocols = protocols.map { Array($0.utf8) }
        try await expect(hello.records(), refused: .nonce(error), answer: Self.alert(120))
    }

    @Test("a client that does not offer HTTP/2 is refused")
    func noHTTP2() async throws {
        var hello = HelloBytes()
        hello.protocols = [Array(Self.nonce.utf8), Array("http/1.1".utf8)]
        try await expect(hello.records(), refused: .applicationProtocol, answer: Self.alert(120))
    }

    @Test("TLS 1.2 is refused", arguments: [[], [0x0303], [0x0303, 0x0302]])
    func tls12(_ versions: [UInt16]) async throws {
        var hello = HelloBytes()
        if versions.isEmpty {
            let body: [UInt8] = [3, 3] + [UInt8](repeating: 0, count: 32) + [0, 0, 2, 0x13, 1, 1, 0]
            let message = [22, 3, 1, 0, UInt8(body.count + 4), 1, 0, 0, UInt8(body.count)] + body
            return try await expect(message, refused: .protocolVersion, answer: Self.alert(70))
        }
        hello.versions = versions
        try await expect(hello.records(), refused: .protocolVersion, answer: Self.alert(70))
    }

    @Test(
        "what is not TLS gets no answer",
        arguments: [
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u{16}\u{2}",
        ])
    func notTLS(_ text: String) async throws {
        try await expect(Array(text.utf8), refused: .clientHello(.record(offset: 0)), answer: [])
    }

    @Test("a record of no length gets no answer")
    func emptyRecord() async throws {
        try await expect([22, 3, 1, 0, 0], refused: .clientHello(.record(offset: 0)), answer: [])
    }

    @Test("another message, a malformed one and one that is too large are told apart")
    func malformed() async throws {
        var other = HelloBytes()
        other.messageType = 2
        try await expect(other.records(), refused: .clientHello(.messageType(2)), answer: Self.alert(10))
        var repeated = HelloBytes()
        repeated.others = [(16, repeated.alpn)]
        try await expect(
            repeated.records(), refused: .clientHello(.malformed(.repeatedExtension(16))), answer: Self.alert(50))
        try await expect([22, 3, 1, 0, 4, 1, 1, 0, 0], refused: .clientHello(.tooLarge), answer: Self.alert(50))
    }

    @Test(
        "a client that sends nothing, or a little at a time, is cut off while others are served",
        .timeLimit(.minutes(3)))
    func slow() async throws {
        var limits = ATLSLimits()
        limits.clientHello = .milliseconds(400)
        // No other limit may cut them off.
        limits.handshake = .seconds(600)
        try await withServer(limits: limits) { _, port, outcomes in
            let start = ContinuousClock.now
            async let silent = RawConnection.open(port).exchange([])
            let bytes = HelloBytes().records().map { [$0] }
            async let slow = RawConnection.open(port).exchange(bytes, pause: .milliseconds(100))
            _ = try await getManifests(port, .simulated())
            let received = try await [silent, slow]
            #expect(received == [[], []])
            #expect(ContinuousClock.now - start < .seconds(15))
            #expect(outcomes.refusals == [.deadline, .deadline])
            #expect(outcomes.accepted.count == 1)
        }
    }

    @Test("a handshake that is not finished in time is cut off")
    func stalled() async throws {
        var limits = ATLSLimits()
        limits.handshake = .milliseconds(600)
        let hello = HelloBytes().records()
        try await withServer(limits: limits) { server, port, outcomes in
            // There is no key share in it that TLS could answer, so TLS may refuse it first.
            _ = try await RawConnection.open(port).exchange([hello])
            let refusal = try await outcomes.firstRefusal()
            #expect(refusal != nil)
            #expect(server.connectionCounts == (0, 0))
        }
        var issuer = try SimulatedWorld.shared.get().issuer(SimulatedWorld.coordinator)
        issuer.delay = .seconds(20)
        try await withServer(issuer: issuer, limits: limits) { _, port, outcomes in
            let received = try await RawConnection.open(port).exchange([hello])
            #expect(received == [])
            #expect(outcomes.refusals == [.deadline])
        }
    }
}
