// SPDX-License-Identifier: Apache-2.0

internal import CXXHash

/// Keys for tables of one run, by XXH3. Whoever finds an equal key still compares the bytes: nothing is trusted to it.
package enum TableKey {
    @inline(__always)
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        XXH3_64bits(bytes.baseAddress, bytes.count)
    }
}
