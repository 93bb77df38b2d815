// SPDX-License-Identifier: Apache-2.0

package import Identity
internal import IR

/// `seed-shares.json`: what the owners got at the first set, kept for recovery.
///
///     { "Salt": "<base64>", "SeedShares": [ { "PublicKey": "<hex of PKCS#1>", "EncryptedSeed": "<base64>" } ] }
package enum SeedShareFile {
    /// A larger file is none.
    package static let sizeLimit = 1 << 20

    /// Indented by two spaces, with a line break at the end.
    package static func json(_ document: SeedShareDocument) -> [UInt8] {
        let shares = document.shares.map { share in
            JSONValue.object(
                JSONObject([
                    ("PublicKey", .string(share.publicKey)),
                    ("EncryptedSeed", .string(Base64.text(share.encryptedSeed))),
                ]))
        }
        let object = JSONObject([("Salt", .string(Base64.text(document.salt))), ("SeedShares", .array(shares))])
        return JSONPrinter.print(.object(object), JSONPrinter.Style(indent: 2)) + [0x0A]
    }

    /// - Throws: `ClientError.malformed`.
    package static func read(_ bytes: [UInt8]) throws(ClientError) -> SeedShareDocument {
        guard bytes.count <= sizeLimit, let object = (try? JSONParser.parse(bytes))?.object else {
            throw .malformed("the file is not a JSON object")
        }
        guard let salt = binary(member("Salt", of: object)), !salt.isEmpty else {
            throw .malformed("'Salt' is not the salt in base64")
        }
        guard let items = member("SeedShares", of: object)?.array else {
            throw .malformed("'SeedShares' is not a list")
        }
        let shares = items.compactMap { item -> SeedShare? in
            guard let share = item.object, let key = member("PublicKey", of: share)?.string,
                let seed = binary(member("EncryptedSeed", of: share)), !seed.isEmpty
            else { return nil }
            return SeedShare(publicKey: key, encryptedSeed: seed)
        }
        guard shares.count == items.count else {
            throw .malformed("a share is not an object with 'PublicKey' and 'EncryptedSeed' in base64")
        }
        return SeedShareDocument(shares: shares, salt: salt)
    }

    /// Names are found in any case, as releases have spelt them differently.
    private static func member(_ name: String, of object: JSONObject) -> JSONValue? {
        object[name] ?? object.members.first { $0.key.asciiLowercased == name.asciiLowercased }?.value
    }

    private static func binary(_ value: JSONValue?) -> [UInt8]? { value?.string.flatMap { Base64.decode($0.utf8) } }
}
