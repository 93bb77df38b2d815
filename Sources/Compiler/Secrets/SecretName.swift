// SPDX-License-Identifier: Apache-2.0

/// What names say of their values.
enum SecretName {
    /// `password`, `DB_PASSWORD`, `adminPassword`, `api-key`, `--auth-token`; not `password-file` or `tokenTTL`.
    static func kind(of name: some StringProtocol) -> SecretKind? {
        guard name.utf8.count <= 128 else { return nil }
        // Few names are worth to be taken apart. What is not of ASCII may become it in lower case.
        if !mayBeSecret(Array(name.utf8)[...]), name.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
        let words = words(of: name)
        guard let last = words.last, !words.contains(where: hashes.contains) else { return nil }
        if passwords.contains(last) || last.hasSuffix("password") || last.hasSuffix("passwd") { return .password }
        if tokens.contains(last) { return .namedToken }
        if last == "key", let before = words.dropLast().last, keys.contains(before) { return .namedToken }
        return nil
    }

    /// Whether a name of ASCII has a part that each such name has.
    static func mayBeSecret(_ name: ArraySlice<UInt8>) -> Bool {
        name.indices.contains { index in
            switch name[index] | 0x20 {
            case UInt8(ascii: "p"), UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "k"), UInt8(ascii: "c"),
                UInt8(ascii: "a"):
                hints.contains { hint in
                    name.endIndex - index >= hint.count && zip(name[index...], hint).allSatisfy { $0 | 0x20 == $1 }
                }
            default: false
            }
        }
    }

    private static let hints = ["pass", "pwd", "secret", "token", "key", "credential", "auth"].map { Array($0.utf8) }

    /// Whether values of the name look random and are no secrets.
    static func isPublic(_ name: some StringProtocol) -> Bool { words(of: name).contains(where: open.contains) }

    private static let passwords: Set<String> = ["pwd", "pass", "passphrase", "requirepass", "masterauth"]
    private static let tokens: Set<String> = [
        "secret", "token", "apikey", "secretkey", "accesskey", "privatekey", "apitoken", "authtoken", "accesstoken",
        "credential",
    ]
    private static let keys: Set<String> = [
        "api", "access", "secret", "private", "encryption", "signing", "auth", "account", "master", "session",
        "license",
    ]
    private static let hashes: Set<String> = [
        "hash", "digest", "checksum", "sha", "sha1", "sha256", "sha512", "fingerprint",
    ]
    private static let open: Set<String> = hashes.union([
        "cert", "certificate", "ca", "public", "pub", "pubkey", "image", "version", "revision", "commit", "id", "uid",
        "uuid",
        "path", "url", "host",
    ])

    /// In lower case, split where a separator stands or a capital starts a word.
    private static func words(of name: some StringProtocol) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var wasLower = false
        for scalar in name.unicodeScalars {
            let (isLetter, isUpper, isLower) = kind(of: scalar)
            if !isLetter || (wasLower && isUpper) {
                if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
                word.removeAll(keepingCapacity: true)
            }
            if isLetter {
                if scalar.isASCII {
                    // Digits have the bit already.
                    word.append(UInt8(ascii: scalar) | 0x20)
                } else {
                    word += scalar.properties.lowercaseMapping.utf8
                }
            }
            wasLower = isLower
        }
        return word.isEmpty ? words : words + [String(decoding: word, as: UTF8.self)]
    }

    /// Names are of ASCII as a rule, and the tables of Unicode are slow.
    private static func kind(of scalar: Unicode.Scalar) -> (isLetter: Bool, isUpper: Bool, isLower: Bool) {
        switch scalar {
        case "a"..."z": return (true, false, true)
        case "A"..."Z": return (true, true, false)
        case "0"..."9": return (true, false, false)
        case _ where scalar.isASCII: return (false, false, false)
        default:
            let properties = scalar.properties
            return (
                properties.isAlphabetic || properties.numericType != nil, properties.isUppercase, properties.isLowercase
            )
        }
    }
}
