// SPDX-License-Identifier: Apache-2.0

package import Digests

/// What the Coordinator issued to a workload, and the key that it was issued for.
package struct IssuedIdentity: Sendable {
    /// A workload secret's length in bytes.
    package static let workloadSecretSize = 64
    /// More bytes of one PEM file are refused.
    package static let fileLimit = 1 << 20

    /// Why an answer of the Coordinator cannot be used. Never holds anything of a secret.
    package enum Fault: Error, Sendable, Equatable {
        /// The field is empty, too long or not PEM text of certificates.
        case notCertificates(field: String)
        /// In bytes.
        case secretSize(Int)
    }

    let meshCA: [UInt8]
    let certificateChain: [UInt8]
    let rootCA: [UInt8]
    let privateKey: SecretBytes
    let workloadSecret: SecretBytes?

    /// - Parameters:
    ///   - meshCA: PEM of the authority whose certificates peers of the same manifest have.
    ///   - certificateChain: PEM of the leaf, then of the intermediate.
    ///   - rootCA: PEM of the authority that outlives manifests.
    ///   - privateKey: PEM of the leaf's key in PKCS#8.
    ///   - workloadSecret: `nil` or empty when the manifest gives the workload none.
    package init(
        meshCA: [UInt8], certificateChain: [UInt8], rootCA: [UInt8], privateKey: SecretBytes,
        workloadSecret: SecretBytes?
    ) throws(Fault) {
        for (field, pem) in [("mesh CA", meshCA), ("certificate chain", certificateChain), ("root CA", rootCA)] {
            guard pem.starts(with: "-----BEGIN CERTIFICATE-----".utf8), pem.count <= Self.fileLimit else {
                throw .notCertificates(field: field)
            }
        }
        let secret = workloadSecret?.count == 0 ? nil : workloadSecret
        if let secret, secret.count != Self.workloadSecretSize { throw .secretSize(secret.count) }
        self.meshCA = meshCA
        self.certificateChain = certificateChain
        self.rootCA = rootCA
        self.privateKey = privateKey
        self.workloadSecret = secret
    }
}

extension IssuedIdentity.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notCertificates(let field): "the \(field) that the Coordinator sent is not a PEM file of certificates"
        case .secretSize(let count):
            "the workload secret has \(count) bytes, expected \(IssuedIdentity.workloadSecretSize)"
        }
    }
}
