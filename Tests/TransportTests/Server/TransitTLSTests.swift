// SPDX-License-Identifier: Apache-2.0

import Attestation
import Coordinator
import Digests
import History
import IR
import Identity
import NIOSSL
import Synchronization
import Testing

@testable import Server

@Suite struct TransitTLSTests {
    private let world = CoordinatorWorld.self

    private final class Clock: Sendable {
        private let seconds = Mutex<Int64>(1_800_000_000)

        var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
        func advance(_ by: Int64) { seconds.withLock { $0 += by } }
    }

    @Test func theOwnCertificateIsRenewedBeforeItEnds() async throws {
        let clock = Clock()
        let policy = try #require(CertificatePolicy(leafLifetime: 600))
        let states = try StateGuard(
            History(MemoryStore()),
            CoordinatorConfiguration(hostData: world.hashes[0], allowsInsecurePlatforms: true, certificates: policy))
        let tls = TransitTLS(states) { clock.now }
        #expect(throws: CoordinatorError.self) { try tls.handler() }
        _ = try await UserService(states).setManifest(
            SetManifestRequest(manifest: world.manifest(), policies: world.documents), from: Peer())
        _ = try tls.handler()
        let first = try #require(tls.issued)
        clock.advance(399)
        _ = try tls.handler()
        #expect(tls.issued == first)
        clock.advance(1)
        _ = try tls.handler()
        #expect(tls.issued == Timestamp(seconds: first.seconds + 400))
        // A clock that was ahead when the certificate was made.
        clock.advance(-7200)
        _ = try tls.handler()
        #expect(tls.issued == Timestamp(seconds: first.seconds + 400 - 7200))
    }
}
