// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

extension PEMBlock {
    /// The name of a block that may stand before an EC key and holds no key.
    private static let parameters = "EC PARAMETERS"

    var holdsKey: Bool { label != Self.parameters }
    var isPrivate: Bool { label.hasSuffix("PRIVATE KEY") }

    /// The key in the block, which must fill it exactly.
    func key() throws(KeyError) -> EVPKey {
        guard !isEncrypted else { throw .encrypted }
        let candidates: [(inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?]
        switch label {
        case "EC PRIVATE KEY": candidates = [{ d2i_PrivateKey(EVP_PKEY_EC, nil, &$0, $1) }]
        case "RSA PRIVATE KEY": candidates = [{ d2i_PrivateKey(EVP_PKEY_RSA, nil, &$0, $1) }]
        case "PRIVATE KEY": candidates = [{ d2i_AutoPrivateKey(nil, &$0, $1) }]
        // Some tools write PKCS#1 under the name of PKIX.
        case "PUBLIC KEY":
            candidates = [{ d2i_PUBKEY(nil, &$0, $1) }, { d2i_PublicKey(EVP_PKEY_RSA, nil, &$0, $1) }]
        case "RSA PUBLIC KEY": candidates = [{ d2i_PublicKey(EVP_PKEY_RSA, nil, &$0, $1) }]
        default: throw .unknownBlock(label)
        }
        defer { ERR_clear_error() }
        for candidate in candidates {
            guard let (pointer, isWhole) = DER.decode(der, candidate) else { continue }
            let key = EVPKey(pointer)
            if isWhole { return key }
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
        var found: (key: EVPKey, isPrivate: Bool)?
        var hasBlocks = false
        try PEM.read(pem, malformed: KeyError.malformed) { (block) throws(KeyError) in
            hasBlocks = true
            guard block.holdsKey || block.isEncrypted else { return }
            guard found == nil else { throw .severalKeys }
            found = (try block.key(), block.isPrivate)
        }
        guard let found else { throw hasBlocks ? .noKey : .notPEM }
        return found
    }
}
