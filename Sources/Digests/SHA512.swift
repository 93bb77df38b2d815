// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// SHA-384 by libcrypto.
package enum SHA384 {
    /// The 48 bytes of the digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { digest(bytes[...]) }

    /// The 48 bytes of the digest.
    package static func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] { wideDigest(bytes, size: 48, EVP_sha384()) }

    /// A digest over bytes that come in parts.
    package struct Stream: ~Copyable {
        private let context: OpaquePointer?

        package init() {
            context = EVP_MD_CTX_new()
            precondition(EVP_DigestInit_ex(context, EVP_sha384(), nil) == 1, "libcrypto cannot compute SHA-2")
        }

        deinit { EVP_MD_CTX_free(context) }

        package mutating func append(_ bytes: ArraySlice<UInt8>) {
            bytes.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        }

        package mutating func append(_ bytes: [UInt8]) { append(bytes[...]) }

        /// The 48 bytes of the digest.
        package consuming func finish() -> [UInt8] {
            var output = [UInt8](repeating: 0, count: 48)
            precondition(EVP_DigestFinal_ex(context, &output, nil) == 1, "libcrypto cannot compute SHA-2")
            return output
        }
    }
}

/// SHA-512 by libcrypto.
package enum SHA512 {
    /// The 64 bytes of the digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { wideDigest(bytes[...], size: 64, EVP_sha512()) }
}

private func wideDigest(_ bytes: ArraySlice<UInt8>, size: Int, _ algorithm: OpaquePointer?) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: size)
    bytes.withUnsafeBytes { input in
        let done = EVP_Digest(input.baseAddress, input.count, &output, nil, algorithm, nil)
        precondition(done == 1, "libcrypto cannot compute SHA-2")
    }
    return output
}
