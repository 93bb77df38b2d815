// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import FoundationEssentials

/// What became of a handshake on a server.
package enum HandshakeOutcome: Sendable {
    case accepted(ATLSPeer)
    /// - Parameter address: of the client, without the port; `nil` when it is gone already.
    case refused(ATLSError, address: String?)
}

/// How a server speaks attested TLS.
package struct ATLSServerConfiguration: Sendable {
    package var issuer: any EvidenceIssuer
    package var clients: ClientRequirement
    package var limits: ATLSLimits
    /// Now.
    package var clock: @Sendable () -> Timestamp
    /// Told about each connection, on an event loop: it must not block.
    package var observe: @Sendable (HandshakeOutcome) -> Void

    package init(
        issuer: any EvidenceIssuer, clients: ClientRequirement, limits: ATLSLimits = ATLSLimits(),
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now,
        observe: @escaping @Sendable (HandshakeOutcome) -> Void = { _ in }
    ) {
        self.issuer = issuer
        self.clients = clients
        self.limits = limits
        self.clock = clock
        self.observe = observe
    }
}

extension Timestamp {
    /// By the clock of the system.
    @Sendable package static func now() -> Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
