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
}
