// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import ClientConnection

/// The certificates of a Coordinator's answer, shown to belong together: root CA, intermediate certificate and leaf are a
/// path, and the leaf is of the mesh CA too.
package struct IssuedChain: Sendable {
    /// Why they do not.
    package enum Fault: Error, Sendable, Equatable {
        /// A part of the answer cannot be read, or has another number of certificates.
        case malformed(part: String)
        case path(CertificatePathError)
        /// Not the one that the workload got first. Its seed is another one, and so are all secrets.
        case otherRoot
    }

    let leaf: Certificate
    let root: Certificate

    /// - Parameter known: the root CA of an earlier answer, which this one must have too.
    init(_ issued: IssuedCertificates, known: Certificate? = nil, at time: Timestamp) throws(Fault) {
        let chain = try Self.certificates(issued.chain, 2, "certificate chain")
        let mesh = try Self.certificates(issued.meshCA, 1, "mesh CA")
        root = try Self.certificates(issued.rootCA, 1, "root CA")[0]
        leaf = chain[0]
        if let known, known != root { throw .otherRoot }
        do throws(CertificatePathError) {
            try CertificatePath.validate(chain, root: root, algorithm: .ecdsaWithSHA384, at: time)
            try CertificatePath.validate([leaf], root: mesh[0], algorithm: .ecdsaWithSHA384, at: time)
        } catch {
            throw .path(error)
        }
    }

    private static func certificates(_ pem: [UInt8], _ count: Int, _ part: String) throws(Fault) -> [Certificate] {
        guard let file = try? PEMFile(pem), file.certificates.count == count, file.revocationLists.isEmpty else {
            throw .malformed(part: part)
        }
        return file.certificates
    }
}

extension IssuedChain.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let part): "the \(part) that the Coordinator sent is malformed"
        case .path(let error):
            "the certificates that the Coordinator sent do not belong together: '\(error.name)': \(error)"
        case .otherRoot:
            "the Coordinator has another root CA than before, and so another seed; restart the pod if that is meant"
        }
    }
}
