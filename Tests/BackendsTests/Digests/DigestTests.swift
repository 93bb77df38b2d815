// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples.
    @Test func wideSHA2() {
        let abc = Array("abc".utf8)
        #expect(
            Hex.text(SHA384.digest(abc))
                == "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7")
        #expect(
            Hex.text(SHA512.digest(abc))
                == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
                + "454d4423643ce80e2a9ac94fa54ca49f")
        #expect(Hex.text(SHA384.digest([])).hasPrefix("38b060a751ac9638"))
    }
}
