// SPDX-License-Identifier: Apache-2.0

/// A new private key, as its file has it, and its public half.
package struct GeneratedKey: Sendable {
    /// PEM: SEC1 for ECDSA, PKCS#1 for RSA.
    package let pem: SecretBytes
    package let publicKey: OwnerKey

    /// ECDSA on P-384 for workload owners, RSA with 4096 bits for seed share owners.
    package init(_ kind: OwnerKey.Kind) throws(KeyError) {
        let key: EVPKey =
            switch kind {
            case .workloadOwner: try .generate("EC", group: "P-384")
            case .seedshareOwner: try .generate("RSA", bits: 4096)
            }
        guard let pem = try? key.traditionalPEM() else { throw .generationFailed }
        self.pem = pem
        publicKey = try OwnerKey(key, kind: kind, isPrivate: true)
    }
}
