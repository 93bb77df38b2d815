// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import Testing

func secret(_ bytes: [UInt8]) -> SecretBytes { bytes.withUnsafeBytes { SecretBytes(copying: $0) } }

func secret(hex: String) throws -> SecretBytes { secret(try #require(Hex.decode(hex))) }

extension SecretBytes {
    var hex: String { withBytes { Hex.text($0) } }
}
