// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// One decoded block of a PEM file. The bytes are zeroed by whoever made them.
struct PEMBlock {
    var name: String
    var der: [UInt8]

    /// The name of a block that may stand before an EC key and holds no key.
    static let parameters = "EC PARAMETERS"

    var isPrivate: Bool { name.hasSuffix("PRIVATE KEY") }

    /// The key in the block, which must fill it exactly.
    func key() throws(KeyError) -> EVPKey {
        let candidates: [(inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?]
        switch name {
        case "EC PRIVATE KEY": candidates = [{ d2i_PrivateKey(EVP_PKEY_EC, nil, &$0, $1) }]
        case "RSA PRIVATE KEY": candidates = [{ d2i_PrivateKey(EVP_PKEY_RSA, nil, &$0, $1) }]
        case "PRIVATE KEY": candidates = [{ d2i_AutoPrivateKey(nil, &$0, $1) }]
        // Some tools write PKCS#1 under the name of PKIX.
        case "PUBLIC KEY":
            candidates = [{ d2i_PUBKEY(nil, &$0, $1) }, { d2i_PublicKey(EVP_PKEY_RSA, nil, &$0, $1) }]
        case "RSA PUBLIC KEY": candidates = [{ d2i_PublicKey(EVP_PKEY_RSA, nil, &$0, $1) }]
        default: throw .unknownBlock(name)
        }
        defer { ERR_clear_error() }
        for candidate in candidates {
            let key: EVPKey? = der.withUnsafeBufferPointer { buffer in
                var cursor = buffer.baseAddress
                guard let pointer = candidate(&cursor, buffer.count) else { return nil }
                let key = EVPKey(pointer)
                guard let base = buffer.baseAddress, cursor == base + buffer.count else { return nil }
                return key
            }
            if let key { return key }
        }
        throw .malformed
    }
}

/// Reads key files.
enum PEMKey {
    /// A larger file is no key file.
    static let sizeLimit = 1 << 20

    /// The one key of a file, and whether it is private.
    static func read(_ pem: [UInt8]) throws(KeyError) -> (key: EVPKey, isPrivate: Bool) {
        guard pem.count <= sizeLimit else { throw .notPEM }
        guard let bio = BIO_new(BIO_s_secmem()) else { throw .notPEM }
        defer {
            BIO_free(bio)
            ERR_clear_error()
        }
        guard BIO_write(bio, pem, Int32(pem.count)) == pem.count else { throw .notPEM }
        var found: (key: EVPKey, isPrivate: Bool)?
        var hasBlocks = false
        while var block = try nextBlock(bio) {
            hasBlocks = true
            defer { block.der.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
            if block.name == PEMBlock.parameters { continue }
            guard found == nil else { throw .severalKeys }
            found = (try block.key(), block.isPrivate)
        }
        guard let found else { throw hasBlocks ? .noKey : .notPEM }
        return found
    }

    private static func nextBlock(_ bio: OpaquePointer) throws(KeyError) -> PEMBlock? {
        var name: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard PEM_read_bio(bio, &name, &header, &data, &length) == 1, let name, let header, let data else {
            // Only the end of the file may stop the search for a further block.
            guard ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE else { throw .malformed }
            return nil
        }
        defer {
            OPENSSL_cleanse(data, length)
            CRYPTO_free(data, #file, #line)
            CRYPTO_free(header, #file, #line)
            CRYPTO_free(name, #file, #line)
        }
        let blockName = String(cString: name)
        if blockName == "ENCRYPTED PRIVATE KEY" || String(cString: header).contains("ENCRYPTED") { throw .encrypted }
        return PEMBlock(name: blockName, der: Array(UnsafeBufferPointer(start: data, count: length)))
    }
}
