// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// The certificates and CRLs of a file: PEM text with any number of blocks, or the DER of one object.
package struct PEMFile: Sendable {
    /// Bytes of a file, and blocks in it; more is refused.
    package static let sizeLimit = 16 << 20
    package static let blockLimit = 64

    package private(set) var certificates: [Certificate] = []
    package private(set) var revocationLists: [RevocationList] = []

    /// Reads a file. Blocks of other names are an error, so that nothing is silently left out.
    package init(_ bytes: [UInt8]) throws(CertificateError) {
        guard bytes.count <= Self.sizeLimit else { throw .tooLarge }
        if bytes.first == DERReader.Tag.sequence {
            if let certificate = try? Certificate(der: bytes) {
                certificates = [certificate]
            } else {
                revocationLists = [try RevocationList(der: bytes)]
            }
            return
        }
        var count = 0
        try PEM.read(bytes, malformed: CertificateError.malformed) { (block) throws(CertificateError) in
            count += 1
            guard count <= Self.blockLimit else { throw .tooLarge }
            switch block.label {
            case "CERTIFICATE": certificates.append(try Certificate(der: block.der))
            case "X509 CRL": revocationLists.append(try RevocationList(der: block.der))
            default: throw .malformed
            }
        }
        if certificates.isEmpty, revocationLists.isEmpty { throw .nothingFound }
    }
}
