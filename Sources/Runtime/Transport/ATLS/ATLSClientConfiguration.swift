// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import TLSMessages

/// How a client speaks attested TLS.
package struct ATLSClientConfiguration: Sendable {
    package var server: ServerRequirement
    package var identity: ClientIdentity
    /// For the handshake of one connection, from the time that the connection stands.
    package var handshakeLimit = Duration.seconds(30)
    /// Time between the server's last byte and the ping that finds out whether it is there.
    package var keepalive = Duration.seconds(15)
    /// Bytes of one message from the server.
    package var responseSize = 64 << 20
    /// Now.
    package var clock: @Sendable () -> Timestamp
    /// Makes the nonce of a connection. Only a test has a reason for another.
    package var makeNonce: @Sendable () -> ATLSNonce = { ATLSNonce() }

    package init(
        server: ServerRequirement, identity: ClientIdentity,
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.server = server
        self.identity = identity
        self.clock = clock
    }
}
