// SPDX-License-Identifier: Apache-2.0

internal import Attestation

/// What a server grants to clients that nobody knows yet, and to those that are connected.
package struct ATLSLimits: Sendable {
    /// From the connection to the end of the ClientHello.
    package var clientHello = Duration.seconds(10)
    /// From the connection to the end of the handshake, evidence of both sides included.
    package var handshake = Duration.seconds(30)
    /// Connections whose handshake is not done. One more closes the oldest, so that they cannot keep others out. Each
    /// takes a file descriptor.
    package var halfOpenConnections = 512
    /// Connections whose handshake is done. One more closes the one that has been without requests for longest.
    package var connections = 2048
    /// Requests that a connection may have at once.
    package var requestsPerConnection = 8
    /// Bytes of one message from a client.
    package var requestSize = 16 << 20
    /// From the start of a request to its end; the answer may take longer.
    package var request = Duration.seconds(60)
    /// Bytes of requests and answers that all connections together may hold. One more byte ends the request or answer that
    /// has held some for longest, if that was longer than `grace`, or else its own.
    package var messages = 32 << 20
    /// For which a request or an answer may hold memory that others want.
    package var grace = Duration.seconds(10)
    /// A connection without requests is closed after this time.
    package var idle = Duration.seconds(300)
    /// Time between a client's last byte and the ping that finds out whether it is there.
    package var keepalive = Duration.seconds(15)
    /// Time for requests to end when the server stops, or for a client to agree that its idle connection ends.
    package var drain = Duration.seconds(20)

    package init() {}

    /// Bytes of an evidence extension.
    package static let evidenceSize = EvidenceDocument.sizeLimit
}
