// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// What evidence of the HTTP API is bound to. Clients compute it from the answer.
package enum AttestReportData {
    /// Bytes of the client's nonce.
    package static let nonceSize = 32

    /// The 64 bytes: SHA-256 over nonce, latest transition and the digests of both CA certificates as they stand in the
    /// answer, then zeros.
    ///
    /// - Parameter capabilities: the body of `/capabilities`, from version 1 on; `nil` in the endpoint without version.
    package static func bytes(
        nonce: [UInt8], transitionHash: [UInt8], rootCA: [UInt8], meshCA: [UInt8], capabilities: [UInt8]?
    ) -> [UInt8] {
        let message =
            nonce + transitionHash + SHA256.digest(rootCA) + SHA256.digest(meshCA)
            + (capabilities.map { SHA256.digest($0) } ?? [])
        return SHA256.digest(message) + [UInt8](repeating: 0, count: 32)
    }
}
