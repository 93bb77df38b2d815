// SPDX-License-Identifier: Apache-2.0

package enum SHA256 {
    /// The 32 bytes of the digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { DigestAlgorithm.sha256.digest(bytes) }

    /// The state after bytes with which many messages begin. It may be used from several threads.
    package final class Prefix: Sendable {
        // Written by `init` alone; copying from it reads it.
        nonisolated(unsafe) private let context = DigestContext(.sha256)

        package init(_ bytes: [UInt8]) { context.update(bytes) }

        /// The digest of the message that is the prefix and this.
        package func digest(rest: [UInt8]) -> [UInt8] {
            let whole = context.copy()
            whole.update(rest)
            return whole.finish()
        }
    }
}

package enum SHA384 {
    /// The 48 bytes of the digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { DigestAlgorithm.sha384.digest(bytes) }

    /// The 48 bytes of the digest.
    package static func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] { DigestAlgorithm.sha384.digest(bytes) }
}

package enum SHA512 {
    /// The 64 bytes of the digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { DigestAlgorithm.sha512.digest(bytes) }
}
