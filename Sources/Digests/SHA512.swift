// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// SHA-384 by libcrypto.
package enum SHA384 {
    /// The 48 bytes of the digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { wideDigest(bytes, size: 48, EVP_sha384()) }
}

/// SHA-512 by libcrypto.
package enum SHA512 {
    /// The 64 bytes of the digest.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { wideDigest(bytes, size: 64, EVP_sha512()) }
}

private func wideDigest(_ bytes: [UInt8], size: Int, _ algorithm: OpaquePointer?) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: size)
    bytes.withUnsafeBytes { input in
        let done = EVP_Digest(input.baseAddress, input.count, &output, nil, algorithm, nil)
        precondition(done == 1, "libcrypto cannot compute SHA-2")
    }
    return output
}
