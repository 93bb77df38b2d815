// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// One block of a PEM file (RFC 7468).
package struct PEMBlock {
    /// As it stands behind `BEGIN`.
    package var label: String
    package var der: [UInt8]
    /// Whether its header (RFC 1421) says that the content is encrypted.
    package var isEncrypted = false

    /// Overwrites the content with zeros.
    fileprivate mutating func erase() {
        der.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}

/// Reads PEM text.
package enum PEM {
    /// Lends the blocks of a file, one after the other, and erases each after that; text between them is passed over.
    ///
    /// - Parameters:
    ///   - pem: at most 2 GiB.
    ///   - malformed: thrown for a block that cannot be read or has no end.
    ///   - body: must not keep the content of a private key.
    package static func read<Failure: Error>(
        _ pem: [UInt8], malformed: Failure, _ body: (PEMBlock) throws(Failure) -> Void
    ) throws(Failure) {
        guard pem.count <= Int(Int32.max) else { throw malformed }
        let outcome = pem.withUnsafeBytes { bytes -> Result<Void, Failure> in
            do throws(Failure) {
                return .success(try read(bytes, malformed: malformed, body))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private static func read<Failure: Error>(
        _ bytes: UnsafeRawBufferPointer, malformed: Failure, _ body: (PEMBlock) throws(Failure) -> Void
    ) throws(Failure) {
        guard !bytes.isEmpty else { return }
        // Reads the caller's memory, so that there is no copy to erase.
        guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { throw malformed }
        defer {
            BIO_free(bio)
            ERR_clear_error()
        }
        while var block = try next(bio, malformed: malformed) {
            defer { block.erase() }
            try body(block)
        }
    }

    private static func next<Failure: Error>(_ bio: OpaquePointer, malformed: Failure) throws(Failure) -> PEMBlock? {
        var name: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard PEM_read_bio(bio, &name, &header, &data, &length) == 1, let name, let header, let data else {
            // Only the end of the file may stop the search for a further block.
            guard ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE else { throw malformed }
            return nil
        }
        defer {
            OPENSSL_cleanse(data, length)
            CRYPTO_free(data, #file, #line)
            CRYPTO_free(header, #file, #line)
            CRYPTO_free(name, #file, #line)
        }
        let label = String(cString: name)
        let isEncrypted = label == "ENCRYPTED PRIVATE KEY" || String(cString: header).contains("ENCRYPTED")
        return PEMBlock(
            label: label, der: Array(UnsafeBufferPointer(start: data, count: length)), isEncrypted: isEncrypted)
    }
}
