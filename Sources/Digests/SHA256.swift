// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// SHA-256 by libcrypto.
package enum SHA256 {
    /// The 32 bytes of the digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 32)
        bytes.withUnsafeBytes { input in
            let done = EVP_Digest(input.baseAddress, input.count, &output, nil, EVP_sha256(), nil)
            precondition(done == 1, "libcrypto cannot compute SHA-256")
        }
        return output
    }

    /// The state after bytes with which many messages begin. It may be used from several threads.
    package final class Prefix: Sendable {
        // Written by `init` alone; copying from it reads it.
        nonisolated(unsafe) private let state: OpaquePointer

        package init(_ bytes: [UInt8]) {
            guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto has no memory") }
            state = context
            var done = EVP_DigestInit_ex(context, EVP_sha256(), nil)
            done &= bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
            precondition(done == 1, "libcrypto cannot compute SHA-256")
        }

        deinit { EVP_MD_CTX_free(state) }

        /// The digest of the message that is the prefix and this.
        package func digest(rest: [UInt8]) -> [UInt8] {
            guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto has no memory") }
            defer { EVP_MD_CTX_free(context) }
            var output = [UInt8](repeating: 0, count: 32)
            var done = EVP_MD_CTX_copy_ex(context, state)
            done &= rest.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
            done &= EVP_DigestFinal_ex(context, &output, nil)
            precondition(done == 1, "libcrypto cannot compute SHA-256")
            return output
        }
    }
}
