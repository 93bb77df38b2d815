// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

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
        for block in try Self.blocks(bytes) {
            switch block.name {
            case "CERTIFICATE": certificates.append(try Certificate(der: block.der))
            case "X509 CRL": revocationLists.append(try RevocationList(der: block.der))
            default: throw .malformed
            }
        }
        if certificates.isEmpty, revocationLists.isEmpty { throw .nothingFound }
    }

    private static func blocks(_ bytes: [UInt8]) throws(CertificateError) -> [(name: String, der: [UInt8])] {
        defer { ERR_clear_error() }
        guard let bio = BIO_new(BIO_s_mem()) else { throw .malformed }
        defer { BIO_free(bio) }
        guard bytes.isEmpty || BIO_write(bio, bytes, Int32(bytes.count)) == bytes.count else { throw .malformed }
        var blocks: [(name: String, der: [UInt8])] = []
        while true {
            var name: UnsafeMutablePointer<CChar>?
            var header: UnsafeMutablePointer<CChar>?
            var data: UnsafeMutablePointer<UInt8>?
            var length = 0
            guard PEM_read_bio(bio, &name, &header, &data, &length) == 1, let name, let header, let data else {
                // Only the end of the file may stop the search for a further block.
                guard ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE else { throw .malformed }
                return blocks
            }
            defer {
                CRYPTO_free(data, #file, #line)
                CRYPTO_free(header, #file, #line)
                CRYPTO_free(name, #file, #line)
            }
            guard blocks.count < blockLimit else { throw .tooLarge }
            blocks.append((String(cString: name), Array(UnsafeBufferPointer(start: data, count: length))))
        }
    }
}
