// SPDX-License-Identifier: Apache-2.0

import Digests

/// Keys that take long to make, made once.
enum Keys {
    private static let seedshare = (0..<2).map { _ in Result { try GeneratedKey(.seedshareOwner) } }
    private static let workload = (0..<2).map { _ in Result { try ECDSAPrivateKey(generating: .p384) } }

    /// Of a seed share owner, and of another.
    static func seedshareOwner(_ index: Int = 0) throws -> GeneratedKey { try seedshare[index].get() }

    /// Of a workload owner, and of another.
    static func workloadOwner(_ index: Int = 0) throws -> ECDSAPrivateKey { try workload[index].get() }

    static func ownerHex(_ index: Int = 0) throws -> String {
        try OwnerKey(spki: workloadOwner(index).spki, kind: .workloadOwner).hex
    }
}
