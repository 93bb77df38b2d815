// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// SHA-256 of a message that comes in pieces. Belongs to one task at a time.
package final class SHA256Stream {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto has no memory") }
        self.context = context
        precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto cannot compute SHA-256")
    }

    deinit { EVP_MD_CTX_free(context) }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "libcrypto cannot hash")
    }

    /// The 32 bytes of the digest. Call it once, as the last.
    package func finish() -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 32)
        precondition(EVP_DigestFinal_ex(context, &output, nil) == 1, "libcrypto cannot finish a hash")
        return output
    }
}
