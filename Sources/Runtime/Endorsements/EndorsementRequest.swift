// SPDX-License-Identifier: Apache-2.0

/// Something that a service of AMD or Intel publishes.
package struct EndorsementRequest: Sendable, Hashable {
    /// Scheme and host, as `https://kdsintf.amd.com`.
    package var base: String
    /// From the first slash, with the query.
    package var target: String
    /// Bytes of the largest answer.
    package var sizeLimit: Int
    /// The header field that has the issuers in percent-encoded PEM, in lower case.
    package var issuerChainField: String?
    /// Whether it changes, so that the service is asked even where an answer is stored.
    package var isRevalidated: Bool

    package init(
        base: String, target: String, sizeLimit: Int, issuerChainField: String? = nil, isRevalidated: Bool
    ) {
        self.base = base
        self.target = target
        self.sizeLimit = sizeLimit
        self.issuerChainField = issuerChainField
        self.isRevalidated = isRevalidated
    }

    package var url: String { base + target }
}

/// What a service has answered; nothing of it is trusted.
package struct EndorsementAnswer: Sendable, Equatable {
    package var body: [UInt8]
    /// PEM; empty where there is none.
    package var issuerChain: [UInt8]

    package init(body: [UInt8], issuerChain: [UInt8] = []) {
        self.body = body
        self.issuerChain = issuerChain
    }
}
