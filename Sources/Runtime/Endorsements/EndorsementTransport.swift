// SPDX-License-Identifier: Apache-2.0

/// Makes one request over the network. What is got is not trusted, and no secret is sent.
package protocol EndorsementTransport: Sendable {
    /// One GET, without redirects.
    ///
    /// - Parameters:
    ///   - sizeLimit: bytes of the largest body that is taken.
    ///   - timeout: until the body is there in full.
    func get(
        _ url: String, sizeLimit: Int, timeout: Duration
    ) async throws(TransportError) -> TransportResponse
}

/// An answer of a server, whatever its status.
package struct TransportResponse: Sendable, Equatable {
    package var status: Int
    /// Header fields by their names in lower case.
    package var fields: [String: String]
    package var body: [UInt8]

    package init(status: Int, fields: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// Why there is no answer.
package enum TransportError: Error, Sendable, Equatable {
    /// Another attempt may help.
    case unreachable(String)
    case tooLarge(limit: Int)
    /// The certificate of the server cannot be verified.
    case untrusted
    case cancelled
}
