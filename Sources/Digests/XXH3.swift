// SPDX-License-Identifier: Apache-2.0

internal import CXXHash

/// XXH3 by libxxhash: keys of tables within one run. It is no cryptographic hash; nothing may be trusted for it.
package enum XXH3 {
    package static func hash64(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { XXH3_64bits($0.baseAddress, $0.count) }
    }

    package static func hash128(_ bytes: [UInt8]) -> UInt128 {
        let hash = bytes.withUnsafeBytes { XXH3_128bits($0.baseAddress, $0.count) }
        return UInt128(hash.high64) << 64 | UInt128(hash.low64)
    }
}
